using System.Text;
using Marketplace.Chain;
using Marketplace.Chain.Signing;
using Marketplace.Content;
using Marketplace.Learning.Storage;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Protocol.Projects;
using Marketplace.Protocol.Rounds;
using Marketplace.Testing.Files;
using Marketplace.Testing.Markets;
using Marketplace.Testing.Nodes;

namespace Marketplace.Agents.Tests;

/// <summary>A market in memory with its parties: their keys, their folders, and agents that can be started again.</summary>
internal sealed class World : IDisposable
{
    public const int Rounds = 2;

    public const int Dimension = 51;

    public static readonly Address Court = Address.Parse("0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC");

    public static readonly Srs Srs = Srs.CreateDevelopment(Dimension + Srs.ReservedCoordinates);

    private readonly TemporaryFolder _folder = new();
    private readonly PrivateKey[] _keys;
    private readonly Dictionary<string, Action>[] _journals;
    private readonly List<(int Party, int Round)> _told = [];

    private World(int trainers)
    {
        _keys = [.. EthereumNode.Keys.Take(1 + trainers).Select(key => PrivateKey.Parse(key))];
        _journals = [.. _keys.Select(_ => new Dictionary<string, Action>())];
        Engines = [.. _keys.Select((_, party) => new UnsteadyEngine(party))];
        Content = ContentStore.Open(_folder["blocks"]);
    }

    public MemoryMarket Market { get; private set; } = null!;

    public IContentStore Content { get; }

    public ProjectDocument Document { get; private set; } = null!;

    /// <summary>By party; 0 is the aggregator, the trainers follow.</summary>
    public UnsteadyEngine[] Engines { get; }

    /// <summary>The rounds that trainers were told of when they ended, from 0; by party.</summary>
    public ILookup<int, int> Told => _told.ToLookup(told => told.Party, told => told.Round);

    /// <summary>Proves for the aggregator.</summary>
    public IRoundProver Prover { get; set; } = new LocalProver(Srs);

    /// <summary>What agents have said.</summary>
    public List<string> Said { get; } = [];

    /// <param name="trainers">How many take part.</param>
    /// <param name="members">More members of the project's document, each followed by a comma.</param>
    /// <param name="hasArbitrator">Whether the terms name a court.</param>
    /// <param name="showsList">Whether the document lists who may join.</param>
    public static async Task<World> CreateAsync(int trainers = 2, string members = "", bool hasArbitrator = false, bool showsList = true)
    {
        var world = new World(trainers);
        TermsFile terms = ProjectFiles.TermsOf(world.AccountOf(0), trainers) with { Payment = new("1"), Rounds = Rounds };
        if (hasArbitrator)
            terms = terms with { Arbitrator = $"{Court}", Deadlines = terms.Deadlines with { Contest = "10m" } };
        ProjectDocument.Draft draft = ProjectDocument.Draft.Parse(
            Encoding.UTF8.GetBytes($$"""
                {
                  "title":"t",
                  {{members}}
                  "model":{"input":[1,4,4],"layers":[{"type":"flatten"},{"type":"linear","name":"out","out":3}],"loss":"crossEntropy"}
                }
                """),
            "the draft");
        if (showsList)
            draft = draft with { Allowlist = terms.Trainers.Allowlist };
        ProjectDocument unpublished = draft.Publish(new Cid(CidCodec.Raw, new byte[32]));
        byte[] initial = ModelFile.Write(unpublished.Model, new int[Dimension], unpublished.FractionBits);
        world.Document = draft.Publish(await world.Content.AddAsync(initial));
        Cid document = await world.Content.AddAsync(world.Document.ToBytes());
        world.Market = new MemoryMarket(
            terms.ToContract(document, Dimension, world.Document.FractionBits, 18, 1_000_000, new Bytes32(Srs.Id)), Srs);
        return world;
    }

    public Address AccountOf(int party) => _keys[party].Address;

