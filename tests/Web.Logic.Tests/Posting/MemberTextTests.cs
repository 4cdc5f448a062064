using System.Text.Json.Nodes;
using Marketplace.Learning.Layers;
using Marketplace.Web.Posting;

namespace Marketplace.Web.Logic.Tests.Posting;

/// <summary>What people type for a member is what the document says, and is shown as they would type it.</summary>
public sealed class MemberTextTests
{
    [Theory]
    [InlineData(
        LayerMemberKind.Tensors, "conv.weight 8×1×5×5 spread=0.2\nconv.bias 8",
        """[{"name":"conv.weight","shape":[8,1,5,5],"spread":0.2},{"name":"conv.bias","shape":[8]}]""")]
    [InlineData(LayerMemberKind.Integers, "1, 2, 3", "[1,2,3]")]
    [InlineData(LayerMemberKind.Integer, "12", "12")]
    [InlineData(LayerMemberKind.Fraction, "0.5", "0.5")]
    public void A_value_is_typed_and_shown(LayerMemberKind kind, string text, string json)
    {
        JsonNode value = MemberText.Read(kind, text)!;
        Assert.Equal(json, value.ToJsonString());
        Assert.Equal(text, MemberText.Of(value));
    }

    [Theory]
    [InlineData(LayerMemberKind.Tensors, "conv.weight")]
    [InlineData(LayerMemberKind.Tensors, "conv.weight wide")]
    [InlineData(LayerMemberKind.Tensors, "conv.weight 8 code=1")]
    [InlineData(LayerMemberKind.Tensors, "conv.weight 8 spread=0.1 spread=0.2")]
    [InlineData(LayerMemberKind.Integers, "1, two")]
    [InlineData(LayerMemberKind.Integer, "many")]
    public void What_is_no_such_value_stays_what_was_typed(LayerMemberKind kind, string text) =>
        Assert.Equal(text, MemberText.Read(kind, text)!.GetValue<string>());
}
