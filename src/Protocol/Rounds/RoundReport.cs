using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Protocol.Projects;

namespace Marketplace.Protocol.Rounds;

/// <summary>The aggregator's own words about a round: how its model does, and why submissions were left out. Nothing is decided by it.</summary>
public sealed record RoundReport
{
    public const int MaxBytes = 256 * 1024;

    private static readonly JsonSerializerOptions Format = new(JsonDocuments.Strict(maxDepth: 8))
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
        // The loss of a model that diverges is no number; its round must be settled all the same.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = false,
    };

    /// <summary>Metrics of the model that the round started from, on the aggregator's root set.</summary>
    public required Metrics Before { get; init; }

    /// <summary>Metrics of the model that the round made, on the aggregator's root set.</summary>
    public required Metrics After { get; init; }

    /// <summary>Metrics of the model that the round made, on a test set that no one trains on, where the aggregator has one.</summary>
    public Metrics? Test { get; init; }

    public IReadOnlyList<InvalidSubmission> Invalid { get; init; } = [];

    /// <param name="Loss">Mean loss a sample.</param>
    /// <param name="Accuracy">Part of samples that are classified rightly, 0 to 1; null where the model does not classify.</param>
    public sealed record Metrics(double Loss, double? Accuracy = null)
    {
        /// <summary>Both figures in words; say beside them which set they were measured on.</summary>
        public string InWords() => string.Create(CultureInfo.InvariantCulture, $"loss {Loss:0.0000}")
            + (Accuracy is { } share ? string.Create(CultureInfo.InvariantCulture, $", accuracy {share:0.0 %}") : "");
    }

    /// <param name="Trainer">Account of the trainer.</param>
    /// <param name="Fault">Which step the submission failed at.</param>
    /// <param name="Detail">What was expected and what came.</param>
    public sealed record InvalidSubmission(string Trainer, SubmissionFault Fault, string Detail);

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, Format);

    /// <exception cref="DocumentException">The bytes are no report.</exception>
    public static RoundReport Parse(ReadOnlySpan<byte> json) =>
        JsonDocuments.Read<RoundReport>(json, MaxBytes, Format, "the round's report");
}

/// <summary>Why a submission cannot take part in a round.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SubmissionFault>))]
public enum SubmissionFault
{
    /// <summary>The sealed payload could not be fetched from the content network before the aggregator had to settle.</summary>
    Unavailable,

    /// <summary>The payload was not sealed to the aggregator for this round and trainer.</summary>
    Unopenable,

    /// <summary>The payload opens, but holds no update of this project.</summary>
    Malformed,

    /// <summary>The update is not the one that the trainer is bound to on chain.</summary>
    Mismatch,
}
