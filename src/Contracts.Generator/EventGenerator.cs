using Marketplace.Chain.Abi;
using Nethereum.ABI.Model;

namespace Marketplace.Contracts.Generator;

/// <summary>Writes a record for every event of a contract.</summary>
internal static class EventGenerator
{
    public static void Write(SourceWriter writer, Artifact artifact)
    {
        string contract = TypeMap.Pascal(artifact.Name);
        writer.Line();
        writer.Summary($"Events of {artifact.Name}.");
        writer.Open($"public static class {contract}Events");
        (EventABI Event, string Name)[] events = [.. artifact.Abi.Events.Select(e => (e, TypeMap.Pascal(e.Name)))];
        if (events.DistinctBy(e => e.Name).Count() != events.Length)
            throw new BindingException($"{artifact.Name} has two events of one name, which C# cannot tell apart; rename one.");
        writer.Summary("The log as one of these events; null when it is none of them.");
        writer.Open("public static IContractEvent? TryDecode(Log log)");
        foreach ((EventABI _, string name) in events.Where(e => !e.Event.IsAnonymous))
            writer.Line($"if ({name}.Abi.Matches(log)) return {name}.Decode(log);");
        writer.Line("return null;");
        writer.Close();
        foreach ((EventABI @event, string name) in events) WriteEvent(writer, contract, @event, name);
        writer.Close();
    }

    private static void WriteEvent(SourceWriter writer, string contract, EventABI @event, string name)
    {
        Parameter[] parameters = [.. @event.InputParameters.Select(Stored)];
        string[] properties = TypeMap.PropertyNames(
            parameters, name, "Log", "Abi", "Topic0", "Decode", "Filter", "Equals", "ToString", "GetHashCode");
        string declared = string.Concat(parameters.Select((p, i) => $"{TypeMap.TypeName(p)} {properties[i]}, "));
        writer.Line();
        writer.Summary(
            $"{@event.Name}({string.Join(", ", @event.InputParameters.Select(i => (i.Indexed ? "indexed " : "") + BindingGenerator.Describe(i)))})");
        writer.Open($"public sealed record {name}({declared}Log Log) : IContractEvent");
        writer.Summary("The event's description.");
        writer.Line($"public static AbiEvent Abi {{ get; }} = {contract}Contract.Abi.Event(\"{@event.Signature}\");");
        writer.Line();
        writer.Summary("Hash of the signature, the first topic.");
        writer.Line("public static Bytes32 Topic0 => Abi.Topic0;");
        writer.Line();
        writer.Summary("Reads the event from a log.");
        writer.Line("/// <exception cref=\"AbiException\">The log is another event's, or malformed.</exception>");
        writer.Open($"public static {name} Decode(Log log)");
        writer.Line("AbiReader topics = Abi.OpenTopics(log);");
        writer.Line("AbiReader data = Abi.OpenData(log);");
        string values = string.Concat(parameters.Select(p => TypeMap.Read(p, p.Indexed ? "topics" : "data") + ", "));
        writer.Line($"return new {name}({values}log);");
        writer.Close();
        writer.Line();
        Parameter[] indexed = [.. parameters.Where(p => p.Indexed)];
        string[] names = TypeMap.ParameterNames(indexed, "contract");
        writer.Summary("Logs of this event; null means any.");
        writer.Line(
            "public static LogFilter Filter(Address? "
                + $"contract{string.Concat(indexed.Select((p, i) => $", {TypeMap.TypeName(p)}? {names[i]} = null"))}) =>");
        writer.Line($"    Abi.Filter(contract, [{string.Join(", ", names)}]);");
        writer.Close();
    }

    /// <summary>An indexed value that does not fit a word is stored as its hash.</summary>
    private static Parameter Stored(Parameter parameter) =>
        parameter.Indexed && AbiEvent.IsHashed(parameter.ABIType)
            ? new Parameter("bytes32", parameter.Name, parameter.Order, "bytes32") { Indexed = true }
            : parameter;
}
