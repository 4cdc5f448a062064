using Marketplace.Content;
using Marketplace.Hosting;
using Marketplace.Learning.Models;
using Marketplace.Learning.Numerics;
using Marketplace.Learning.Storage;
using Marketplace.Protocol.Projects;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Commands;

/// <summary>The files that a draft names by their paths, which are relative to the document's folder.</summary>
internal static class DraftFiles
{
    /// <summary>Publishes initial weights and test set where the draft has their paths, and puts their CIDs in the paths' place.</summary>
    /// <exception cref="UsageException">There is no such file, or it is too long.</exception>
    /// <exception cref="DocumentException">The initial weights are none of the draft's model.</exception>
    public static async Task<ProjectDocument.Draft> PublishAsync(
        ProjectDocument.Draft draft, string folder, IContentStore store, CancellationToken cancellationToken)
    {
        if (NamesInitialWeights(draft))
        {
            ModelSpecification model = draft.ParseModel();
            byte[] file = ModelFile.Write(model, await ReadInitialWeightsAsync(draft, folder, cancellationToken), draft.FractionBits);
            draft = draft with { InitialModel = $"{await store.AddAsync(file, cancellationToken)}" };
        }

        return draft.TestSet is not { } test ? draft : draft with
        {
            TestSet = new TestSetFiles(
                await PublishAsync(store, test.Images, folder, cancellationToken),
                await PublishAsync(store, test.Labels, folder, cancellationToken),
                await PublishAsync(store, test.File, folder, cancellationToken)),
        };
    }

    /// <summary>Whether a draft names its initial weights by a path.</summary>
    public static bool NamesInitialWeights(ProjectDocument.Draft draft) => draft.InitialModel is { } name && !Cid.TryParse(name, out _);

    /// <summary>The initial weights of a draft that names them by a path: d weights in units of 2^−f.</summary>
    /// <exception cref="UsageException">There is no such file, or it is too long.</exception>
    /// <exception cref="DocumentException">They are none of the draft's model.</exception>
    public static async Task<int[]> ReadInitialWeightsAsync(ProjectDocument.Draft draft, string folder, CancellationToken cancellationToken)
    {
        ModelSpecification model = draft.ParseModel();
        string name = draft.InitialModel!;
        FileInfo file = Require(folder, name, "initialModel", "weights as float32 tensors in a safetensors file", ModelChain.MaxModelBytes(model));
        try
        {
            float[] weights = ModelFile.ImportFloat(await File.ReadAllBytesAsync(file.FullName, cancellationToken), model);
            float most = MathF.ScaleB(1, 31 - draft.FractionBits);
            int wrong = Array.FindIndex(weights, weight => MathF.Abs(weight) >= most);
            return wrong < 0
                ? Quantization.ToFixed(weights, draft.FractionBits)
                : throw new InvalidDataException(
                    $"weight {wrong} is {weights[wrong]}, with {draft.FractionBits} fraction bits it must be below {most}");
        }
        catch (InvalidDataException e)
        {
            throw new DocumentException("project document", "initialModel", $"'{name}' is no model of this document: {e.Message}", e);
        }
    }

    private static async Task<string?> PublishAsync(IContentStore store, string? name, string folder, CancellationToken cancellationToken)
    {
        if (name is null || Cid.TryParse(name, out _))
            return name;
        await using FileStream content = Require(folder, name, "testSet", "a file of a test set", TestSet.MaxIdxBytes).OpenRead();
        return $"{await store.AddAsync(content, cancellationToken)}";
    }

    private static FileInfo Require(string folder, string name, string field, string what, long most)
    {
        var file = new FileInfo(Path.Combine(folder, name));
        if (!file.Exists)
            throw new UsageException($"project document, at {field}: expected the CID or the path of {what}, there is no file '{file.FullName}'");
        return file.Length <= most
            ? file
            : throw new UsageException($"project document, at {field}: '{file.FullName}' has {file.Length:N0} bytes, it may have {most:N0}");
    }
}
