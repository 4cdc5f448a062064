using Marketplace.Laboratory.Aggregators;
using Marketplace.Laboratory.Attacks;
using Marketplace.Laboratory.Rounds;

namespace Marketplace.Laboratory.Tests.Attacks;

public sealed class SearchedAttackTests
{
    private static readonly short[][] Others = [[100, 10], [300, -50], [200, 80], [180, 20], [240, -20], [160, 0], [220, 40]];

    public static TheoryData<string> Searched => ["optimal ALIE", "optimal inner product"];

    /// <summary>The largest of −(x − 3)² and of what stops growing at 20, which steps of 1, 2, 4, 8 and 16 pass.</summary>
    [Fact]
    public void A_search_finds_the_largest_value()
    {
        Assert.Equal(3, LineSearch.Maximize(x => -(x - 3) * (x - 3)), 0.5);
        Assert.Equal(20, LineSearch.Maximize(x => x <= 20 ? x : 40 - x), 1.5);
        Assert.Equal(0, LineSearch.Maximize(x => -x));
    }

    [Fact]
    public void Min_sum_stays_within_the_others_sum()
    {
        double[] update = Vectors.ToDouble(new MinSum().Craft(View())[0]);
        double limit = Others.Max(other => SumOfSquares(Vectors.ToDouble(other)));
        Assert.InRange(SumOfSquares(update), 0.97 * limit, 1.03 * limit);
    }

    /// <summary>Against a search over many factors, one after the other.</summary>
    [Theory]
    [MemberData(nameof(Searched))]
    public void The_optimal_factor_does_about_as_much_harm_as_any(string name)
    {
        AttackerView view = View();
        IAggregator Rule() => new TrimmedMean(3);
        bool deviates = name == "optimal ALIE";
        IAttack attack = deviates ? new OptimalLittleIsEnough(Rule) : new OptimalInnerProduct(Rule);
        Shift shift = deviates ? Shift.AgainstDeviation(view) : Shift.AgainstMean(view);
        double most = Enumerable.Range(0, 1000).Max(step => shift.Harm(Rule(), shift.By(step / 20.0)));
        Assert.InRange(shift.Harm(Rule(), attack.Craft(view)), 0.95 * most, most + 1);
    }

    [Fact]
    public void Signs_stay_what_they_were_and_length_follows_the_model()
    {
        ConstantSigns attack = new();
        double[] first = Vectors.ToDouble(attack.Craft(Views.Playing())[0]);
        AttackerView playing = Views.Playing();
        int[] moved = [.. playing.Models[0].Select((weight, k) => weight + k % 7 - 3)];
        AttackerView later = playing with { Round = 1, Models = [playing.Models[0], moved] };
        double[] second = Vectors.ToDouble(attack.Craft(later)[0]);
        Assert.Equal(Vectors.Norm(playing.Own[0]), Vectors.Norm(first), 0.05 * Vectors.Norm(first));
        Assert.Equal(8 * Vectors.Norm(later.PastStep(1)), Vectors.Norm(second), 0.05 * Vectors.Norm(second));
        Assert.All(first.Zip(second), pair => Assert.True(pair.First * pair.Second >= 0, $"{pair} changed its sign"));
    }

    private static double SumOfSquares(double[] update) => Others.Sum(other => Vectors.SquaredDistance(update, Vectors.ToDouble(other)));

    private static AttackerView View() => Views.Of(Others, attackers: 3);
}
