using Marketplace.Web.Logic.Tests.Support;
using Marketplace.Web.Verification;

namespace Marketplace.Web.Logic.Tests.Verification;

/// <summary>The command by which readers audit on their own machines.</summary>
public sealed class AuditCommandTests(SyntheticEnd end) : ComponentTest(end)
{
    [Fact]
    public void On_a_development_chain_the_command_is_complete()
    {
        Assert.True(Market.IsLocal);
        Assert.Equal(
            $"dotnet run --project src/Marketplace -- audit 7 \\\n  --market {Market.Chain.Address} \\\n  "
                + $"--rpc http://{Market.Chain.Client.Rpc.Host} \\\n  --store '{Market.Store.Location}' \\\n  --html audit-7.html",
            AuditCommand.Of(7, Market));
    }
}
