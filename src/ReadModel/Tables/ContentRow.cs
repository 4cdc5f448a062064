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

    public double? RootAccuracy { get; private init; }

    /// <summary>Null for what is no report.</summary>
    public double? RootLoss { get; private init; }

    public double? TestAccuracy { get; private init; }

    public double? TestLoss { get; private init; }

    /// <summary>Why it cannot be shown; null when it was read.</summary>
    public string? Problem { get; init; }

    /// <summary>Whether reading it again can bring nothing else.</summary>
    public required bool IsFinal { get; init; }

    /// <summary>A report's metrics.</summary>
    public RoundMetrics? Metrics
    {
        get => RootLoss is { } loss ? new RoundMetrics(RootAccuracy, loss, TestAccuracy, TestLoss) : null;
        init => (RootAccuracy, RootLoss, TestAccuracy, TestLoss) =
            (value?.RootAccuracy, value?.RootLoss, value?.TestAccuracy, value?.TestLoss);
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
