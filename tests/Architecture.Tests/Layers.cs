namespace Marketplace.Architecture.Tests;

/// <summary>A project's place: everything that its file may refer to, and does.</summary>
/// <param name="Project">The project's name.</param>
/// <param name="Links">Projects whose assemblies it links, in alphabetical order, separated by spaces.</param>
/// <param name="Starts">Projects that it builds without linking them, such as programs that it starts.</param>
/// <param name="Packages">Packages and shared frameworks; an asterisk stands for what depends on the platform.</param>
internal sealed record Layer(string Project, string Links = "", string Starts = "", string Packages = "");

/// <summary>The order of the house: a project refers only to what stands above it here.</summary>
internal static class Layers
{
    /// <summary>All projects but the tests', from the leaves to the programs: a new project is one line more.</summary>
    public static readonly Layer[] All =
    [
        // Leaves, which know nothing of each other but how requests are sent and what is measured.
        new("Algebra"),
        new("Telemetry"),
        new("Http", "Telemetry", Packages: "Microsoft.Extensions.Http.Resilience"),
        new("Content", "Http"),
        new("Crypto", Packages: "BouncyCastle.Cryptography"),
        new("Learning", Packages: "Google.Protobuf TorchSharp libtorch-*-*"),

        // What the domain is built on.
        new("Chain", "Crypto Http Telemetry", Packages: "NBitcoin.Secp256k1 Nethereum.Web3"),
        new("Contracts.Generator", "Chain"),
        new("Contracts", "Algebra Chain Content", Starts: "Contracts.Generator"),
        new("Proofs", "Algebra Crypto Telemetry"),

        // The domain, and what shows it.
        new("Protocol", "Algebra Chain Content Contracts Crypto Learning Proofs"),
        new(
            "ReadModel",
            "Chain Content Contracts Http Protocol",
            Packages: "Microsoft.AspNetCore.App Microsoft.EntityFrameworkCore.Design Microsoft.EntityFrameworkCore.Sqlite "
                + "Npgsql.EntityFrameworkCore.PostgreSQL"),

        // Programs.
        new("Agents", "Algebra Chain Content Contracts Crypto Learning Proofs Protocol"),
        new(
            "Hosting",
            "Agents Algebra Chain Content Contracts Crypto Http Learning Proofs Protocol Telemetry",
            Packages: "Microsoft.Extensions.Hosting OpenTelemetry.Exporter.OpenTelemetryProtocol OpenTelemetry.Exporter.Prometheus.HttpListener "
                + "OpenTelemetry.Extensions.Hosting OpenTelemetry.Instrumentation.Http OpenTelemetry.Instrumentation.Runtime System.CommandLine"),
        new(
            "Fleet",
            "Agents Algebra Chain Content Contracts Hosting Learning Proofs Protocol Telemetry",
            Packages: "Microsoft.Orleans.Clustering.AdoNet Microsoft.Orleans.Connections.Security Microsoft.Orleans.Reminders.AdoNet "
                + "Microsoft.Orleans.Server Npgsql"),
        new("Aggregator", "Agents Algebra Chain Content Contracts Crypto Fleet Hosting Learning Proofs Protocol"),
        new("Trainer", "Agents Algebra Chain Content Contracts Crypto Hosting Learning Proofs Protocol"),
        new("Replayer", "Learning"),
        new("Forger", "Agents Algebra Chain Content Contracts Crypto Hosting Learning Proofs Protocol"),
        new("LocalMarket", "Agents Chain Content Contracts Crypto Hosting Learning Proofs Protocol"),
        new("Simulation", "Agents Chain Content Contracts Hosting Learning LocalMarket Protocol"),
        new(
            "Marketplace",
            "Agents Chain Content Contracts Hosting Http Learning LocalMarket Proofs Protocol Simulation",
            Starts: "Aggregator Forger Replayer Trainer",
            Packages: "SkiaSharp SkiaSharp.NativeAssets.Linux.NoDependencies Spectre.Console"),
        new(
            "Web",
            "Chain Content Contracts Hosting Http Learning LocalMarket Proofs Protocol ReadModel Simulation Telemetry",
            Starts: "Aggregator Forger Marketplace Replayer Trainer",
            Packages: "Microsoft.AspNetCore.Components.QuickGrid OpenTelemetry.Exporter.Prometheus.AspNetCore "
                + "OpenTelemetry.Instrumentation.AspNetCore Radzen.Blazor"),
        new(
            "FleetHost",
            "Chain Hosting LocalMarket",
            Starts: "Aggregator Forger Marketplace Replayer Trainer Web",
            Packages: "Aspire.Hosting.AppHost Google.Protobuf Npgsql"),
    ];

    /// <summary>The folders of the dashboard, in the same order: a feature uses only those above it.</summary>
    public static readonly string[] Features =
    [
        "Market", "Shared", "Wallets", "Transactions", "Verification", "Disputes", "Rounds", "Models", "Projects", "Accounts", "Posting", "Learn",
        "Downloads", "Layout", "Hosting",
    ];

    /// <summary>Packages that tests may use beside those of what they test.</summary>
    public static readonly string[] TestPackages =
    [
        "BenchmarkDotNet", "bunit", "FsCheck", "KubernetesClient", "Microsoft.AspNetCore.App", "Microsoft.ML.OnnxRuntime", "Microsoft.NET.Test.Sdk",
        "Microsoft.Playwright", "xunit.runner.visualstudio", "xunit.v3.mtp-off",
    ];

    /// <summary>What must not reach a project on any way, by the beginnings of package names.</summary>
    public static readonly (string Project, string[] Packages)[] Unreachable =
    [
        ("Protocol", [
            "System.CommandLine", "Spectre.", "Microsoft.AspNetCore.", "Microsoft.EntityFrameworkCore", "Npgsql", "Radzen."]),
        ("ReadModel", ["System.CommandLine", "Spectre.", "Radzen."]),
    ];
}
