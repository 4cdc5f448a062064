using System.Text.RegularExpressions;
using Marketplace.Testing.Files;

namespace Marketplace.Architecture.Tests;

/// <summary>The dashboard's features stand in an order, so that one can be read without those that use it.</summary>
public sealed partial class FeatureTests
{
    private const string Folder = "web";

    public static TheoryData<string> Features => [.. Layers.Features];

    [Theory]
    [MemberData(nameof(Features))]
    public void A_feature_uses_only_those_above_it(string name)
    {
        string[] above = [.. Layers.Features.TakeWhile(feature => feature != name), name];
        foreach (string file in Files($"{Folder}/{name}"))
        {
            Assert.All(Used(file), used => Assert.True(
                above.Contains(used), $"{file} uses {used}, which stands below {name} in Layers.Features"));
        }
    }

    [Fact]
    public void Every_folder_of_components_or_code_is_a_feature() => Assert.Equal(
        Layers.Features.Order(StringComparer.Ordinal),
        Checkout.Folders(Folder).Where(folder => Files(folder).Any()).Select(folder => folder[(Folder.Length + 1)..]));

    [Fact]
    public void Only_the_lowest_two_features_reach_every_component() =>
        Assert.Equal(Layers.Features[..2], Used($"{Folder}/_Imports.razor"));

    private static IEnumerable<string> Files(string folder) => Checkout.Files("*.cs", folder).Concat(Checkout.Files("*.razor", folder));

    private static IEnumerable<string> Used(string file) =>
        Using().Matches(File.ReadAllText(Repository.Path(file))).Select(match => match.Groups[1].Value);

    [GeneratedRegex(@"^@?using (?:static |\w+ = )?Marketplace\.Web\.(\w+)", RegexOptions.Multiline)]
    private static partial Regex Using();
}
