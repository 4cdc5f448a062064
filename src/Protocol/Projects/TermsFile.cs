using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Marketplace.Chain;
using Marketplace.Content;
using Marketplace.Contracts;

namespace Marketplace.Protocol.Projects;

/// <summary>The terms of a project as its owner writes them down, in units that people use.</summary>
/// <remarks>Amounts are decimal texts in whole tokens, such as <c>"1.5"</c>; durations as <see cref="Duration"/> reads them.</remarks>
public sealed record TermsFile
{
    public const int MaxBytes = 1024 * 1024;

    private const string Source = "terms file";

    private static readonly JsonSerializerOptions Format = new(JsonDocuments.Strict(maxDepth: 16))
    {
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary>
    /// Account of the aggregator, which opens and settles the rounds. Ask whoever runs it: it must post the bond, or nothing starts.
    /// </summary>
    public required string Aggregator { get; init; }

    /// <summary>
    /// Address of the court (ERC-792) that decides about updates declared invalid, such as a panel (<c>marketplace panel create</c>); left out where
    /// there is none, which needs an allowlist.
    /// </summary>
    public string? Arbitrator { get; init; }

    /// <summary>What is paid, and what parties lock.</summary>
    public required PaymentTerms Payment { get; init; }

    /// <summary>How many times trainers train and the model moves on, 1 to 1024. <c>simulate</c> shows when more no longer help.</summary>
    public required int Rounds { get; init; }

    /// <summary>
    /// Relative reward of each round; left out for equal parts. Later rounds may pay more, since progress gets harder.
    /// </summary>
    public int[] RewardWeights { get; init; } = [];

    /// <summary>Who may join, and until when.</summary>
    public required TrainerTerms Trainers { get; init; }

    /// <summary>How long each step of a round may take.</summary>
    public required DeadlineTerms Deadlines { get; init; }

    /// <summary>What may be missed before it costs something.</summary>
    public ToleranceTerms Tolerance { get; init; } = new();

    /// <summary>Between what the aggregator may choose for each round.</summary>
    public HyperParameterTerms HyperParameters { get; init; } = new();

    /// <summary>Path of the project document's draft, relative to the terms file.</summary>
    public required string Document { get; init; }

    /// <param name="Bounty">Paid to trainers over all rounds, by what they contribute. Escrowed when the project is created.</param>
    /// <param name="AggregatorFee">Paid to the aggregator: an equal part for every round in which somebody earned.</param>
    /// <param name="AggregatorBond">
    /// Locked by the aggregator, which loses of it by rounds that it does not settle; left out for the least that the contract accepts.
    /// </param>
    /// <param name="TrainerStake">Locked by each trainer. It keeps out who only tries their luck, and pays for absences.</param>
    /// <param name="Token">Address of an ERC-20 token, or <c>native</c>.</param>
    public sealed record PaymentTerms(
        string Bounty, string AggregatorFee = "0", string? AggregatorBond = null, string TrainerStake = "0", string Token = "native");

    /// <param name="Minimum">Fewest trainers with which the project can start.</param>
    /// <param name="Maximum">Most trainers that can join. At most 32 train in a round; of more, 32 are drawn.</param>
    /// <param name="JoinWithin">How long trainers can join.</param>
    /// <param name="Allowlist">Accounts that may join; left out when everybody may, which needs an arbitrator.</param>
    public sealed record TrainerTerms(int Minimum, int Maximum, string JoinWithin, string[]? Allowlist = null);

    /// <param name="Open">How soon the aggregator must open each round.</param>
    /// <param name="Training">How long trainers may submit. It ends early once all have answered.</param>
    /// <param name="Settling">How soon the aggregator must settle after training.</param>
    /// <param name="Contest">
    /// How long the aggregator's bond stays locked after the end, and with an arbitrator, how long a trainer may wait with a claim and anybody
    /// with denying it.
    /// </param>
    public sealed record DeadlineTerms(string Open, string Training, string Settling, string Contest = "0s");

    /// <param name="Expiries">Rounds that may expire before the next one that does aborts the project. The bond must cover them.</param>
    /// <param name="Absences">Rounds that a trainer may miss before absences cost stake.</param>
    /// <param name="AbsencePenaltyPercent">Part of the stake that each further absence costs.</param>
    public sealed record ToleranceTerms(int Expiries = 1, int Absences = 1, decimal AbsencePenaltyPercent = 0);

    /// <summary>Bounds, both inclusive, that the aggregator's choice of hyper-parameters must respect.</summary>
    public sealed record HyperParameterTerms
    {
        /// <summary>
        /// Least and largest learning rate. The bundled aggregator starts at the largest, and halves it when a round did not help.
        /// </summary>
        public decimal[] LearningRate { get; init; } = [0.001m, 1m];

        /// <summary>Fewest and most passes over the trainer's data. The bundled aggregator takes the fewest.</summary>
        public int[] LocalEpochs { get; init; } = [1, 10];

        /// <summary>Smallest and largest number of samples of a training step.</summary>
        public int[] BatchSize { get; init; } = [8, 256];
    }

    private bool HasArbitrator => Arbitrator is not null;

    /// <exception cref="DocumentException">It is not JSON, or a field is missing or unknown.</exception>
    public static TermsFile Parse(ReadOnlySpan<byte> json) => JsonDocuments.Read<TermsFile>(json, MaxBytes, Format, "the terms file");

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, Format);