    public static RoundId RoundOf(int round) => new(MemoryMarket.ChainId, MemoryMarket.Address, MemoryMarket.Project, round);

    public SealedUpdateStore UpdatesOf(int party) => new(
        _folder[$"party-{party}"],
        new UpdateSealing(
            new PartySecrets(_keys[party]), party == 0 ? AgentRole.Aggregator : AgentRole.Trainer, Dimension, Document.FractionBits));

    /// <summary>The file in which a party keeps a round's update.</summary>
    public string FileOf(int party, int round) =>
        _folder[$"party-{party}", party == 0 ? "aggregator" : "trainer", $"{MemoryMarket.Project}-{round}.update"];

    /// <summary>The key to which trainers seal.</summary>
    public Crypto.Sealing.SealingKey AggregatorKey() => new PartySecrets(_keys[0]).SealingKey(MemoryMarket.ChainId, MemoryMarket.Address);

    /// <summary>Seals an update as a trainer does.</summary>
    public SealedUpdate Seal(int trainer, int round, BlindedUpdate update, Address? sealedAs = null)
    {
        using Crypto.Sealing.SealingKey key = AggregatorKey();
        using var ephemeral = Crypto.Sealing.SealingKey.Generate();
        return SealedUpdate.Seal(Srs, update, RoundOf(round), sealedAs ?? AccountOf(trainer), ephemeral, key.PublicKey, CancellationToken.None);
    }

    /// <summary>Starts a party's agent, as after a crash: nothing but its key, its folder and its journal is left of the one before.</summary>
    public async Task<Func<CancellationToken, Task<AgentStep>>> StartAsync(int party, Crashes? crashes = null)
    {
        crashes ??= new Crashes();
        var account = new MemoryAccount(Market, AccountOf(party), _journals[party], crashes);
        var context = new AgentContext(
            account,
            account,
            new CrashingContent(Content, crashes),
            new CrashingUpdates(UpdatesOf(party), crashes),
            new PartySecrets(_keys[party]),
            Srs,
            Said.Add);
        ProjectView project = await ProjectView.OpenAsync(Market, "market", Content, CancellationToken.None);
        return party == 0
            ? new AggregatorAgent(context, project, Engines[0], Engines[0], Prover).StepAsync
            : new TrainerAgent(
                context, project, Engines[party], keepEarnings: false, round => _told.Add((party, round.Index))).StepAsync;
    }

    /// <summary>Lets parties act in turn until all are done, and starts anew whoever crashes.</summary>
    /// <param name="crashing">The party that crashes.</param>
    /// <param name="crashes">Where it does.</param>
    /// <param name="until">Ends the run earlier.</param>
    public async Task RunAsync(int crashing = 0, Crashes? crashes = null, Func<bool>? until = null)
    {
        var steps = new Func<CancellationToken, Task<AgentStep>>?[_keys.Length];
        for (int party = 0; party < _keys.Length; party++)
            steps[party] = await StartAsync(party, party == crashing ? crashes : null);
        string[] waits = new string[_keys.Length];
        for (int idle = 0; steps.Any(step => step is not null); idle++)
        {
            Assert.True(idle < 10, $"everybody waits:\n{string.Join('\n', waits)}");
            Market.Now += (ulong)idle;
            for (int party = 0; party < _keys.Length; party++)
            {
                if (until?.Invoke() == true)
                    return;
                if (steps[party] is not { } step)
                    continue;
                try
                {
                    AgentStep found = await step(CancellationToken.None);
                    waits[party] = $"{found}";
                    if (found is not AgentStep.Waiting)
                        idle = 0;
                    if (found is AgentStep.Ending)
                        steps[party] = null;
                }
                catch (CrashException)
                {
                    steps[party] = await StartAsync(party, crashes);
                }
            }
        }
    }

    public void Dispose()
    {
        foreach (PrivateKey key in _keys)
            key.Dispose();
        Content.Dispose();
        _folder.Dispose();
    }
}
