using Marketplace.Learning.Data;
using Marketplace.Learning.Models;

namespace Marketplace.Learning.Training;

/// <summary>What turns weights and data into better weights, and measures weights on data.</summary>
public interface ITrainingEngine
{
    /// <summary>Trains from given weights.</summary>
    /// <param name="model">The model.</param>
    /// <param name="weights">Its d parameters at the start; they are not changed.</param>
    /// <param name="data">Samples that fit it, at least one.</param>
    /// <param name="options">How to train.</param>
    /// <param name="progress">Told after every step, if given.</param>
    /// <param name="cancellationToken">Asked before every step.</param>
    /// <exception cref="ArgumentException">An option is out of bounds, or the data do not fit the model.</exception>
    /// <exception cref="InvalidDataException">The loss became infinite or not a number.</exception>
    TrainingResult Train(
        ModelSpecification model,
        ReadOnlySpan<float> weights,
        Dataset data,
        LocalTraining options,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default);

    /// <summary>Mean loss and accuracy over a data set.</summary>
    /// <param name="model">The model.</param>
    /// <param name="weights">Its d parameters.</param>
    /// <param name="data">Samples that fit it, at least one.</param>
    /// <param name="cancellationToken">Ends the call early.</param>
    /// <exception cref="ArgumentException">The data do not fit the model; the message says how.</exception>
    Evaluation Evaluate(ModelSpecification model, ReadOnlySpan<float> weights, Dataset data, CancellationToken cancellationToken = default);
}

/// <summary>How weights do on a data set.</summary>
/// <param name="Loss">Mean loss: nats a sample for cross-entropy, mean squared difference otherwise.</param>
/// <param name="Accuracy">Share of samples whose largest output is the label, in [0, 1]; NaN for regression.</param>
/// <param name="CloseCalls">
/// Samples whose two largest outputs differ by less than <see cref="Margin"/>: another machine may answer them differently. 0 for regression.
/// </param>
public readonly record struct Evaluation(double Loss, double Accuracy, int CloseCalls)
{
    /// <summary>Differences of two outputs below it may have another sign on another machine.</summary>
    public const double Margin = 1e-4;
}

/// <summary>Where training stands.</summary>
/// <param name="Epoch">Current pass, from 1.</param>
/// <param name="Epochs">Passes in all.</param>
/// <param name="Step">Steps done, over all passes.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="Loss">Mean loss of the last step's batch, before the step.</param>
public readonly record struct TrainingProgress(int Epoch, int Epochs, long Step, long Steps, double Loss);

/// <summary>What training did.</summary>
/// <param name="Weights">The parameters at its end.</param>
/// <param name="Steps">Steps taken.</param>
/// <param name="EpochLosses">Mean loss over each pass, each batch's taken before its step.</param>
public sealed record TrainingResult(float[] Weights, long Steps, IReadOnlyList<double> EpochLosses);
