using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Marketplace.Commands.Tests.Reference;

/// <summary>The code's own words on types and their members, as Markdown.</summary>
internal static partial class XmlWords
{
    private static readonly Dictionary<Assembly, Dictionary<string, XElement>> Loaded = [];

    /// <summary>What a type is; empty where nothing is said.</summary>
    public static string Of(Type type) => Markdown(Find(type.Assembly, $"T:{Name(type)}")?.Element("summary"));

    /// <summary>What a property of a record is, whether it says so itself or its record's parameter does.</summary>
    public static string Of(PropertyInfo property)
    {
        Type type = property.DeclaringType!;
        XElement? own = Find(type.Assembly, $"P:{Name(type)}.{property.Name}")?.Element("summary");
        XElement? parameter = Find(type.Assembly, $"T:{Name(type)}")?.Elements("param")
            .FirstOrDefault(element => (string?)element.Attribute("name") == property.Name);
        return Markdown(own ?? parameter);
    }

    private static string Name(Type type) => type.FullName!.Replace('+', '.');

    private static XElement? Find(Assembly assembly, string name)
    {
        if (!Loaded.TryGetValue(assembly, out Dictionary<string, XElement>? members))
        {
            string file = Path.ChangeExtension(assembly.Location, ".xml");
            Loaded[assembly] = members = XDocument.Load(file).Descendants("member").ToDictionary(member => (string)member.Attribute("name")!);
        }

        return members.GetValueOrDefault(name);
    }

    private static string Markdown(XElement? element)
    {
        string text = element is null ? "" : string.Concat(element.Nodes().Select(Markdown));
        return Space().Replace(text, " ").Trim().Replace("|", "\\|", StringComparison.Ordinal);
    }

    private static string Markdown(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement { Name.LocalName: "see" or "paramref" } other => $"`{Last(other)}`",
        XElement element => string.Concat(element.Nodes().Select(Markdown)),
        _ => "",
    };

    /// <summary>The last part of what is referred to, as JSON names it.</summary>
    private static string Last(XElement reference)
    {
        string name = (string)(reference.Attribute("cref") ?? reference.Attribute("langword") ?? reference.Attribute("name"))!;
        return JsonNamingPolicy.CamelCase.ConvertName(name.Split('.', ':')[^1]);
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
