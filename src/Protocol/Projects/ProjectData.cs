using Marketplace.Learning.Data;
using Marketplace.Learning.Models;

namespace Marketplace.Protocol.Projects;

/// <summary>Reads a party's own data as the project document says that it must be.</summary>
public static class ProjectData
{
    /// <param name="document">Declares the kind and schema.</param>
    /// <param name="path">A folder with IDX files, or a CSV file.</param>
    /// <param name="split">For IDX folders: <c>train</c> or <c>t10k</c>.</param>
    /// <exception cref="InvalidDataException">A file is malformed or does not fit the project's model.</exception>
    public static Dataset Load(ProjectDocument document, string path, string split)
    {
        Dataset data = document.Data.Kind == "csv"
            ? CsvLoader.Load(path, document.Data.Schema!)
            : IdxLoader.LoadDirectory(path, split);
        RequireFit(document, data, path);
        return data;
    }

    /// <summary>Refuses data that the project's model cannot learn from.</summary>
    /// <param name="document">The project's document.</param>
    /// <param name="data">The data.</param>
    /// <param name="path">Where they are from, for the message.</param>
    /// <exception cref="InvalidDataException">Samples or answers are of another shape.</exception>
    public static void RequireFit(ProjectDocument document, Dataset data, string path)
    {
        if (!data.Shape.SequenceEqual(document.Model.Input))
        {
            throw new InvalidDataException(
                $"the data at {path} has samples of shape [{string.Join(", ", data.Shape)}], the project's model takes "
                    + $"[{string.Join(", ", document.Model.Input)}]");
        }

        CheckAnswers(document.Model, data, path);
    }

    /// <summary>Finds out before anything is staked on the data whether a model can be trained on it.</summary>
    private static void CheckAnswers(ModelSpecification model, Dataset data, string path)
    {
        int outputs = model.OutputSize;
        if (model.Loss == LossKind.MeanSquaredError)
        {
            if (data.Targets is null || data.TargetSize != outputs)
            {
                throw new InvalidDataException(
                    $"the data at {path} has {(data.Targets is null ? "labels" : $"{data.TargetSize} targets a sample")}, the project's model "
                        + $"learns {outputs} target values a sample");
            }

            return;
        }
        if (data.Labels is null)
            throw new InvalidDataException($"the data at {path} has target values, the project's model learns labels");
        int wrong = Array.FindIndex(data.Labels, label => label >= outputs);
        if (wrong >= 0)
        {
            throw new InvalidDataException(
                $"the data at {path}: the label of sample {wrong} is {data.Labels[wrong]}, the project's model has the classes 0 to {outputs - 1}");
        }
    }
}
