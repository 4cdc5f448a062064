using System.Numerics;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Content;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Projects;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Testing.Markets;

/// <summary>
/// A project of two rounds that was played to its end. In the first, one of three submissions is declared invalid; in the second,
/// one trainer stays away and forfeits a part of its stake.
/// </summary>
public class PlayedMarket : IAsyncDisposable
{
    public const int Dimension = 16, Trainers = 3;

    private TestMarket? _market;
    private TestProject? _project;

    public TestMarket Market => _market ?? throw new InvalidOperationException("not started");

    public MarketChain Chain => Market.Chain;

    public Srs Srs { get; } = Srs.CreateDevelopment(Dimension + Srs.ReservedCoordinates);

    /// <summary>The project's events in order.</summary>
    public IReadOnlyList<IContractEvent> Events { get; private set; } = [];

    public BigInteger Project => _project!.Id;

    /// <summary>What the contract said that it had stored of each submission, round by round, while the round was open.</summary>
    public List<Bytes32[]> SubmissionHashes { get; } = [];

    public IReadOnlyList<Aggregate> Aggregates => _project!.Aggregates;

    public static IReadOnlyList<Address> Allowlist => [.. Enumerable.Range(0, Trainers + 2).Select(TrainerAddress)];

    public static Address TrainerAddress(int index) => DevelopmentAccounts.AddressOf(2 + index);

    /// <summary>The history that events make.</summary>
    public ProjectHistory HistoryOf(IEnumerable<IContractEvent> events) => MarketHistories.Replay(Project, events);

    public async ValueTask InitializeAsync()
    {
        _market = await TestMarket.DeployAsync(Srs);
        TermsFile terms = ProjectFiles.TermsOf(_market.Aggregator) with
        {
            Payment = new("1", AggregatorFee: "0.1", TrainerStake: "0.1"),
            RewardWeights = [1, 2],
            Trainers = ProjectFiles.Invite(Allowlist) with { Minimum = Trainers, Maximum = Trainers },
            Deadlines = new("1d", "1h", "1d"),
            Tolerance = new(Absences: 0, AbsencePenaltyPercent: 25),
        };
        _project = await _market.CreateAsync(terms, Cid.Of(CidCodec.Raw, "document"u8), Dimension);
        await _project.BeginAsync(Allowlist.Take(Trainers));
        await PlayRoundAsync(submitters: Trainers, invalid: 0b010);
        await PlayRoundAsync(submitters: Trainers - 1, invalid: 0);
        Events = (await Chain.ReadHistoryAsync(Project)).Events;
    }

    public async ValueTask DisposeAsync()
    {
        if (_market is not null)
            await _market.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private async Task PlayRoundAsync(int submitters, uint invalid)
    {
        TestRound round = await _project!.OpenRoundAsync();
        await round.SubmitAsync(submitters);
        SubmissionHashes.Add([.. await Task.WhenAll(
            Enumerable.Range(0, submitters).Select(seat => Chain.Contract.SubmissionHashAsync(Project, seat)))]);
        await round.SettleAsync(invalid);
    }
}
