using System.Numerics;
using Marketplace.Laboratory.Games;
using Marketplace.Learning.Numerics;

namespace Marketplace.Laboratory.Tests.Games;

public sealed class CoalitionGameTests
{
    private const double Tolerance = 1e-12;

    /// <summary>Player 0 has a left glove, players 1 and 2 a right one each; a pair is worth 1.</summary>
    private static CoalitionGame Gloves => new(3, coalition => (coalition & 1) != 0 && (coalition & 6) != 0 ? 1 : 0);

    [Fact]
    public void In_an_additive_game_everybody_gets_what_it_brings()
    {
        double[] brought = [3, 0, -2, 7.5];
        CoalitionGame game = Additive(brought);
        AssertClose(brought, game.Shapley());
        AssertClose(brought, game.Banzhaf());
    }

    [Fact]
    public void In_the_glove_game_the_scarce_glove_gets_two_thirds() => AssertClose([2.0 / 3, 1.0 / 6, 1.0 / 6], Gloves.Shapley());

    [Fact]
    public void In_the_glove_game_the_scarce_glove_is_pivotal_in_three_of_four_coalitions() =>
        AssertClose([3.0 / 4, 1.0 / 4, 1.0 / 4], Gloves.Banzhaf());

    /// <summary>The game [3; 2, 1, 1]: a textbook example of both indices.</summary>
    [Fact]
    public void A_weighted_vote_has_its_known_indices()
    {
        int[] votes = [2, 1, 1];
        CoalitionGame game = new(3, coalition => votes.Where((_, i) => (coalition >> i & 1) != 0).Sum() >= 3 ? 1 : 0);
        AssertClose([2.0 / 3, 1.0 / 6, 1.0 / 6], game.Shapley());
        AssertClose([3.0 / 4, 1.0 / 4, 1.0 / 4], game.Banzhaf());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(8)]
    public void Shapley_values_add_up_to_what_everybody_is_worth(int players)
    {
        CoalitionGame game = Random(players, seed: 7);
        Assert.Equal(game.Value(game.Everybody), game.Shapley().Sum(), Tolerance);
    }

    [Fact]
    public void Who_brings_the_same_gets_the_same()
    {
        CoalitionGame game = new(5, coalition => Math.Sqrt(BitOperations.PopCount(coalition)));
        Assert.All(game.Shapley(), value => Assert.Equal(Math.Sqrt(5) / 5, value, Tolerance));
    }

    [Fact]
    public void No_coalition_is_evaluated_twice()
    {
        int asked = 0;
        CoalitionGame game = new(4, _ => ++asked);
        game.Shapley();
        game.Banzhaf();
        Assert.Equal(15, asked);
        Assert.Equal(15, game.Evaluations);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(21)]
    public void Numbers_of_players_that_cannot_be_enumerated_are_refused(int players) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new CoalitionGame(players, _ => 0));

    internal static CoalitionGame Additive(double[] brought) =>
        new(brought.Length, coalition => brought.Where((_, i) => (coalition >> i & 1) != 0).Sum());

    internal static CoalitionGame Random(int players, ulong seed) =>
        new(players, coalition => RandomStream.UniformAt(seed, 0, coalition));

    internal static void AssertClose(double[] expected, double[] actual, double tolerance = Tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(
                Math.Abs(expected[i] - actual[i]) <= tolerance,
                $"element {i}: expected {expected[i]} to within {tolerance}, got {actual[i]} in [{string.Join(", ", actual)}]");
        }
    }
}