    /// <summary>The accounts that may join; empty when everybody may.</summary>
    /// <exception cref="DocumentException">An entry is no address, or the list is given but empty.</exception>
    public IReadOnlyList<Address> Allowlist()
    {
        if (Trainers.Allowlist is not { } entries)
            return [];
        if (entries.Length == 0)
            throw Wrong("trainers.allowlist", "at least one address, or no allowlist at all", "an empty list");
        return [.. entries.Select((entry, k) => ParseAddress(entry, $"trainers.allowlist[{k}]"))];
    }

    /// <summary>The payment token's address; zero for the native currency.</summary>
    public Address Token() => Payment.Token == "native" ? Address.Zero : ParseAddress(Payment.Token, "payment.token");

    /// <summary>The terms in the contract's units.</summary>
    /// <param name="document">Address of the published project document.</param>
    /// <param name="dimension">The model's number of parameters d.</param>
    /// <param name="fractionBits">The project document's fraction bits f.</param>
    /// <param name="decimals">The payment token's decimals.</param>
    /// <param name="now">The chain's time, Unix seconds.</param>
    /// <param name="srsId">The verifier's structured reference string.</param>
    /// <exception cref="DocumentException">A value is malformed or out of range; the message names its field.</exception>
    public Terms ToContract(Cid document, int dimension, int fractionBits, int decimals, ulong now, Bytes32 srsId)
    {
        var problems = new FieldProblems();
        Terms terms = ToContract(document, dimension, fractionBits, decimals, now, srsId, problems);
        problems.ThrowIfAny();
        return terms;
    }

    /// <summary>Everything for which <see cref="ToContract(Cid, int, int, int, ulong, Bytes32)"/> would refuse this file.</summary>
    /// <param name="decimals">The payment token's decimals.</param>
    public IReadOnlyList<DocumentException> FindProblems(int decimals)
    {
        var problems = new FieldProblems();
        ToContract(new Cid(CidCodec.Raw, new byte[Bytes32.Size]), 1, 1, decimals, 0, default, problems);
        return problems.Found;
    }

