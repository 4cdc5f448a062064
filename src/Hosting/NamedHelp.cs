using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Marketplace.Hosting;

/// <summary>Help in which a program is called as the documents call it, <c>trainer</c>, and not by the name of its file.</summary>
internal sealed class NamedHelp(HelpAction help) : SynchronousCommandLineAction
{
    /// <summary>What a command is called where people read it.</summary>
    public static string NameOf(Command command) =>
        command is RootCommand ? command.Name[(command.Name.LastIndexOf('.') + 1)..].ToLowerInvariant() : command.Name;

    public override bool ClearsParseErrors => help.ClearsParseErrors;

    public override int Invoke(ParseResult parseResult)
    {
        ArgumentNullException.ThrowIfNull(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        using StringWriter written = new();
        parseResult.InvocationConfiguration.Output = written;
        int code = help.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output = output;
        RootCommand root = (RootCommand)parseResult.RootCommandResult.Command;
        // The usage begins behind two spaces.
        output.Write(written.ToString().Replace($"  {root.Name} ", $"  {NameOf(root)} ", StringComparison.Ordinal));
        return code;
    }
}
