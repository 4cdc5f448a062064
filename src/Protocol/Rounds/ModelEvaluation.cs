using Marketplace.Content;
using Marketplace.Learning.Data;
using Marketplace.Learning.Numerics;
using Marketplace.Learning.Torch;
using Marketplace.Learning.Training;
using Marketplace.Protocol.Projects;

namespace Marketplace.Protocol.Rounds;

/// <summary>
/// Measures a project's models on its public test set, as anybody can: on one machine to the same bits, elsewhere within the bounds of
/// <see cref="Measurement"/>.
/// </summary>
public sealed class ModelEvaluation
{
    private readonly ProjectDocument _document;
    private readonly Dataset _test;

    private readonly ITrainingEngine? _engine;

    private ModelEvaluation(ProjectDocument document, Dataset test, ITrainingEngine? engine)
    {
        _document = document;
        _test = test;
        _engine = engine;
    }

    /// <summary>Samples of the test set.</summary>
    public int Samples => _test.Count;

    /// <summary>Fetches the test set that a document names.</summary>
    /// <param name="engine">What evaluates; null for one thread of the processor.</param>
    /// <exception cref="InvalidDataException">The set is malformed, or does not fit the project's model.</exception>
    /// <exception cref="ContentStoreException">The set is not to be had.</exception>
    /// <exception cref="InvalidOperationException">The document names none.</exception>
    public static async Task<ModelEvaluation> OpenAsync(
        IContentStore store, ProjectDocument document, CancellationToken cancellationToken, ITrainingEngine? engine = null)
    {
        TestSet published = document.TestSet ?? throw new InvalidOperationException("the document names no test set");
        return new ModelEvaluation(document, await published.FetchAsync(store, document, cancellationToken), engine);
    }

    /// <summary>Loss and accuracy of a model on the test set.</summary>
    /// <param name="weights">d weights in units of 2^−f.</param>
    public Measurement Measure(int[] weights, CancellationToken cancellationToken) => Measure(_document, weights, _test, cancellationToken, _engine);

    /// <summary>Loss and accuracy of a model on any data.</summary>
    /// <param name="document">Describes the model.</param>
    /// <param name="weights">d weights in units of 2^−f.</param>
    /// <param name="data">Samples that fit the model.</param>
    /// <param name="engine">What evaluates; null for one thread of the processor.</param>
    public static Measurement Measure(
        ProjectDocument document, int[] weights, Dataset data, CancellationToken cancellationToken, ITrainingEngine? engine = null)
    {
        float[] floats = Quantization.ToFloat(weights, document.FractionBits);
        Evaluation evaluation = (engine ?? TorchEngine.Cpu).Evaluate(document.Model, floats, data, cancellationToken);
        var metrics = new RoundReport.Metrics(evaluation.Loss, double.IsNaN(evaluation.Accuracy) ? null : evaluation.Accuracy);
        return new Measurement(metrics, data.Count, evaluation.CloseCalls);
    }
}
