using Marketplace.Content;
using Marketplace.ReadModel.Queries;

namespace Marketplace.ReadModel.Tables;

/// <summary>What was read of a piece of content.</summary>
/// <remarks>Anybody can name the same content as a document and as a report, so the two are told apart.</remarks>
internal sealed class ContentRow
{
    private string? _title;

    public required ContentKind Kind { get; init; }

    public required Cid Cid { get; init; }

    /// <summary>A document's title.</summary>
    public string? Title
    {
        get => _title;
        init
        {
            _title = value;
            TitleKey = value is null ? null : ProjectSearch.Fold(value);
        }
    }

    /// <summary>The title without regard to case, by which it is found and sorted.</summary>
    public string? TitleKey { get; private init; }

    /// <summary>A document's kind of data.</summary>
    public string? DataKind { get; init; }

    /// <summary>A document's tags, each as <see cref="Enclose"/> has it, one after the other; null for none.</summary>
    public string? TagList { get; private init; }

    /// <summary>A document's tags.</summary>
    public IReadOnlyList<string> Tags
    {
        get => TagList?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        init => TagList = value.Count == 0 ? null : string.Concat(value.Select(Enclose));
    }

    public double? RootAccuracy { get; private init; }

    /// <summary>Null for what is no report.</summary>
    public double? RootLoss { get; private init; }

    public double? TestAccuracy { get; private init; }

    public double? TestLoss { get; private init; }

    public double? BeforeAccuracy { get; private init; }

    public double? BeforeLoss { get; private init; }

    /// <summary>Why it cannot be shown; null when it was read.</summary>
    public string? Problem { get; init; }

    /// <summary>Whether reading it again can bring nothing else.</summary>
    public required bool IsFinal { get; init; }

    /// <summary>A tag as it is found among others, whole.</summary>
    public static string Enclose(string tag) => $" {tag} ";

    /// <summary>A report's metrics.</summary>
    public RoundMetrics? Metrics
    {
        get => RootLoss is { } loss ? new RoundMetrics(RootAccuracy, loss, TestAccuracy, TestLoss, BeforeAccuracy, BeforeLoss) : null;
        init => (RootAccuracy, RootLoss, TestAccuracy, TestLoss, BeforeAccuracy, BeforeLoss) =
            (value?.RootAccuracy, value?.RootLoss, value?.TestAccuracy, value?.TestLoss, value?.BeforeAccuracy, value?.BeforeLoss);
    }
}

/// <summary>What a piece of content is to a project.</summary>
internal enum ContentKind : byte
{
    /// <summary>The project's document.</summary>
    Document,

    /// <summary>A round's report.</summary>
    Report,
}

/// <summary>Content that a project names.</summary>
internal sealed record ContentReference(long Project, ContentKind Kind, Cid Cid);
