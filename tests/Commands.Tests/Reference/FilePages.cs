using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Marketplace.Learning.Layers;
using Marketplace.Protocol.Projects;

namespace Marketplace.Commands.Tests.Reference;

/// <summary>The files that people write, entry by entry, from the records that read them.</summary>
internal static class FilePages
{
    /// <summary>What the records of layers hold that is no member of its own: the type says it, or the layers before.</summary>
    private static readonly string[] SaidByType = ["kind", "average", "features"];

    public static string Terms() => Page(
        """
        # Terms file

        What an owner offers: `marketplace create FILE` posts it. JSON, in which `//` comments and trailing commas are allowed. Amounts are
        decimal texts in whole tokens, such as `"1.5"`; durations such as `"90s"`, `"15m"`, `"6h"`, `"7d"`. `marketplace create` checks every
        entry and names the one that is wrong. [An example](../examples/terms.json).
        """,
        typeof(TermsFile));

    public static string Document() => Page(
        """
        # Project document

        What is to be learned, from which data, and how; the terms file names its draft. `create` adds the initial weights and puts it on the
        store, where trainers find it. JSON without comments. [An example](../examples/projects/table.json); [layers](layers.md) has the model's.
        """,
        typeof(ProjectDocument.Draft));

    public static string Layers()
    {
        var page = new StringBuilder(
            """
            # Layers

            A model is `{"input": [shape of a sample], "layers": […], "loss": "crossEntropy" or "meanSquaredError"}`. A layer is an object with its
            `type`, an optional `name`, and the members below. Parameters are named after their layer and have PyTorch's order. Models to start
            from are in [examples](../examples/models).

            | type | what it is | members |
            |---|---|---|

            """);
        foreach (IGrouping<Type, string> layer in Layer.Types.GroupBy(type => type.Value, type => type.Key))
        {
            IEnumerable<string> members = Properties(layer.Key)
                .Select(property => (Name: NameOf(property), Words: XmlWords.Of(property)))
                .Where(member => member.Words.Length > 0 && !SaidByType.Contains(member.Name))
                .Select(member => $"`{member.Name}`: {member.Words}");
            page.Append($"| {string.Join(", ", layer.Select(type => $"`{type}`"))} | {XmlWords.Of(layer.Key)} | {string.Join("<br>", members)} |\n");
        }

        return page.ToString();
    }

    private static string Page(string head, Type root)
    {
        var page = new StringBuilder(head).Append('\n');
        Queue<(string Path, Type Type)> waiting = new([("", root)]);
        while (waiting.TryDequeue(out (string Path, Type Type) section))
        {
            if (section.Path.Length > 0)
                page.Append($"\n## `{section.Path}`\n");
            page.Append("\n| entry | value | default | what it is |\n|---|---|---|---|\n");
            object? example = Example(section.Type);
            foreach (PropertyInfo property in Properties(section.Type))
            {
                string name = NameOf(property);
                Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
                page.Append($"| `{name}` | {ValueOf(type)} | {Default(property, example)} | {XmlWords.Of(property)} |\n");
                Type part = ElementOf(type) ?? type;
                if (IsSection(part))
                    waiting.Enqueue(($"{section.Path}{(section.Path.Length > 0 ? "." : "")}{name}{(part == type ? "" : "[]")}", part));
            }
        }

        return page.ToString();
    }

    private static IEnumerable<PropertyInfo> Properties(Type type) => type
        .GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        .Where(property => property.CanWrite && property.GetCustomAttribute<JsonIgnoreAttribute>()?.Condition is not JsonIgnoreCondition.Always);

    private static string NameOf(PropertyInfo property) =>
        property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.CamelCase.ConvertName(property.Name);

    private static bool IsSection(Type type) =>
        type.IsClass && type != typeof(string) && !type.IsAssignableTo(typeof(JsonNode)) && !type.IsAssignableTo(typeof(IEnumerable));

    private static Type? ElementOf(Type type) =>
        type == typeof(string) || !type.IsAssignableTo(typeof(IEnumerable)) || type.IsAssignableTo(typeof(JsonNode))
            ? null
            : type.IsArray ? type.GetElementType() : type.GetGenericArguments()[0];

    private static string ValueOf(Type type)
    {
        if (ElementOf(type) is { } element)
            return $"list: {ValueOf(element)}";
        if (type.IsEnum)
            return string.Join(", ", Enum.GetNames(type).Select(name => $"`{JsonNamingPolicy.CamelCase.ConvertName(name)}`"));
        if (type.IsAssignableTo(typeof(JsonNode)))
            return "object, see [layers](layers.md)";
        return Type.GetTypeCode(type) switch
        {
            TypeCode.String or TypeCode.Char => "text",
            TypeCode.Boolean => "true or false",
            TypeCode.Double or TypeCode.Single or TypeCode.Decimal => "number",
            TypeCode.Object => "object, below",
            _ => "whole number",
        };
    }

    private static string Default(PropertyInfo property, object? example)
    {
        ParameterInfo? parameter = property.DeclaringType!.GetConstructors()
            .SelectMany(constructor => constructor.GetParameters()).FirstOrDefault(candidate => candidate.Name == property.Name);
        bool isRequired = property.GetCustomAttribute<RequiredMemberAttribute>() is not null || parameter is { HasDefaultValue: false };
        if (isRequired)
            return "required";
        object? value = parameter is { HasDefaultValue: true } ? parameter.DefaultValue : example is null ? null : property.GetValue(example);
        return value switch
        {
            null => "none",
            string text => $"`\"{text}\"`",
            bool flag => flag ? "true" : "false",
            Enum kind => $"`{JsonNamingPolicy.CamelCase.ConvertName(kind.ToString())}`",
            char character => $"`\"{character}\"`",
            IEnumerable list => $"`{JsonSerializer.Serialize(list)}`",
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => "as below",
        };
    }

    /// <summary>A record with what its entries are when they are left out; null where it has entries that must be there.</summary>
    private static object? Example(Type type) => type.GetConstructor(Type.EmptyTypes) is null ? null : Activator.CreateInstance(type);
}
