using System.Numerics;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Chain.Sending;
using Marketplace.Contracts;

namespace Marketplace.Testing.Markets;

/// <summary>The least court: a panel of one auditor, whose bond is posted and who has an hour to vote.</summary>
public static class OneAuditorPanel
{
    private const int VotingSeconds = 3600;

    /// <summary>What a case costs, in wei.</summary>
    public static BigInteger Fee { get; } = Units.ParseEther("0.01");

    private static BigInteger Bond { get; } = Units.ParseEther("0.1");

    /// <summary>Deploys the panel on a development node, which signs for both.</summary>
    /// <returns>The panel's address.</returns>
    public static async Task<Address> DeployAsync(EthereumClient client, Address owner, Address auditor)
    {
        Address panel = await client.DeployAsync(owner, PanelContract.Deploy([auditor], 1, Fee, Bond, VotingSeconds));
        await client.SendFromAsync(auditor, new TransactionRequest(panel, PanelContract.Calldata.PostBond()) { Value = Bond });
        return panel;
    }
}
