using System.CommandLine;
using Marketplace.Chain.Keystores;
using Marketplace.Chain.Signing;
using Marketplace.Hosting;
using Marketplace.Proofs.Gram;
using Marketplace.Proofs.ReferenceStrings;

namespace Marketplace.Commands;

/// <summary>What has to be there before a market is: accounts and reference strings.</summary>
internal static class ToolCommands
{
    public static IEnumerable<Command> All() => [NewAccount(), Srs()];

    private static Command NewAccount()
    {
        var file = new Argument<FileInfo>("keystore") { Description = "File to write; must not exist" };
        return new Command("account", "Makes a new account and writes it as a V3 keystore; prints its address") { file }
            .WithSettings(SharedSettings.PasswordFile, SharedSettings.Config)
            .Does(async (settings, arguments, cancellationToken) =>
            {
                FileInfo target = arguments.GetRequiredValue(file);
                if (target.Exists)
                    throw new UsageException($"'{target.FullName}' exists; keys are never overwritten");
                if (target.Directory is { Exists: false } missing)
                    throw new UsageException($"there is no folder '{missing.FullName}'");
                string password = PartyKey.ReadPassword(settings);
                if (password.Length == 0)
                    throw new UsageException("the password is empty; a key without one would lie open");
                using PrivateKey key = PrivateKey.Generate();
                string json = Keystore.Encrypt(key, password, cancellationToken: cancellationToken);
                await WriteNewAsync(target.FullName, json, cancellationToken);
                Console.WriteLine(key.Address);
                return 0;
            });
    }

    /// <summary>Writes a file that only its owner can read, and that did not exist.</summary>
    private static async Task WriteNewAsync(string path, string text, CancellationToken cancellationToken)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var writer = new StreamWriter(path, options);
        await writer.WriteAsync(text.AsMemory(), cancellationToken);
    }

    private static int CheckDimension(int dimension) => dimension is >= 1 and <= GramMatrix.MaxDimension
        ? dimension
        : throw new UsageException($"--dimension expects 1 to {GramMatrix.MaxDimension}, got {dimension}");

    private static Command Srs()
    {
        static Option<int> Dimension(int standard) => new("--dimension")
        {
            Description = "Longest vector, that is, most model parameters",
            DefaultValueFactory = _ => standard,
        };
        var parameters = new Option<FileInfo>("--parameters")
        {
            Description = "Where to write the points that deployment pins (JSON)",
            Required = true
        };

        Option<int> length = Dimension(65536);
        var source = new Argument<FileInfo>("ptau") { Description = "A powers-of-tau file of a ceremony (snarkjs .ptau, BN254)" };
        var output = new Option<FileInfo>("--out") { Description = "Where to write the prepared reference string", Required = true };
        Command prepare = new Command("prepare", "Checks a ceremony's file and prepares it for this market") { source, output, length, parameters }
            .WithSettings(SharedSettings.Config)
            .Does(async (_, arguments, cancellationToken) =>
            {
                int powers = CheckDimension(arguments.GetValue(length)) + Proofs.ReferenceStrings.Srs.ReservedCoordinates;
                Console.Error.WriteLine("reading and checking the ceremony's points");
                Srs srs = Proofs.ReferenceStrings.Srs.ReadPtau(
                    arguments.GetRequiredValue(source).FullName,
                    powers,
                    cancellationToken: cancellationToken);
                srs.Save(arguments.GetRequiredValue(output).FullName, cancellationToken);
                await srs.Parameters.WriteAsync(arguments.GetRequiredValue(parameters).FullName, cancellationToken);
                return 0;
            });

        Option<int> reach = Dimension(GramMatrix.MaxDimension);
        Command development = new Command(
            "development",
            "Writes the points of the reference string whose secret everybody knows, which only local chains accept") { reach, parameters }
            .WithSettings(SharedSettings.Config)
            .Does(async (_, arguments, cancellationToken) =>
            {
                Srs srs = Proofs.ReferenceStrings.Srs.OpenDevelopment(
                    CheckDimension(arguments.GetValue(reach)), Proofs.ReferenceStrings.Srs.DevelopmentCache);
                await srs.Parameters.WriteAsync(arguments.GetRequiredValue(parameters).FullName, cancellationToken);
                return 0;
            });
        return new Command("srs", "Prepares the structured reference string that commitments and proofs use") { prepare, development };
    }
}
