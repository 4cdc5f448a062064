using System.Text;
using Marketplace.Web.Downloads;

namespace Marketplace.Web.Logic.Tests.Downloads;

/// <summary>What is handed out as JSON is one JSON object.</summary>
public sealed class JsonTextTests
{
    [Theory]
    [InlineData("{}", true)]
    [InlineData("""{"a":[1,{"b":null}]}""", true)]
    [InlineData("{} \n", true)]
    [InlineData("", false)]
    [InlineData(" {}", false)]
    [InlineData("[]", false)]
    [InlineData("{", false)]
    [InlineData("{} {}", false)]
    [InlineData("{}<script>", false)]
    [InlineData("{'a':1}", false)]
    [InlineData("{\"a\":1,}", false)]
    [InlineData("{//c\n}", false)]
    public void Only_one_object_and_nothing_else_is_a_document(string text, bool expected) =>
        Assert.Equal(expected, JsonText.IsObject(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Depth_and_length_have_ends()
    {
        Assert.True(JsonText.IsObject(Nested(63)));
        Assert.False(JsonText.IsObject(Nested(64)));
        Assert.False(JsonText.IsObject(Nested(400_000)));
        Assert.True(JsonText.IsObject(Padded(1024 * 1024)));
        Assert.False(JsonText.IsObject(Padded(1024 * 1024 + 1)));
    }

    private static byte[] Nested(int lists) => Encoding.UTF8.GetBytes($"{{\"a\":{new string('[', lists)}{new string(']', lists)}}}");

    private static byte[] Padded(int length) => Encoding.UTF8.GetBytes($"{{}}{new string(' ', length - 2)}");
}
