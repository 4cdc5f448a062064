using System.Globalization;
using Marketplace.Testing.Files;
using Marketplace.Testing.Programs;

namespace Marketplace.Proofs.Tests.ReferenceStrings;

/// <summary>Ceremony files that snarkjs makes, once for all tests of a class.</summary>
public sealed class PtauFiles : IAsyncLifetime
{
    public const int Power = 6;

    private readonly TemporaryFolder _folder = new();

    /// <summary>BN254, power 6, two contributions.</summary>
    public string Contributed => _folder["contributed.ptau"];

    /// <summary>BN254, nobody has contributed: τ = 1.</summary>
    public string Fresh => _folder["fresh.ptau"];

    /// <summary>BLS12-381.</summary>
    public string OtherCurve => _folder["bls.ptau"];

    public async ValueTask InitializeAsync()
    {
        NodeToolchain node = await NodeToolchain.FindAsync();
        await node.RequireRepositoryPackageAsync("snarkjs", CancellationToken.None);
        string first = _folder["first.ptau"];
        await Run("new", "bn128", Power.ToString(CultureInfo.InvariantCulture), Fresh);
        await Run("contribute", Fresh, first, "--name=one", "-e=first");
        await Run("contribute", first, Contributed, "--name=two", "-e=second");
        await Run("new", "bls12-381", "4", OtherCurve);

        Task<string> Run(params string[] arguments) => node.RunAsync(
            _folder.Path, "", [Repository.Path("node_modules", "snarkjs", "build", "cli.cjs"), "powersoftau", .. arguments], CancellationToken.None);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>A changed copy of the contributed file.</summary>
    public string Changed(Func<byte[], byte[]> change) =>
        _folder.Write($"{Guid.NewGuid():N}.ptau", change(File.ReadAllBytes(Contributed)));
}
