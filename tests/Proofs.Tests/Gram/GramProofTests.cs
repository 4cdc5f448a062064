namespace Marketplace.Proofs.Tests;

public class GramProofTests
{
    public static TheoryData<int, int, int> Shapes()
    {
        var data = new TheoryData<int, int, int>();
        for (int updates = 1; updates <= GramMatrix.MaxUpdates; updates++) data.Add(updates, updates % 3, 64 + (14 * updates));
        foreach (int publicRows in new[] { 0, 1, 2 })
        {
            data.Add(1, publicRows, 1);
            data.Add(2, publicRows, 33);
            data.Add(32, publicRows, 512);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Accepts_random_valid_statements(int updates, int publicRows, int dimension)
    {
        GramFixture fixture = GramFixture.Random(1000 + updates, updates, publicRows, dimension);
        byte[] proof = fixture.Prove().ToBytes();
        GramVerification verification = GramVerifier.Verify(fixture.Parameters, fixture.Statement, proof);
        Assert.True(verification.Accepted, $"n = {updates}, P = {publicRows}, d = {dimension}: {verification.Failure}");
        Assert.Equal(8, verification.Checks.Count);
    }
}
