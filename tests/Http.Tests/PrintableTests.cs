namespace Marketplace.Http.Tests;

/// <summary>What strangers have written, as one line.</summary>
public sealed class PrintableTests
{
    [Theory]
    [InlineData("a\u0000\r\n\u2028\u2029\u202A\u2066\u200Fb\n", "a b")]
    [InlineData("\t a \u001b[2J", " a [2J")]
    [InlineData("Zehn\u202E Ziffern", "Zehn Ziffern")]
    [InlineData("שלום עולם", "שלום עולם")]
    [InlineData("\u001b", "")]
    public void Text_of_strangers_is_one_line_that_steers_nothing(string text, string shown) => Assert.Equal(shown, Printable.Line(text));

    [Fact]
    public void Half_of_a_surrogate_pair_is_replaced() => Assert.Equal("half \uFFFD", Printable.Line("half \uD83D"));

    [Fact]
    public void It_is_cut_between_characters()
    {
        Assert.Equal(new string('x', 20), Printable.Line(new string('x', 20), 20));
        Assert.Equal($"{new string('x', 19)}…", Printable.Line(new string('x', 1_000), 20));
        Assert.Equal("a😀😀…", Printable.Line($"a{string.Concat(Enumerable.Repeat("😀", 9))}", 7));
    }
}
