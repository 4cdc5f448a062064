using Marketplace.Content;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Protocol.Projects;
using Marketplace.Testing.Markets;

namespace Marketplace.Protocol.Tests.Markets;

/// <summary>
/// What settling costs with real proofs: the gas of whole transactions, in a third round, so with two public rows and with
/// balances that are not zero. The environment variable SETTLEMENT_DIMENSION adds a vector length, such as 1048576, to the two here.
/// </summary>
public sealed class SettlementGasTests(ITestOutputHelper output)
{
    private const int Rounds = 3;

    [Theory]
    [InlineData(16, 1_050_000)]
    [InlineData(32, 2_200_000)]
    public async Task A_whole_settlement_stays_within_its_bound_whatever_the_vectors_length(int trainers, int bound)
    {
        int[] dimensions = [1 << 8, 1 << 12, .. LargeDimension()];
        var used = new List<ulong>();
        foreach (int dimension in dimensions)
        {
            await using TestMarket market = await TestMarket.DeployAsync(
                Srs.OpenDevelopment(dimension, Srs.DevelopmentCache), accounts: trainers + 2);
            TermsFile terms = ProjectFiles.TermsOf(market.Aggregator) with { Rounds = Rounds, Trainers = ProjectFiles.Invite(market.Trainers) };
            TestProject project = await market.CreateAsync(terms, Cid.Of(CidCodec.Raw, "document"u8), dimension);
            await project.BeginAsync(market.Trainers);
            ulong gas = 0;
            for (int k = 0; k < Rounds; k++)
            {
                TestRound round = await project.OpenRoundAsync();
                await round.SubmitAsync();
                gas = (await round.SettleAsync()).GasUsed;
            }
            output.WriteLine($"n = {trainers}, d = {dimension}: {gas} gas");
            used.Add(gas);
        }

        Assert.All(used, gas => Assert.InRange(gas, 1ul, (ulong)bound));
        // Calldata bytes that happen to be zero, and how many are outliers, make the small difference.
        Assert.InRange(used.Max() - used.Min(), 0ul, used.Min() / 50);
    }

    private static int[] LargeDimension() =>
        int.TryParse(Environment.GetEnvironmentVariable("SETTLEMENT_DIMENSION"), out int dimension) ? [dimension] : [];
}
