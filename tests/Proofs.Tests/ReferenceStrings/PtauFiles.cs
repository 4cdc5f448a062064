using System.Globalization;
using Marketplace.Support;

namespace Marketplace.Proofs.Tests.ReferenceStrings;

/// <summary>Ceremony files that snarkjs makes, once for all tests of a class.</summary>
public sealed class PtauFiles : IAsyncLifetime
{
    public const int Power = 6;

    private readonly string _directory = Directory.CreateTempSubdirectory("ptau-tests-").FullName;

    /// <summary>BN254, power 6, two contributions.</summary>
    public string Contributed => Path.Combine(_directory, "contributed.ptau");

    /// <summary>BN254, nobody has contributed: τ = 1.</summary>
    public string Fresh => Path.Combine(_directory, "fresh.ptau");

    /// <summary>BLS12-381.</summary>
    public string OtherCurve => Path.Combine(_directory, "bls.ptau");

    public async ValueTask InitializeAsync()
    {
        NodeToolchain node = await NodeToolchain.FindAsync();
        await node.RequireRepositoryPackageAsync("snarkjs", CancellationToken.None);
        string first = Path.Combine(_directory, "first.ptau");
        await Run("new", "bn128", Power.ToString(CultureInfo.InvariantCulture), Fresh);
        await Run("contribute", Fresh, first, "--name=one", "-e=first");
        await Run("contribute", first, Contributed, "--name=two", "-e=second");
        await Run("new", "bls12-381", "4", OtherCurve);

        Task<string> Run(params string[] arguments) => node.RunAsync(
            _directory, "", [Repository.Path("node_modules", "snarkjs", "build", "cli.cjs"), "powersoftau", .. arguments], CancellationToken.None);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_directory, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>A changed copy of the contributed file.</summary>
    public string Changed(Func<byte[], byte[]> change)
    {
        string path = Path.Combine(_directory, $"{Guid.NewGuid():N}.ptau");
        File.WriteAllBytes(path, change(File.ReadAllBytes(Contributed)));
        return path;
    }
}
