using System.Reflection;
using System.Text.Json;

namespace Marketplace.Trainer.Check;

/// <summary>Gas of the market's calls, as the contracts' tests have measured it.</summary>
internal static class GasTable
{
    private static readonly Dictionary<string, ulong> Measured = Read();

    /// <param name="call">The call's name in the gas snapshot.</param>
    public static ulong Of(string call) => Measured[call];

    private static Dictionary<string, ulong> Read()
    {
        using Stream snapshot = Assembly.GetExecutingAssembly().GetManifestResourceStream("gas-snapshot.json")!;
        return JsonSerializer.Deserialize<Dictionary<string, ulong>>(snapshot)!;
    }
}
