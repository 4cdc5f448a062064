using System.Diagnostics;
using System.Numerics;
using Marketplace.Chain;
using Marketplace.Chain.Abi;
using Marketplace.Chain.Logs;
using Marketplace.Chain.Rpc;
using Marketplace.Contracts;
using Marketplace.Protocol.Rounds;
using Nethereum.ABI.Model;

namespace Marketplace.Protocol.Markets;

/// <summary>One market contract on one chain, as everybody can read it.</summary>
public sealed class MarketChain : IDisposable
{
    private (ulong Block, ulong Timestamp, long Seen) _clock;

    private MarketChain(EthereumClient client, ulong chainId, Address address, ulong deployedAt)
    {
        Client = client;
        ChainId = chainId;
        Address = address;
        DeployedAt = deployedAt;
        Contract = new MarketContract(client, address);
    }

    public EthereumClient Client { get; }

    public ulong ChainId { get; }

    public Address Address { get; }

    /// <summary>No event of the market is older than this block.</summary>
    public ulong DeployedAt { get; }

    public MarketContract Contract { get; }

    /// <summary>
    /// Names the errors with which the market refuses calls, those of the contracts to which it leaves a part, and of tokens as ERC-6093 has them.
    /// </summary>
    public static IReadOnlyList<ContractABI> Errors { get; } =
        [
            MarketContract.Abi, SettlerContract.Abi, GramVerifierContract.Abi, TermsCheckerContract.Abi, ClaimsContract.Abi, PanelContract.Abi,
            AbiModel.Parse(
                """
                [
                  { "type": "error", "name": "ERC20InsufficientBalance", "inputs": [
                    { "name": "sender", "type": "address" }, { "name": "balance", "type": "uint256" }, { "name": "needed", "type": "uint256" } ] },
                  { "type": "error", "name": "ERC20InsufficientAllowance", "inputs": [
                    { "name": "spender", "type": "address" }, { "name": "allowance", "type": "uint256" }, { "name": "needed", "type": "uint256" } ] }
                ]
                """),
        ];

    /// <summary>Connects to a market and makes sure that it is there.</summary>
    /// <param name="client">The node; the market owns it from here on.</param>
    /// <param name="deployment">Which contract, and on which chain.</param>
    /// <exception cref="InvalidDataException">The node serves another chain, or has no market at the address.</exception>
    public static async Task<MarketChain> ConnectAsync(EthereumClient client, Deployment deployment, CancellationToken cancellationToken)
    {
        ulong chainId = await client.GetChainIdAsync(cancellationToken);
        if (deployment.ChainId is { } expected && chainId != expected)
            throw new InvalidDataException($"the node at {client.Rpc.Host} serves chain {chainId}, the market was deployed on chain {expected}");
        if ((await client.GetCodeAsync(deployment.Market, BlockTag.Latest, cancellationToken)).Length == 0)
            throw new InvalidDataException($"chain {chainId} has no contract at {deployment.Market}; was the market deployed on another chain?");
        var market = new MarketChain(client, chainId, deployment.Market, deployment.Block);
        try
        {
            await market.Contract.VerifierAsync(cancellationToken: cancellationToken);
            return market;
        }
        catch (Exception e) when (e is ContractRevertedException or AbiException)
        {
            throw new InvalidDataException($"the contract at {deployment.Market} is no market: {e.Message}", e);
        }
    }

    public RoundId Round(BigInteger project, int round) => new(ChainId, Address, project, round);

    /// <summary>The chain's time now, Unix seconds: the last block's, plus what has passed since it was first seen.</summary>
    public async Task<ulong> NowAsync(CancellationToken cancellationToken)
    {
        Block head = await HeadAsync(cancellationToken);
        if (head.Number != _clock.Block || _clock.Seen == 0)
            _clock = (head.Number, head.Timestamp, Stopwatch.GetTimestamp());
        return _clock.Timestamp + (ulong)Stopwatch.GetElapsedTime(_clock.Seen).TotalSeconds;
    }

    public async Task<Block> HeadAsync(CancellationToken cancellationToken) =>
        await Client.GetBlockAsync(BlockTag.Latest, cancellationToken)
            ?? throw new InvalidDataException($"the node at {Client.Rpc.Host} says that it has no latest block");

    /// <summary>What an account has of a token; zero stands for the native currency.</summary>
    public Task<BigInteger> TokenBalanceAsync(Address token, Address account, BlockTag block, CancellationToken cancellationToken) =>
        token.IsZero
            ? Client.GetBalanceAsync(account, block, cancellationToken)
            : new IERC20MetadataContract(Client, token).BalanceOfAsync(account, block, cancellationToken);

    /// <summary>A project's events from a block to the head, in order.</summary>
    /// <returns>The events, and the last block that was read with its hash.</returns>
    public Task<(List<IContractEvent> Events, ulong LastBlock, Bytes32 LastHash)> ReadEventsAsync(
        BigInteger projectId, ulong fromBlock, CancellationToken cancellationToken) =>
        // All of a project's events have its id as their first indexed parameter.
        ReadEventsAsync(new LogFilter { Topics = [null, [Bytes32.FromBigInteger(projectId)]] }, fromBlock, cancellationToken);

    /// <summary>The projects that an account has joined as a trainer, whether it has left them again or not.</summary>
    public async Task<IReadOnlyList<BigInteger>> ReadJoinedAsync(Address account, CancellationToken cancellationToken)
    {
        (List<IContractEvent> events, _, _) = await ReadEventsAsync(
            MarketEvents.TrainerJoined.Abi.Filter(Address, null, account), DeployedAt, cancellationToken);
        return [.. events.OfType<MarketEvents.TrainerJoined>().Select(joined => joined.ProjectId).Distinct()];
    }

    /// <summary>The market's events from a block to the head, in order.</summary>
    /// <param name="filter">Which; those of other contracts are left out whatever it says.</param>
    /// <param name="fromBlock">The first block to read.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>The events, and the last block that was read with its hash.</returns>
    public async Task<(List<IContractEvent> Events, ulong LastBlock, Bytes32 LastHash)> ReadEventsAsync(
        LogFilter filter, ulong fromBlock, CancellationToken cancellationToken)
    {
        var events = new List<IContractEvent>();
        (ulong lastBlock, Bytes32 lastHash) = (fromBlock, default);
        var reader = new LogReader(Client, filter with { Addresses = [Address] });
        await foreach (LogUpdate update in reader.ReadToHeadAsync(fromBlock, cancellationToken))
        {
            if (update is not BlocksRead read)
                throw new InvalidDataException("the chain was reorganized while it was read; try again");
            events.AddRange(read.Logs.Select(MarketEvents.TryDecode).OfType<IContractEvent>());
            (lastBlock, lastHash) = (read.ToBlock, read.ToBlockHash);
        }
        return (events, lastBlock, lastHash);
    }

    public void Dispose() => Client.Dispose();
}
