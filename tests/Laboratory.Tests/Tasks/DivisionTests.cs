using Marketplace.Laboratory.Tasks;
using Marketplace.Learning.Data;
using Marketplace.Learning.Numerics;

namespace Marketplace.Laboratory.Tests.Tasks;

public sealed class DivisionTests
{
    private const int Trainers = 5, Samples = 400, Classes = 10;

    /// <summary>One feature, the sample's number, so that every sample can be told from the others.</summary>
    private static readonly Dataset Pool = new(
        [1], [.. Enumerable.Range(0, Samples).Select(i => (float)i)], [.. Enumerable.Range(0, Samples).Select(i => i % Classes)], Classes);

    public static TheoryData<string> Whole => [.. Division.All.Select(division => division.Name).Except(["feature noise", "duplicates"])];

    public static TheoryData<string> All => [.. Division.All.Select(division => division.Name)];

    [Theory]
    [MemberData(nameof(Whole))]
    public void Every_sample_goes_to_exactly_one_trainer(string name)
    {
        float[] dealt = [.. Divide(name).SelectMany(part => part.Features).Order()];
        Assert.Equal(Pool.Features, dealt);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Everybody_gets_something_and_the_same_seed_gives_the_same(string name)
    {
        IReadOnlyList<Dataset> first = Divide(name), second = Divide(name);
        Assert.Equal(Trainers, first.Count);
        Assert.All(first, part => Assert.NotEqual(0, part.Count));
        Assert.Equal(first.SelectMany(part => part.Features), second.SelectMany(part => part.Features));
        Assert.Equal(first.SelectMany(part => part.Labels!), second.SelectMany(part => part.Labels!));
    }

    [Fact]
    public void Held_classes_are_with_one_trainer_alone()
    {
        IReadOnlyList<Dataset> parts = Divide("held classes");
        Assert.Equal([8, 9], parts[0].Labels!.Where(label => label >= 8).Distinct().Order());
        Assert.All(parts.Skip(1), part => Assert.DoesNotContain(part.Labels!, label => label >= 8));
        Assert.All(parts, part => Assert.InRange(part.Count, 79, 81));
    }

    [Fact]
    public void Two_may_share_these_classes_in_equal_parts()
    {
        IReadOnlyList<Dataset> parts = Division.ClassesOfTwo.Divide(Pool, Trainers, 3);
        Assert.All(parts.Take(2), part => Assert.Equal([20, 20], new[] { 8, 9 }.Select(rare => part.Labels!.Count(label => label == rare))));
        Assert.All(parts.Skip(2), part => Assert.DoesNotContain(part.Labels!, label => label >= 8));
        Assert.All(parts, part => Assert.InRange(part.Count, 79, 81));
        Assert.Equal(Pool.Features, parts.SelectMany(part => part.Features).Order());
    }

    [Fact]
    public void Sizes_grow_by_one_share() =>
        Assert.Equal([26, 54, 80, 106, 134], Divide("sizes 1 : n").Select(part => part.Count));

    [Fact]
    public void Duplicates_halve_what_is_different()
    {
        int[] distinct = [.. Divide("duplicates").Select(part => part.Features.Distinct().Count())];
        Assert.Equal([80, 40, 20, 10, 5], distinct);
    }

    [Fact]
    public void Label_noise_grows_from_trainer_to_trainer()
    {
        IReadOnlyList<Dataset> parts = Divide("label noise");
        double[] wrong =
        [
            .. parts.Select(part => Enumerable.Range(0, part.Count).Average(i => part.Labels![i] == (int)part.Features[i] % Classes ? 0 : 1)),
        ];
        Assert.Equal(0, wrong[0]);
        Assert.InRange(wrong[4], 0.65, 0.95);
    }

    [Fact]
    public void Owners_share_root_and_test_set()
    {
        Dataset pool = Pool;
        LearningTask task = new TaskLoader(null).Load(TaskLoader.Digits, default) with
        {
            Pool = pool,
            Owners = [[.. Enumerable.Range(0, 300)], [.. Enumerable.Range(300, 100)]],
        };
        Federation federation = Federation.OfOwners(task, root: 50, seed: 1);
        Assert.Equal([200, 66], federation.Trainers.Select(part => part.Count));
        Assert.Equal(50, federation.Root.Count);
        Assert.Equal(84, federation.Test.Count);
        Dataset[] all = [.. federation.Trainers, federation.Root, federation.Test];
        Assert.Equal(Pool.Features, all.SelectMany(part => part.Features).Order());
    }

    [Fact]
    public void A_draw_has_no_sample_twice() =>
        Assert.Equal(100, Datasets.Draw(Pool, 100, new RandomStream(1)).Features.Distinct().Count());

    [Fact]
    public void An_unknown_task_is_refused_with_those_there_are()
    {
        ArgumentException refused = Assert.Throws<ArgumentException>(() => new TaskLoader(null).Load("mnist", default));
        Assert.Contains("digits", refused.Message, StringComparison.Ordinal);
        Assert.Contains("--data", refused.Message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<Dataset> Divide(string name) =>
        Division.All.Single(division => division.Name == name).Divide(Pool, Trainers, 3);
}
