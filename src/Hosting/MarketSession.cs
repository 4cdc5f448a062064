using System.Numerics;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Proofs.Gram;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Rounds;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marketplace.Hosting;

/// <summary>What every program needs of the world: the market, the content store and, when it is asked for, the reference string.</summary>
public sealed class MarketSession : IDisposable
{
    /// <summary>Chain ids of development nodes, on which a reference string with a known secret does no harm.</summary>
    private static readonly ulong[] LocalChains = [31337, 1337];

    private readonly string? _srsPath;
    private readonly ILogger _log;
    private Srs? _srs;

    private MarketSession(MarketChain chain, IContentStore store, string? srsPath, ILogger log)
    {
        Chain = chain;
        Store = store;
        _srsPath = srsPath;
        _log = log;
    }

    public MarketChain Chain { get; }

    public IContentStore Store { get; }

    /// <summary>Whether the chain is a development node's, with blocks at once and nobody else to ask it.</summary>
    public bool IsLocal => IsLocalChain(Chain.ChainId);

    /// <summary>Connects as the settings say, to look only: nothing can be published.</summary>
    /// <exception cref="UsageException">A setting is missing or malformed.</exception>
    public static Task<MarketSession> OpenForReadingAsync(SettingsReader settings, ILogger log, CancellationToken cancellationToken) =>
        OpenAsync(settings, log, isForReading: true, cancellationToken);

    /// <summary>Connects as the settings say.</summary>
    /// <exception cref="UsageException">A setting is missing or malformed.</exception>
    public static Task<MarketSession> OpenAsync(SettingsReader settings, ILogger log, CancellationToken cancellationToken) =>
        OpenAsync(settings, log, isForReading: false, cancellationToken);

    private static async Task<MarketSession> OpenAsync(
        SettingsReader settings, ILogger log, bool isForReading, CancellationToken cancellationToken)
    {
        Uri url = ParseRpc(settings.Require(SharedSettings.Rpc));
        IContentStore store = ContentStore.Open(settings.Require(SharedSettings.Store), new ContentStoreOptions(IsForReading: isForReading));
        MarketChain chain = await MarketChain.ConnectAsync(new EthereumClient(url), ReadDeployment(settings), cancellationToken);
        return new MarketSession(chain, store, settings.Find(SharedSettings.Srs), log);
    }

    /// <summary>A session with a market and a store that are open already, and are closed with it.</summary>
    public static MarketSession Of(MarketChain chain, IContentStore store) => new(chain, store, null, NullLogger.Instance);

    /// <summary>The reference string that the market's verifier pins.</summary>
    /// <exception cref="UsageException">There is none, or it is another one.</exception>
    public async Task<Srs> SrsAsync(CancellationToken cancellationToken)
    {
        if (_srs is not null)
            return _srs;
        Address verifier = await Chain.Contract.VerifierAsync(cancellationToken: cancellationToken);
        var contract = new GramVerifierContract(Chain.Client, verifier);
        Bytes32 pinned = await contract.SrsIdAsync(cancellationToken: cancellationToken);
        BigInteger maxDimension = await contract.MaxDimensionAsync(cancellationToken: cancellationToken);
        if (maxDimension < 1 || maxDimension > GramMatrix.MaxDimension)
        {
            throw new PublishedException(
                $"the verifier at {verifier} says that it serves {maxDimension} parameters, expected 1 to {GramMatrix.MaxDimension}; is it a "
                    + "verifier of this market?");
        }

        Srs opened = _srsPath is not null ? Srs.Load(_srsPath, cancellationToken) : OpenLocalSrs((int)maxDimension);
        if (new Bytes32(opened.Id) != pinned)
        {
            throw new UsageException(
                $"the reference string {(_srsPath is null ? "for development" : $"'{_srsPath}'")} is {new Bytes32(opened.Id)}, the market's "
                    + $"verifier pins {pinned}; give the right one by --srs");
        }

        if (opened.IsDevelopment && !IsLocal)
        {
            throw new UsageException(
                $"the reference string '{_srsPath}' is for development: anybody can forge proofs with it. Chain {Chain.ChainId} needs one of a "
                    + "public ceremony; leave this market alone");
        }

        return _srs = opened;
    }

    public void Dispose()
    {
        Chain.Dispose();
        Store.Dispose();
    }

    /// <summary>Whether a chain is a development node's.</summary>
    public static bool IsLocalChain(ulong chainId) => LocalChains.Contains(chainId);

    /// <summary>The development reference string of this machine, for local chains alone.</summary>
    /// <param name="maxDimension">The longest vector that it must commit to.</param>
    /// <param name="log">Told when powers are made.</param>
    public static Srs OpenDevelopmentSrs(int maxDimension, ILogger log) => Srs.OpenDevelopment(
        maxDimension,
        Srs.DevelopmentCache,
        powers => log.LogInformation("making {Powers:N0} powers of the development reference string, once for this machine", powers));

    /// <summary>A node's address as users write it.</summary>
    /// <exception cref="UsageException">It is none. The message does not repeat it: such URLs often hold a credential.</exception>
    public static Uri ParseRpc(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https"
            ? url
            : throw new UsageException("--rpc must be an http or https URL such as http://127.0.0.1:8545");

    private Srs OpenLocalSrs(int maxDimension)
    {
        if (!IsLocal)
            throw new UsageException($"chain {Chain.ChainId} is no local chain: give the market's reference string by --srs FILE");
        return OpenDevelopmentSrs(maxDimension, _log);
    }

    private static Deployment ReadDeployment(SettingsReader settings)
    {
        string path = settings.Require(SharedSettings.Deployment);
        Deployment? file = File.Exists(path) ? Deployment.Read(path) : null;
        if (settings.Find(SharedSettings.Market) is not { } text)
            return file ?? throw new UsageException($"no market: there is no deployment file '{path}'; give --deployment FILE or --market ADDRESS");
        Address market = AddressArgument.Parse("--market", text);
        return file?.Market == market ? file : new Deployment(market);
    }
}