    /// <summary>Terms that are right where nothing was added to <paramref name="problems"/>.</summary>
    private Terms ToContract(
        Cid document, int dimension, int fractionBits, int decimals, ulong now, Bytes32 srsId, FieldProblems problems)
    {
        bool isWeighable = problems.Check(() => Range("rounds", Rounds, 1, MarketLimits.Rounds)) && problems.Check(CheckWeights);
        problems.Check(() => Range("trainers.minimum", Trainers.Minimum, 1, ushort.MaxValue));
        problems.Check(() => Range("trainers.maximum", Trainers.Maximum, Trainers.Minimum, ushort.MaxValue));
        problems.Check(() => Range("tolerance.expiries", Tolerance.Expiries, 0, MarketLimits.ToleratedExpiries));
        problems.Check(() => Range("tolerance.absences", Tolerance.Absences, 0, byte.MaxValue));
        BigInteger bounty = problems.Read(() => Bounty(decimals));
        BigInteger bond = isWeighable ? problems.Read(() => Bond(bounty, decimals)) : 0;
        return new Terms(
            Aggregator: problems.Read(() => ParseAccount(Aggregator, "aggregator")),
            Arbitrator: problems.Read(Court),
            Token: problems.Read(Token),
            Bounty: bounty,
            AggregatorFee: problems.Read(() => Amount("payment.aggregatorFee", Payment.AggregatorFee, decimals)),
            AggregatorBond: bond,
            TrainerStake: problems.Read(() => Amount("payment.trainerStake", Payment.TrainerStake, decimals)),
            Rounds: (ushort)Rounds,
            MinTrainers: (ushort)Trainers.Minimum,
            MaxTrainers: (ushort)Trainers.Maximum,
            JoinDeadline: now + problems.Read(() => Seconds("trainers.joinWithin", Trainers.JoinWithin, least: 1)),
            OpenDuration: problems.Read(() => Seconds("deadlines.open", Deadlines.Open, least: 1)),
            TrainingDuration: problems.Read(() => Seconds("deadlines.training", Deadlines.Training, least: 1)),
            SettlingDuration: problems.Read(() => Seconds("deadlines.settling", Deadlines.Settling, least: 1)),
            ContestDuration: problems.Read(() => Seconds("deadlines.contest", Deadlines.Contest, least: HasArbitrator ? 1U : 0)),
            ToleratedExpiries: (byte)Tolerance.Expiries,
            ToleratedAbsences: (byte)Tolerance.Absences,
            AbsencePenaltyBps: problems.Read(() => BasisPoints("tolerance.absencePenaltyPercent", Tolerance.AbsencePenaltyPercent)),
            FractionBits: (byte)fractionBits,
            Dimension: (uint)dimension,
            HyperBounds: Bounds(problems),
            AllowlistRoot: problems.Read(Allowlist) is { Count: > 0 } accounts ? new AllowlistTree(accounts).Root : Bytes32.Zero,
            SrsId: srsId,
            Document: document);
    }

    /// <summary>The arbitrator; zero where there is none. Without one nobody can contest an exclusion, so no stranger may join.</summary>
    private Address Court() => Arbitrator is not null ? ParseAccount(Arbitrator, "arbitrator")
        : Trainers.Allowlist is not null ? Address.Zero
        : throw new DocumentException(
            Source, "arbitrator", "expected a court, since everybody may join; name one, or list in trainers.allowlist who may");

    private void CheckWeights()
    {
        if (RewardWeights.Length != 0 && RewardWeights.Length != Rounds)
            throw Wrong("rewardWeights", $"{Rounds} weights, one a round, or none", $"{RewardWeights.Length}");
        for (int k = 0; k < RewardWeights.Length; k++)
            Range($"rewardWeights[{k}]", RewardWeights[k], 1, ushort.MaxValue);
    }

    private BigInteger Bounty(int decimals)
    {
        BigInteger bounty = Amount("payment.bounty", Payment.Bounty, decimals);
        return bounty.IsZero ? throw Wrong("payment.bounty", "an amount above 0", Payment.Bounty) : bounty;
    }

    private BigInteger Bond(BigInteger bounty, int decimals)
    {
        // Once more with an arbitrator, for claims.
        int rewards = Tolerance.Expiries + (HasArbitrator ? 2 : 1);
        BigInteger leastBond = rewards * LargestReward(bounty);
        if (Payment.AggregatorBond is not { } text)
            return leastBond;
        BigInteger bond = Amount("payment.aggregatorBond", text, decimals);
        return bond >= leastBond
            ? bond
            : throw Wrong(
                "payment.aggregatorBond", $"at least {Units.Format(leastBond, decimals)}, the rewards of {rewards} rounds", text);
    }

