using System.Text.Json;
using Marketplace.Chain;
using Marketplace.Chain.Abi;
using Nethereum.ABI.Model;

namespace Marketplace.Contracts.Generator;

/// <summary>Bindings cannot be made; the message says what to do.</summary>
internal sealed class BindingException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>A compiled contract as Hardhat writes it.</summary>
/// <param name="Name">Contract name.</param>
/// <param name="Abi">Its ABI.</param>
/// <param name="AbiJson">The ABI's JSON on one line.</param>
/// <param name="Bytecode">Init code, 0x hex; "0x" for interfaces and abstract contracts.</param>
internal sealed record Artifact(string Name, ContractABI Abi, string AbiJson, string Bytecode)
{
    /// <summary>Finds the one artifact of a contract below a folder.</summary>
    /// <exception cref="BindingException">None, several, or malformed.</exception>
    public static Artifact Find(string folder, string name)
    {
        if (!Directory.Exists(folder)) throw new BindingException($"The artifacts folder {folder} does not exist; compile the contracts first.");
        string[] found = [.. Directory.EnumerateFiles(folder, name + ".json", SearchOption.AllDirectories)
            .Where(path => path.EndsWith($".sol{Path.DirectorySeparatorChar}{name}.json", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];
        return found.Length switch
        {
            1 => Read(found[0]),
            0 => throw new BindingException($"No artifact of the contract {name} below {folder}. Was it renamed, or not compiled?"),
            _ => throw new BindingException($"Several contracts are named {name}: {string.Join(", ", found)}."),
        };
    }

    /// <exception cref="BindingException">Malformed.</exception>
    public static Artifact Read(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
            JsonElement root = document.RootElement;
            JsonElement abi = root.GetProperty("abi");
            if (root.TryGetProperty("linkReferences", out JsonElement links) && links.EnumerateObject().Any())
                throw new BindingException($"{path} needs linked libraries, which bindings do not support; make their functions internal.");
            string bytecode = root.GetProperty("bytecode").GetString() ?? "0x";
            if (!Hex.TryParse(bytecode, out _)) throw new BindingException($"The bytecode in {path} is not 0x hex.");
            return new Artifact(
                root.GetProperty("contractName").GetString() ?? throw new BindingException($"{path} has no contractName."),
                AbiModel.Parse(abi.GetRawText()),
                JsonSerializer.Serialize(abi),
                bytecode);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or AbiException)
        {
            throw new BindingException($"{path} is no artifact of a compiler: {e.Message}", e);
        }
    }
}

/// <summary>Files written only where they changed, so that builds stay incremental.</summary>
internal static class Output
{
    private const string Extension = ".g.cs";

    public static void Write(string folder, IReadOnlyDictionary<string, string> files)
    {
        Directory.CreateDirectory(folder);
        foreach (string stale in Directory.EnumerateFiles(folder, "*" + Extension))
        {
            if (!files.ContainsKey(Path.GetFileName(stale))) File.Delete(stale);
        }

        foreach ((string name, string content) in files)
        {
            string path = Path.Combine(folder, name);
            if (!File.Exists(path) || File.ReadAllText(path) != content) File.WriteAllText(path, content);
        }
    }
}
