using Marketplace.Chain;
using Marketplace.Protocol.Markets;
using Marketplace.Testing.Files;

namespace Marketplace.Protocol.Tests.Markets;

public class DeploymentTests
{
    private const string Market = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

    [Fact]
    public void What_the_deployment_wrote_is_read()
    {
        Deployment read = Read($$"""{"chainId":31337,"market":"{{Market}}","verifier":"0x1","srsId":"0x2","block":12,"deployedAt":"2026-01-01"}""");
        Assert.Equal(new Deployment(Address.Parse(Market), 31337, 12), read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData($$"""{"chainId":"31337","market":"{{Market}}","block":12}""")]
    [InlineData($$"""{"chainId":31337,"market":"{{Market}}","block":-1}""")]
    [InlineData("""{"chainId":31337,"market":"0x12","block":1}""")]
    [InlineData("""{"chainId":31337,"market":7,"block":1}""")]
    public void Anything_else_is_refused_and_named(string json) =>
        Assert.Contains("market, chainId and block", Assert.Throws<InvalidDataException>(() => Read(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_huge_file_is_not_read() =>
        Assert.Contains("larger than", Assert.Throws<InvalidDataException>(() => Read(new string(' ', 100_000))).Message, StringComparison.Ordinal);

    private static Deployment Read(string json)
    {
        using TemporaryFolder folder = new();
        return Deployment.Read(folder.Write("deployment.json", json));
    }
}
