using Marketplace.Contracts.Generator;

const string Usage =
    "usage: --artifacts DIR --contracts Name,path/to/Name.json,... --namespace Name --out DIR\n"
    + "Reads Hardhat artifacts, by name below DIR or by path, and writes typed C#, one file a contract and one for all structs.";

try
{
    Dictionary<string, string> options = [];
    for (int i = 0; i + 1 < args.Length; i += 2) options[args[i]] = args[i + 1];
    if (args.Length % 2 != 0 || options.Keys.Except(["--artifacts", "--contracts", "--namespace", "--out"]).Any())
        throw new BindingException(Usage);
    string Required(string name) => options.TryGetValue(name, out string? value) ? value : throw new BindingException($"{name} is missing.\n{Usage}");
    string[] names = Required("--contracts").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    Artifact[] artifacts = [.. names.Distinct().Select(name =>
        name.EndsWith(".json", StringComparison.Ordinal) ? Artifact.Read(name) : Artifact.Find(Required("--artifacts"), name))];
    Output.Write(Required("--out"), BindingGenerator.Generate(artifacts, Required("--namespace")));
    return 0;
}
catch (Exception e) when (e is BindingException or IOException or UnauthorizedAccessException or FormatException)
{
    // The form that MSBuild shows as an error of the build.
    Console.Error.WriteLine($"bindings : error BIND001: {e.Message}");
    return 1;
}
