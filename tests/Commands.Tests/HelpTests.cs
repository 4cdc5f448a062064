using System.Text.RegularExpressions;

namespace Marketplace.Commands.Tests;

/// <summary>Every command explains itself.</summary>
public partial class HelpTests
{
    [Theory]
    [InlineData(Programs.Owner, "", "marketplace demo", "marketplace.json")]
    [InlineData(Programs.Owner, "demo", "--data", "MNIST", "--with-forger")]
    [InlineData(Programs.Owner, "init", "<name>", "--template", "adapter", "README")]
    [InlineData(Programs.Owner, "simulate", "--trainers", "--attackers", "flip:N", "--partition", "--gas-price", "--root", "no money")]
    [InlineData(Programs.Owner, "create", "<terms>", "--keystore", "escrows")]
    [InlineData(Programs.Owner, "start", "<project>")]
    [InlineData(Programs.Owner, "cancel", "everything goes back")]
    [InlineData(Programs.Owner, "stop", "two rounds")]
    [InlineData(Programs.Owner, "model", "--out", "safetensors")]
    [InlineData(Programs.Owner, "card", "<project>", "--out", "Markdown", "license")]
    [InlineData(Programs.Owner, "predict", "<model>", "--input", "IDX", "--format", "<csv|json>", "without the market")]
    [InlineData(Programs.Owner, "export", "<model>", "<onnx|pytorch>", "model.py")]
    [InlineData(Programs.Owner, "withdraw", "--token", "native", "--to <address>", "--amount")]
    [InlineData(Programs.Owner, "list", "--rpc", "[default: http://127.0.0.1:8545]")]
    [InlineData(Programs.Owner, "list", "--json", "time left")]
    [InlineData(Programs.Owner, "show", "<project>", "--json", "stake", "court")]
    [InlineData(Programs.Owner, "watch", "--poll <seconds>", "[default: 2]")]
    [InlineData(Programs.Owner, "audit", "exit code 0", "--json", "--html", "--summary")]
    [InlineData(Programs.Owner, "claims", "<project>", "declared invalid")]
    [InlineData(Programs.Owner, "claim", "<case>", "--evidence <uri>", "trainer run")]
    [InlineData(Programs.Owner, "deny", "<case>", "--evidence <uri>", "anybody may")]
    [InlineData(Programs.Owner, "conclude", "<case>", "anybody may")]
    [InlineData(Programs.Owner, "judge", "<case>", "--dry-run", "exit code 3")]
    [InlineData(Programs.Owner, "panel", "create", "run", "join", "leave", "show", "withdraw")]
    [InlineData(Programs.Owner, "panel run", "<panel>", "--poll <seconds>", "last quarter")]
    [InlineData(Programs.Owner, "panel create", "--auditor <address>", "--quorum", "[default: 3d]")]
    [InlineData(Programs.Owner, "account", "<keystore>", "must not exist")]
    [InlineData(Programs.Owner, "srs", "prepare", "development")]
    [InlineData(Programs.Owner, "srs prepare", "<ptau>", "--parameters")]
    [InlineData(Programs.Owner, "srs development", "--dimension", "only local chains")]
    [InlineData(Programs.Trainer, "", "trainer run --project 3", "never leaves this machine")]
    [InlineData(
        Programs.Trainer, "run", "--data", "ID=DATA", "--train-command", "round.json", "project.json", "--poll <seconds>", "MARKETPLACE_KEY",
        "MARKETPLACE_PASSWORD", "stake", "--device", "[default: auto]")]
    [InlineData(Programs.Trainer, "check", "--project", "--data", "--account <address>", "Exit code 0", "Sends nothing")]
    [InlineData(Programs.Trainer, "status", "--project", "earned")]
    [InlineData(Programs.Trainer, "explain", "--project", "--round", "--trainer <address>")]
    [InlineData(Programs.Trainer, "leave", "--project", "join deadline")]
    [InlineData(Programs.Trainer, "withdraw", "--token", "--to <address>")]
    [InlineData(Programs.Aggregator, "", "aggregator run --project 3=/data/root")]
    [InlineData(Programs.Aggregator, "run", "ID=ROOTSET,TESTSET", "bond", "--device", "[default: cpu]", "--measure-command", "root or test")]
    [InlineData(Programs.Aggregator, "collect", "bond once contests are over")]
    public async Task Help_teaches(string program, string command, params string[] words)
    {
        string help = (await Programs.RunAsync(program, $"{command} --help")).Succeeded();
        Assert.Contains("Description:", help, StringComparison.Ordinal);
        Assert.Matches($@"Usage:\s+{program.ToLowerInvariant()} {command}", help);
        Assert.All(words, word => Assert.Contains(word, help, StringComparison.Ordinal));
        Assert.DoesNotMatch(OptionWithoutDescription(), help);
        Assert.DoesNotMatch(DefaultSaidTwice(), help);
    }

    [GeneratedRegex(@"^  --[a-z-]+( <[^>]+>)?( \(REQUIRED\))?\s*$", RegexOptions.Multiline)]
    private static partial Regex OptionWithoutDescription();

    [GeneratedRegex(@"\[default: .*\[default: ")]
    private static partial Regex DefaultSaidTwice();
}