    /// <summary>Reward of the round that pays most, rounded up so that a bond made from it is never short.</summary>
    private BigInteger LargestReward(BigInteger bounty)
    {
        BigInteger sum = RewardWeights.Length == 0 ? Rounds : RewardWeights.Sum(weight => (long)weight);
        BigInteger largest = RewardWeights.Length == 0 ? 1 : RewardWeights.Max();
        return (bounty * largest + sum - 1) / sum;
    }

    private HyperBounds Bounds(FieldProblems problems)
    {
        (decimal low, decimal high) = problems.Read(LearningRates);
        (int fewestEpochs, int mostEpochs) = problems.Read(
            () => Pair("hyperParameters.localEpochs", HyperParameters.LocalEpochs, 1, ushort.MaxValue));
        (int smallest, int largest) = problems.Read(() => Pair("hyperParameters.batchSize", HyperParameters.BatchSize, 1, ushort.MaxValue));
        return new HyperBounds(
            (uint)(low * 1_000_000m), (uint)(high * 1_000_000m),
            (ushort)fewestEpochs, (ushort)mostEpochs, (ushort)smallest, (ushort)largest);
    }

    private (decimal Low, decimal High) LearningRates()
    {
        (decimal low, decimal high) = Pair("hyperParameters.learningRate", HyperParameters.LearningRate, 0.000001m, 1000m);
        return decimal.Round(low, 6) == low && decimal.Round(high, 6) == high
            ? (low, high)
            : throw Wrong("hyperParameters.learningRate", "numbers with at most six decimals", $"[{low}, {high}]");
    }

    private static (T Low, T High) Pair<T>(string field, T[] values, T least, T most) where T : INumber<T>
    {
        if (values.Length != 2 || values[0] > values[1] || values[0] < least || values[1] > most)
            throw Wrong(field, $"two numbers [low, high] between {least} and {most}", $"[{string.Join(", ", values)}]");
        return (values[0], values[1]);
    }

    private static void Range(string field, int value, int least, int most)
    {
        if (value < least || value > most)
            throw Wrong(field, $"{least} to {most}", $"{value}");
    }

    private static ushort BasisPoints(string field, decimal percent)
    {
        if (percent is < 0 or > 100 || percent * 100 != decimal.Truncate(percent * 100))
            throw Wrong(field, "a percentage from 0 to 100 with at most two decimals", percent.ToString(CultureInfo.InvariantCulture));
        return (ushort)(percent * 100);
    }

    private static uint Seconds(string field, string text, uint least = 0)
    {
        try
        {
            var seconds = (uint)Duration.Parse(text).TotalSeconds;
            return seconds >= least && seconds <= MarketLimits.Duration ? seconds
                : throw Wrong(field, $"a duration from {least}s to {MarketLimits.Duration / 86_400}d", text);
        }
        catch (FormatException e) when (e is not DocumentException)
        {
            throw new DocumentException(Source, field, e.Message, e);
        }
    }

    private static BigInteger Amount(string field, string text, int decimals)
    {
        BigInteger amount;
        try
        {
            amount = Units.Parse(text, decimals);
        }
        catch (FormatException e)
        {
            throw new DocumentException(Source, field, e.Message, e);
        }
        if (amount.Sign < 0 || amount.GetBitLength() > 128)
            throw Wrong(field, "an amount from 0 to below 2^128 of the token's smallest unit", text);
        return amount;
    }

    private static Address ParseAccount(string text, string field)
    {
        Address address = ParseAddress(text, field);
        return address.IsZero ? throw Wrong(field, "an account, not the zero address", text) : address;
    }

    private static Address ParseAddress(string? text, string field) =>
        Address.TryParse(text, out Address address)
            ? address
            : throw Wrong(field, "an address, 0x and 40 hexadecimal digits with a valid checksum", text ?? "null");

    private static DocumentException Wrong(string field, string expected, string actual) =>
        new(Source, field, $"expected {expected}, got '{actual}'");
}
