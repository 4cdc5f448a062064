using Marketplace.Agents;
using Marketplace.Chain;
using Marketplace.Chain.Signing;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Protocol.Disputes;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Rounds;
using Marketplace.Testing;
using Marketplace.Testing.Files;
using Marketplace.Testing.Markets;
using Marketplace.Testing.Nodes;
using Marketplace.Testing.Programs;

namespace Marketplace.Commands.Tests;

/// <summary>A claim from its panel to its ruling, by nothing but commands.</summary>
public sealed class DisputeTests : IAsyncLifetime
{
    private const int OwnerKey = 0, TrainerKey = 2, AuditorKey = 3;

    private static readonly TimeSpan Voting = TimeSpan.FromHours(1);

    private readonly TemporaryFolder _folder = new();
    private TestMarket? _market;

    private TestMarket Market => _market!;

    public async ValueTask InitializeAsync()
    {
        _market = await TestMarket.DeployAsync(Srs.OpenDevelopment(ExcludedUpdate.Dimension, Programs.DataFolder["marketplace", "srs"]));
        _folder.Write("deployment.json", Market.DeploymentJson);
    }

    public async ValueTask DisposeAsync()
    {
        await Market.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(ExcludedKind.Honest, "valid")]
    [InlineData(ExcludedKind.Noise, "invalid")]
    public async Task A_claim_is_judged(ExcludedKind kind, string verdict)
    {
        string auditor = $"{Account(AuditorKey)}";
        Address panel = Address.Parse((await RunAsync($"panel create --auditor {auditor} --fee 0.02 --bond 0.5", OwnerKey)).Succeeded().Trim());
        await RunAsync($"panel join {panel}", AuditorKey);
        string shown = (await RunAsync($"panel show {panel}", OwnerKey)).Succeeded();
        Assert.Contains("1 of 1 must agree, a case costs 0.02 ETH, each has locked 0.5 ETH", shown, StringComparison.Ordinal);
        Assert.Contains($"{auditor}\tbonded", shown, StringComparison.Ordinal);

        TestProject project;
        using (IContentStore store = ContentStore.Open(_folder["blocks"]))
            project = await ExcludedUpdate.PlayAsync(Market, store, panel, Market.Trainers[0], kind);
        Assert.Contains("1\tround 1\t", (await RunAsync($"claims {project.Id}", OwnerKey)).Succeeded(), StringComparison.Ordinal);
        (await RunAsync("judge 1", AuditorKey)).IsWrongUsage("nothing to judge", "to be claimed until");
        string opening = new UpdateOpening(ExcludedUpdate.Seed).ToUri();
        (await RunAsync($"claim 1 --evidence \"{opening}\"", OwnerKey)).IsFailure("NotTrainer");
        string claimed = (await RunAsync($"claim 1 --evidence \"{opening}\"", TrainerKey)).Succeeded();
        Assert.Contains("to be denied until", claimed, StringComparison.Ordinal);
        (await RunAsync("judge 1", AuditorKey)).IsWrongUsage("not before the court");
        Assert.Contains("before the court as case 1", (await RunAsync("deny 1 --evidence no", OwnerKey)).Succeeded(), StringComparison.Ordinal);
        (await RunAsync("conclude 1", OwnerKey)).IsFailure("DeadlineNotPassed");

        string dry = (await RunAsync("judge 1 --dry-run", OwnerKey)).Succeeded();
        Assert.StartsWith($"case 1: {verdict}, ", dry, StringComparison.Ordinal);
        Assert.DoesNotContain("voted", dry, StringComparison.Ordinal);
        (await RunAsync("judge 1", OwnerKey)).IsWrongUsage("is not on the panel");
        string judged = (await RunAsync("judge 1", AuditorKey)).Succeeded();
        Assert.Contains($"voted {verdict}", judged, StringComparison.Ordinal);
        Assert.Contains("ruling is carried out", judged, StringComparison.Ordinal);
        Assert.Contains("concluded", (await RunAsync($"claims {project.Id}", OwnerKey)).Succeeded(), StringComparison.Ordinal);

        // Who was right has the deposit back; the auditor has its fee and its bond.
        int winner = verdict == "valid" ? TrainerKey : OwnerKey;
        Assert.Contains("withdrew 0.02 ETH of deposits", (await RunAsync("withdraw", winner)).Succeeded(), StringComparison.Ordinal);
        await RunAsync($"panel leave {panel}", AuditorKey);
        Assert.Contains("withdrew 0.52 ETH", (await RunAsync($"panel withdraw {panel}", AuditorKey)).Succeeded(), StringComparison.Ordinal);
        Assert.Contains("nothing to withdraw", (await RunAsync($"panel withdraw {panel}", AuditorKey)).Succeeded(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ExcludedKind.Honest, "case 1: valid")]
    [InlineData(ExcludedKind.Noise, "case 1: invalid")]
    [InlineData(ExcludedKind.NotServed, "case 1: refused")]
    public async Task An_auditor_that_runs_judges_what_comes(ExcludedKind kind, string verdict)
    {
        Address panel = await CreatePanelAsync(AuditorKey);
        await using MarketProgram auditor = Run(panel, AuditorKey);
        await auditor.WaitForLineAsync(line => line.Contains("posted the bond of 0.5 ETH", StringComparison.Ordinal));
        await DisputeAsync(panel, kind);
        if (kind == ExcludedKind.NotServed)
        {
            await auditor.WaitForLineAsync(line => line.Contains("cannot be told yet", StringComparison.Ordinal));
            await Market.Node.PassAsync(Voting * 0.8);
        }
        await auditor.WaitForLineAsync(line => line.Contains(verdict, StringComparison.Ordinal));
        await auditor.WaitForLineAsync(line => line.Contains("its ruling is carried out", StringComparison.Ordinal));
        Assert.Contains("concluded", (await RunAsync("claims 1", OwnerKey)).Succeeded(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ExcludedKind.Honest, "valid")]
    [InlineData(ExcludedKind.OtherCommitment, "invalid")]
    public async Task A_case_is_judged_without_showing_the_update_to_anybody_but_the_panel(ExcludedKind kind, string verdict)
    {
        const int second = AuditorKey + 1;
        Address panel = await CreatePanelAsync(AuditorKey, second);
        await using MarketProgram auditor = Run(panel, AuditorKey);
        await auditor.WaitForLineAsync(line => line.Contains("published the key to which evidence is sealed", StringComparison.Ordinal));
        await auditor.WaitForLineAsync(line => line.Contains("posted the bond", StringComparison.Ordinal));
        string shown = (await RunAsync($"panel show {panel}", OwnerKey)).Succeeded();
        Assert.Contains($"{Account(AuditorKey)}\tbonded\tevidence can be sealed to it", shown, StringComparison.Ordinal);
        Assert.Contains($"{Account(second)}\tnot bonded\thas published no key", shown, StringComparison.Ordinal);
        string joined = (await RunAsync($"panel join {panel}", second)).Succeeded();
        Assert.Contains("published the key", joined, StringComparison.Ordinal);

        await KeepAsync(await PlayAsync(panel, kind));
        (await RunAsync("claim 1 --sealed --public", TrainerKey)).IsWrongUsage("give one of them");
        string claimed = (await RunAsync("claim 1", TrainerKey)).Succeeded();
        Assert.Contains("showing how the update opens to the panel's 2 auditors alone", claimed, StringComparison.Ordinal);
        (await RunAsync("deny 1 --evidence no", OwnerKey)).Succeeded();

        Outcome outsider = await RunAsync("judge 1 --dry-run", OwnerKey);
        Assert.Equal(3, outsider.ExitCode);
        Assert.Contains(
            $"cannot be told, how the update opens is sealed to the auditors of the panel {panel}", outsider.Output, StringComparison.Ordinal);
        await auditor.WaitForLineAsync(line => line.Contains($"voted {verdict}", StringComparison.Ordinal));
        string judged = (await RunAsync("judge 1", second)).Succeeded();
        Assert.StartsWith($"case 1: {verdict}, ", judged, StringComparison.Ordinal);
        Assert.Contains($"voted {verdict}", judged, StringComparison.Ordinal);
        await Polling.WaitUntilAsync(
            async () => (await RunAsync("claims 1", OwnerKey)).Succeeded().Contains("concluded", StringComparison.Ordinal),
            TimeSpan.FromMinutes(1), () => $"{auditor.Log}\n{judged}", CancellationToken.None);
    }

    [Fact]
    public async Task Where_an_auditor_has_published_no_key_everybody_is_shown_unless_told_otherwise()
    {
        const int second = AuditorKey + 1;
        string both = $"--auditor {Account(AuditorKey)} --auditor {Account(second)} --auditor {Account(second + 1)}";
        Address panel = Address.Parse((await RunAsync($"panel create {both}", OwnerKey)).Succeeded().Trim());
        TestProject project = await PlayAsync(panel, ExcludedKind.Honest);
        (await RunAsync("claim 1", TrainerKey)).IsWrongUsage("has kept no update of project 1, round 1");
        await KeepAsync(project);
        (await RunAsync("claim 1 --sealed", TrainerKey)).IsWrongUsage("only 0 of the panel's 3 auditors have published a key, and 2 must agree");
        (await RunAsync($"panel join {panel}", AuditorKey)).Succeeded();
        (await RunAsync($"panel join {panel}", second)).Succeeded();
        string claimed = (await RunAsync("claim 1 --sealed", TrainerKey)).Succeeded();
        Assert.Contains("to 2 of the panel's 3 auditors alone, and nothing to the others", claimed, StringComparison.Ordinal);
        string last = (await RunAsync("judge 1 --dry-run", second + 1)).Succeeded();
        Assert.Contains("case 1: invalid, ", last, StringComparison.Ordinal);
        Assert.Contains("not sealed to the auditor on seat 3", last, StringComparison.Ordinal);
        Assert.StartsWith("case 1: valid, ", (await RunAsync("judge 1 --dry-run", second)).Succeeded(), StringComparison.Ordinal);

        await KeepAsync(await PlayAsync(panel, ExcludedKind.Honest));
        string open = (await RunAsync("claim 2", TrainerKey)).Succeeded();
        Assert.Contains("to everybody, for only 2 of the panel's 3 auditors have published a key", open, StringComparison.Ordinal);
        Assert.StartsWith("case 2: valid, ", (await RunAsync("judge 2 --dry-run", OwnerKey)).Succeeded(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_case_that_another_lets_pass_costs_only_the_other_its_bond()
    {
        const int silent = AuditorKey + 1;
        Address panel = await CreatePanelAsync(AuditorKey, silent);
        (await RunAsync($"panel join {panel}", silent)).Succeeded();
        await using MarketProgram auditor = Run(panel, AuditorKey);
        await auditor.WaitForLineAsync(line => line.Contains("posted the bond", StringComparison.Ordinal));
        await DisputeAsync(panel, ExcludedKind.Honest);
        await auditor.WaitForLineAsync(line => line.Contains("voted valid", StringComparison.Ordinal));
        await auditor.WaitForLineAsync(line => line.Contains("waiting for the others", StringComparison.Ordinal));

        // Stopped and started again it votes no second time, and closes what the other has let pass.
        auditor.Interrupt();
        await auditor.WaitAsync();
        await Market.Node.PassAsync(Voting * 2);
        await using MarketProgram again = Run(panel, AuditorKey);
        await again.WaitForLineAsync(line => line.Contains("its ruling is carried out", StringComparison.Ordinal));
        Assert.DoesNotContain("voted", again.Written, StringComparison.Ordinal);
        string shown = (await RunAsync($"panel show {panel}", OwnerKey)).Succeeded();
        Assert.Contains($"{Account(AuditorKey)}\tbonded", shown, StringComparison.Ordinal);
        Assert.Contains($"{Account(silent)}\tnot bonded", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Votes_that_are_mined_together_decide_though_neither_was_the_last_when_it_was_sent()
    {
        const int other = AuditorKey + 1;
        Address panel = await CreatePanelAsync(AuditorKey, other);
        (await RunAsync($"panel join {panel}", AuditorKey)).Succeeded();
        (await RunAsync($"panel join {panel}", other)).Succeeded();
        await DisputeAsync(panel, ExcludedKind.Honest);
        await Market.Node.SendAsync("evm_setAutomine", "[false]");
        await using MarketProgram first = Run(panel, AuditorKey), second = Run(panel, other);
        await Polling.WaitUntilAsync(
            async () => (await Market.Chain.Client.SendAsync("txpool_status", [])).GetProperty("pending").GetString() == "0x2",
            TimeSpan.FromMinutes(1), () => $"{first.Log}\n{second.Log}", CancellationToken.None);
        await Market.Node.SendAsync("evm_setAutomine", "[true]");
        await Market.Node.SendAsync("evm_mine");
        await first.WaitForLineAsync(line => line.Contains("voted valid", StringComparison.Ordinal));
        await second.WaitForLineAsync(line => line.Contains("voted valid", StringComparison.Ordinal));
        await Polling.WaitUntilAsync(
            async () => (await RunAsync("claims 1", OwnerKey)).Succeeded().Contains("concluded", StringComparison.Ordinal),
            TimeSpan.FromMinutes(1), () => $"{first.Log}\n{second.Log}", CancellationToken.None);
    }

    [Fact]
    public async Task An_account_that_is_not_on_the_panel_cannot_run()
    {
        Address panel = await CreatePanelAsync(AuditorKey);
        (await RunAsync($"panel run {panel}", OwnerKey)).IsWrongUsage("is not on the panel", $"{Account(AuditorKey)}");
    }

    [Theory]
    [InlineData("claim 9 --evidence x", "there is no claim 9")]
    [InlineData("judge 9", "there is no claim 9")]
    [InlineData("panel show nowhere", "expects an address")]
    [InlineData("panel run nowhere", "expects an address")]
    [InlineData("panel create --auditor nobody", "expects an address")]
    [InlineData("panel create --auditor 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --voting soon", "expected a duration")]
    public async Task What_is_not_there_is_refused(string command, string word) => (await RunAsync(command, OwnerKey)).IsWrongUsage(word);

    private static Address Account(int key) => DevelopmentAccounts.AddressOf(EthereumNode.Keys[key]);

    /// <summary>A panel of all these, who must agree.</summary>
    private async Task<Address> CreatePanelAsync(params int[] auditors)
    {
        string names = string.Join(' ', auditors.Select(auditor => $"--auditor {Account(auditor)}"));
        string created = $"panel create {names} --quorum {auditors.Length} --fee 0.02 --bond 0.5 --voting {Voting.TotalHours}h";
        return Address.Parse((await RunAsync(created, OwnerKey)).Succeeded().Trim());
    }

    private MarketProgram Run(Address panel, int key) =>
        MarketProgram.Start(Programs.Owner, ["panel", "run", $"{panel}", "--poll", "0.1"], SettingsOf(key));

    /// <summary>Plays a project whose only update is excluded, claimed and denied.</summary>
    private async Task DisputeAsync(Address panel, ExcludedKind kind)
    {
        await PlayAsync(panel, kind);
        (await RunAsync($"claim 1 --evidence \"{new UpdateOpening(ExcludedUpdate.Seed).ToUri()}\"", TrainerKey)).Succeeded();
        (await RunAsync("deny 1 --evidence no", OwnerKey)).Succeeded();
    }

    private async Task<TestProject> PlayAsync(Address panel, ExcludedKind kind)
    {
        using IContentStore store = ContentStore.Open(_folder["blocks"]);
        return await ExcludedUpdate.PlayAsync(Market, store, panel, Market.Trainers[0], kind);
    }

    /// <summary>Puts what was submitted where 'trainer run' keeps it.</summary>
    private async Task KeepAsync(TestProject project)
    {
        using IContentStore store = ContentStore.Open(_folder["blocks"]);
        RoundId round = Market.Chain.Round(project.Id, 0);
        ProjectView view = await ProjectView.OpenAsync(Market.Chain, store, project.Id, CancellationToken.None);
        RoundHistory played = view.History.Rounds[0];
        MarketEvents.UpdateSubmitted posted = played.Submissions.Single();
        byte[] payload = await store.GetAsync(posted.Payload, SealedUpdate.MaxLength(ExcludedUpdate.Dimension));
        using PrivateKey key = PrivateKey.Parse(EthereumNode.Keys[TrainerKey]);
        string state = Path.Combine(_folder["state"], $"{round.ChainId}-{round.Market}", $"{key.Address}", "updates");
        var secrets = new PartySecrets(key);
        var updates = new SealedUpdateStore(
            state, new UpdateSealing(secrets, AgentRole.Trainer, ExcludedUpdate.Dimension, view.Document.FractionBits));
        var entries = new short[ExcludedUpdate.Dimension];
        var update = new BlindedUpdate(entries, view.Document.FractionBits, secrets.Blinder(round, entries));
        var kept = new StoredUpdate(
            played.Opened!.Model, played.Opened.HyperParameters, update, posted.Commitment, new(payload, ExcludedUpdate.Seed));
        await updates.DecideAsync(round, kept, _ => true, CancellationToken.None);
    }

    private Task<Outcome> RunAsync(string command, int key) => Programs.RunAsync(Programs.Owner, command, SettingsOf(key));

    private Dictionary<string, string> SettingsOf(int key) => new()
    {
        ["MARKETPLACE_RPC"] = Market.Node.Url.ToString(),
        ["MARKETPLACE_DEPLOYMENT"] = _folder["deployment.json"],
        ["MARKETPLACE_STORE"] = _folder["blocks"],
        ["MARKETPLACE_STATE"] = _folder["state"],
        ["MARKETPLACE_KEY"] = EthereumNode.Keys[key],
        ["XDG_DATA_HOME"] = Programs.DataFolder.Path,
    };
}
