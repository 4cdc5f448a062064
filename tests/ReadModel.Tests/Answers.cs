using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Chain;
using Marketplace.Content;
using Marketplace.Testing.Markets.Synthetic;

namespace Marketplace.ReadModel.Tests;

/// <summary>Everything that a read model says, as text to compare.</summary>
internal static class Answers
{
    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        IncludeFields = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters =
        {
            new TextConverter<BigInteger>(), new TextConverter<Cid>(), new BalancesConverter(), new ByAccountConverter(), new DataConverter(),
        },
    };

    public static async Task<string> AllAsync(IReadModel model, SyntheticHistory history)
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        List<object?> answers =
        [
            await model.ReadTotalsAsync(cancellationToken), await model.FindProjectsAsync(new ProjectQuery(Take: 10_000), cancellationToken),
            await model.FindClaimsAsync(new ClaimQuery(Take: 10_000), cancellationToken),
            await model.FindTrainersAsync(new TrainerQuery(Take: 10_000), cancellationToken),
            await model.FindAggregatorsAsync(new AggregatorQuery(Take: 10_000), cancellationToken),
        ];
        foreach (SyntheticProject project in history.Market.Projects)
        {
            answers.Add(await model.FindProjectAsync(project.Id, cancellationToken));
            answers.Add((await model.ReadEventsAsync(project.Id, cancellationToken)).Cast<object>());
        }
        foreach (SyntheticClaim claim in history.Market.Claims.All)
            answers.Add(await model.FindClaimAsync(claim.Id, cancellationToken));
        IEnumerable<Address> accounts = history.Market.Projects
            .SelectMany(project => project.Trainers.Append(project.Owner).Append(project.Terms.Aggregator))
            .Distinct().Order();
        foreach (Address account in accounts)
        {
            answers.Add(await model.ReadAccountAsync(account, cancellationToken));
            answers.Add(await model.ReadAccountEventsAsync(new AccountEventQuery(account, Take: 100), cancellationToken));
        }
        return JsonSerializer.Serialize(answers, Format);
    }

    private sealed class TextConverter<T> : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue($"{value}");
    }

    private sealed class DataConverter : JsonConverter<ReadOnlyMemory<byte>>
    {
        public override ReadOnlyMemory<byte> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, ReadOnlyMemory<byte> value, JsonSerializerOptions options) =>
            writer.WriteStringValue(Hex.Format(value.Span));
    }

    private sealed class ByAccountConverter : JsonConverter<IReadOnlyDictionary<Address, AggregatorStanding>>
    {
        public override IReadOnlyDictionary<Address, AggregatorStanding> Read(
            ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(
            Utf8JsonWriter writer, IReadOnlyDictionary<Address, AggregatorStanding> value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.OrderBy(pair => pair.Key).Select(pair => pair.Value), options);
    }

    private sealed class BalancesConverter : JsonConverter<IReadOnlyDictionary<Address, BigInteger>>
    {
        public override IReadOnlyDictionary<Address, BigInteger> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, IReadOnlyDictionary<Address, BigInteger> value, JsonSerializerOptions options) =>
            writer.WriteStringValue(string.Join(' ', value.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}: {pair.Value}")));
    }
}
