using Marketplace.Laboratory.Attacks;
using Marketplace.Laboratory.Rounds;
using Marketplace.Learning.Data;
using Marketplace.Learning.Numerics;

namespace Marketplace.Laboratory.Tests.Attacks;

public sealed class AttackTests
{
    [Fact]
    public void A_little_is_the_mean_less_one_and_a_half_deviations()
    {
        AttackerView view = Views.Of(others: [[10, 0], [20, 0], [30, 0]]);
        double deviation = Math.Sqrt(200.0 / 3);
        Assert.All(new LittleIsEnough().Craft(view), update => Assert.Equal((short)Math.Round(20 - 1.5 * deviation), update[0]));
    }

    [Fact]
    public void Inner_products_are_turned_round() =>
        Assert.All(new InnerProductManipulation().Craft(Views.Of(others: [[10, -4], [30, 0]])), update => Assert.Equal([-20, 2], update));

    [Fact]
    public void Min_max_stays_within_the_others_spread()
    {
        short[][] others = [[100, 10], [300, -50], [200, 80]];
        double[] update = Vectors.ToDouble(new MinMax().Craft(Views.Of(others))[0]);
        double[][] vectors = [.. others.Select(Vectors.ToDouble)];
        double spread = vectors.Max(a => vectors.Max(b => Math.Sqrt(Vectors.SquaredDistance(a, b))));
        double reach = vectors.Max(other => Math.Sqrt(Vectors.SquaredDistance(update, other)));
        Assert.InRange(reach, 0.98 * spread, 1.02 * spread);
    }

    [Fact]
    public void Replays_are_means_of_public_steps()
    {
        int[][] models = [[0, 0], [10, 0], [10, 40]];
        Assert.Equal([0, 40], new Replay().Craft(Views.Of(models: models))[0]);
        Assert.Equal([5, 20], new Replay(1).Craft(Views.Of(models: models))[0]);
        Assert.Equal([3, 27], new Replay(0.5).Craft(Views.Of(models: models))[0]);
        Assert.Equal([0, 0], new Replay().Craft(Views.Of(models: [[0, 0]]))[0]);

        int[] moved = [.. Enumerable.Range(0, 4096).Select(k => k % 2 == 0 ? 1000 : -1000)];
        double[] hidden = Vectors.ToDouble(new Replay(noise: 1).Craft(Views.Of(models: [new int[4096], moved]))[0]);
        double[] plain = [.. moved.Select(weight => (double)weight)];
        Assert.Equal(Vectors.Norm(plain), Vectors.Norm(hidden), 0.1 * Vectors.Norm(plain));
        Assert.Equal(Math.Sqrt(0.5), Vectors.Cosine(plain, hidden), 0.05);
    }

    [Fact]
    public void Copies_are_one_update_and_noisy_ones_are_not()
    {
        AttackerView view = Views.Playing();
        IReadOnlyList<short[]> copies = new Clones(3).Craft(view), noisy = new Clones(3, 0.4).Craft(view);
        Assert.Equal(3, copies.Count);
        Assert.All(copies, copy => Assert.Equal(copies[0], copy));
        double distance = Math.Sqrt(Vectors.SquaredDistance(Vectors.ToDouble(noisy[0]), Vectors.ToDouble(copies[0])));
        Assert.InRange(distance / Vectors.Norm(Vectors.ToDouble(copies[0])), 0.36, 0.44);
        Assert.NotEqual(noisy[0], noisy[1]);
    }

    [Fact]
    public void Names_beyond_the_samples_submit_nothing()
    {
        IReadOnlyList<short[]> updates = new SplitData(24).Craft(Views.Playing());
        Assert.Equal(20, updates.Count(update => update.Any(entry => entry != 0)));
    }

    [Fact]
    public void The_best_paid_guess_has_nothing_public_in_it()
    {
        AttackerView view = Views.Playing();
        int[] moved = [.. view.Models[0].Select((weight, k) => weight + k % 7)];
        AttackerView later = view with { Round = 1, Models = [view.Models[0], moved] };
        double[] guess = Vectors.ToDouble(new PayMaximizer().Craft(later)[0]);
        Assert.Equal(0, Vectors.Cosine(guess, later.PastStep(1)), 1e-2);
        Assert.Equal(1, Vectors.Norm(guess) / later.Own.Max(own => Vectors.Norm(own)), 1e-2);
    }

    [Fact]
    public void A_backdoor_marks_half_of_the_images()
    {
        Dataset own = Views.Small.Trainers[0];
        Dataset poisoned = new Backdoor().Poison(own, new RandomStream(1));
        Assert.Equal(own.Count, poisoned.Count);
        Assert.All(poisoned.Labels!.Take(own.Count / 2), label => Assert.Equal(0, label));
        Assert.Equal(1, poisoned.Sample(0)[0]);
        Assert.Equal(own.Labels![^1], poisoned.Labels![^1]);
    }
}
