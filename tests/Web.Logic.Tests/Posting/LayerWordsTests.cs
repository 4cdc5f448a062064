using Marketplace.Learning.Layers;
using Marketplace.Web.Posting;

namespace Marketplace.Web.Logic.Tests.Posting;

/// <summary>Every kind of layer and every member of it has words, those of the reference.</summary>
public sealed class LayerWordsTests
{
    public static TheoryData<string> Types => [.. LayerKind.All.Keys];

    [Theory]
    [MemberData(nameof(Types))]
    public void A_kind_and_its_members_have_words(string type)
    {
        Assert.NotEmpty(LayerWords.Of(type));
        Assert.All(
            LayerKind.All[type].Members,
            member => Assert.True(LayerWords.Of(type, member.Name).Length > 0, $"{type} says nothing of {member.Name}"));
    }

    [Fact]
    public void They_are_plain_text()
    {
        Assert.Equal("Side of the square window, in pixels.", LayerWords.Of("conv2d", "kernel"));
        Assert.StartsWith("Means of a grid of size × size", LayerWords.Of("adaptiveAvgPool2d"), StringComparison.Ordinal);
    }
}
