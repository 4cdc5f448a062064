using Marketplace.Algebra.Curves;
using Marketplace.Chain;
using Marketplace.Crypto.Sealing;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Protocol.Rounds;
using Marketplace.Testing.Markets;

namespace Marketplace.Protocol.Tests.Rounds;

/// <summary>Submissions: bound to round, trainer, aggregator and commitment, and to nothing less.</summary>
public sealed class SealedUpdateTests : IDisposable
{
    private static readonly Srs Srs = Srs.CreateDevelopment(4 + Srs.ReservedCoordinates);
    private static readonly RoundId Round = new(31337, Address.Parse("0x70997970C51812dc3A010C7d01b50e0d17dc79C8"), 3, 5);
    private static readonly BlindedUpdate Update = new([1, -2, 3, 0], 14, Fr.FromUInt64(7));

    private readonly SealingKey _aggregator = SealingKey.Generate();

    public static TheoryData<RoundId> OtherRounds =>
        [Round with { ChainId = 1 }, Round with { Market = PlayedMarket.TrainerAddress(0) }, Round with { Project = 4 }, Round with { Round = 4 }];

    [Fact]
    public void It_opens_for_its_round_and_trainer()
    {
        BlindedUpdate opened = Open(Seal(), Round);
        Assert.Equal(Update.Entries, opened.Entries);
        Assert.Equal(Update.Blinder, opened.Blinder);
    }

    [Fact]
    public void It_opens_for_a_court_as_it_does_for_the_aggregator()
    {
        using SealingKey ephemeral = SealingKey.Generate(), other = SealingKey.Generate();
        SealedUpdate submission = Seal(ephemeral);
        Assert.Equal(Update.Entries, OpenAsSealed(submission, ephemeral).Entries);
        Refuses(SubmissionFault.Unopenable, () => OpenAsSealed(submission, other));
        Refuses(SubmissionFault.Mismatch, () => OpenAsSealed(submission with { Commitment = G1.Generator }, ephemeral));
        Refuses(SubmissionFault.Malformed, () => OpenAsSealed(Seal(ephemeral, Update with { FractionBits = 13 }), ephemeral));
    }

    [Theory]
    [MemberData(nameof(OtherRounds))]
    public void It_opens_for_no_other_round(RoundId other) => Refuses(SubmissionFault.Unopenable, () => Open(Seal(), other));

    [Fact]
    public void It_opens_for_no_other_trainer_and_no_other_aggregator()
    {
        Refuses(SubmissionFault.Unopenable, () => Open(Seal(), Round, PlayedMarket.TrainerAddress(1)));
        using var other = SealingKey.Generate();
        Refuses(SubmissionFault.Unopenable, () => Open(Seal(), Round, key: other));
    }

    [Fact]
    public void It_opens_altered_or_cut_nowhere()
    {
        SealedUpdate submission = Seal();
        for (int k = 0; k < submission.Bytes.Length; k++)
        {
            byte[] altered = [.. submission.Bytes];
            altered[k] ^= 1;
            Refuses(SubmissionFault.Unopenable, () => Open(submission with { Bytes = altered }, Round));
            Refuses(SubmissionFault.Unopenable, () => Open(submission with { Bytes = submission.Bytes[..k] }, Round));
        }
        Assert.InRange(submission.Bytes.Length, 1, SealedUpdate.MaxLength(Update.Entries.Length));
    }

    [Fact]
    public void It_must_hold_an_update_of_the_project()
    {
        Refuses(SubmissionFault.Malformed, () => Open(Seal(Update with { Entries = [1, 2, 3] }), Round));
        Refuses(SubmissionFault.Malformed, () => Open(Seal(Update with { FractionBits = 13 }), Round));
    }

    [Fact]
    public void It_must_hold_what_its_commitment_commits_to()
    {
        Refuses(SubmissionFault.Mismatch, () => Open(Seal() with { Commitment = G1.Generator }, Round));
        Refuses(SubmissionFault.Mismatch, () => Open(Seal() with { Commitment = Seal(Update with { Entries = [1, -2, 3, 1] }).Commitment }, Round));
        Refuses(
            SubmissionFault.Mismatch, () => Open(Seal() with { Commitment = Seal(Update with { Blinder = Fr.FromUInt64(8) }).Commitment }, Round));
    }

    [Fact]
    public void Sealing_twice_gives_other_bytes_and_the_same_commitment()
    {
        SealedUpdate one = Seal(), other = Seal();
        Assert.Equal(one.Commitment, other.Commitment);
        Assert.NotEqual(one.Bytes, other.Bytes);
    }

    public void Dispose() => _aggregator.Dispose();

    private static void Refuses(SubmissionFault fault, Action open) =>
        Assert.Equal(fault, Assert.Throws<InvalidSubmissionException>(open).Fault);

    private SealedUpdate Seal(BlindedUpdate? update = null)
    {
        using var ephemeral = SealingKey.Generate();
        return Seal(ephemeral, update);
    }

    private SealedUpdate Seal(SealingKey ephemeral, BlindedUpdate? update = null) => SealedUpdate.Seal(
        Srs, update ?? Update, Round, PlayedMarket.TrainerAddress(0), ephemeral, _aggregator.PublicKey, CancellationToken.None);

    private BlindedUpdate OpenAsSealed(SealedUpdate submission, SealingKey ephemeral) => submission.OpenAsSealed(
        Srs, Round, PlayedMarket.TrainerAddress(0), ephemeral, _aggregator.PublicKey, Update.Entries.Length, 14, CancellationToken.None);

    private BlindedUpdate Open(SealedUpdate submission, RoundId round, Address? trainer = null, SealingKey? key = null) => submission.Open(
        Srs, round, trainer ?? PlayedMarket.TrainerAddress(0), key ?? _aggregator, Update.Entries.Length, 14, CancellationToken.None);
}
