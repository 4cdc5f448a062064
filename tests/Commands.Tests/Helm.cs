using System.Diagnostics;
using System.IO.Compression;
using System.Runtime.InteropServices;
using Marketplace.Testing.Files;
using Marketplace.Testing.Programs;

namespace Marketplace.Commands.Tests;

/// <summary>Helm itself, out of an npm package that has it for Linux on x64.</summary>
internal static class Helm
{
    private static readonly Lazy<Task<string>> Program = new(UnpackAsync);

    public static string? WhyMissing => OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64
        ? null
        : "SKIPPED: npm has Helm for Linux on x64 only.";

    /// <summary>Runs a command to its end.</summary>
    public static async Task<ProgramRun> RunAsync(params string[] arguments) =>
        await ProgramRun.RunAsync(new ProcessStartInfo(await Program.Value, arguments), "", TestContext.Current.CancellationToken);

    private static async Task<string> UnpackAsync()
    {
        string peer = Repository.Path("tests", "Commands.Tests", "peers", "helm");
        await (await NodeToolchain.FindAsync()).InstallAsync(peer, CancellationToken.None);
        string package = Path.Combine(peer, "node_modules", "@aws-cdk", "asset-kubectl-v20", "lib", "layer.zip");
        string folder = Programs.DataFolder.CreateFolder("helm"), program = Path.Combine(folder, "helm");
        await using ZipArchive archive = await ZipFile.OpenReadAsync(package);
        // With its mode, by which it can be run.
        await archive.GetEntry("helm/helm")!.ExtractToFileAsync(program);
        return program;
    }
}
