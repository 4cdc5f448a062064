using System.Numerics;
using Marketplace.Chain.Abi;
using Marketplace.Chain.Rpc;
using Marketplace.Chain.Sending;
using Marketplace.Chain.Signing;
using Marketplace.Contracts;

namespace Marketplace.Chain.Tests;

public class AnvilClientTests(AnvilFixture fixture) : EthereumClientTests(fixture), IClassFixture<AnvilFixture>;

public class HardhatClientTests(HardhatFixture fixture) : EthereumClientTests(fixture), IClassFixture<HardhatFixture>;

/// <summary>The client and generated bindings against a real node.</summary>
public abstract class EthereumClientTests(NodeFixture fixture)
{
    private readonly EthereumClient _client = fixture.Client;
    private readonly TestTokenContract _token = fixture.Token;

    [Fact]
    public async Task Reads_the_chain()
    {
        Assert.Equal(31337UL, await _client.GetChainIdAsync());
        ulong number = await _client.GetBlockNumberAsync();
        Block block = (await _client.GetBlockAsync(number))!;
        Assert.Equal(number, block.Number);
        Assert.Equal(block.Hash, (await _client.GetBlockAsync(block.Hash))!.Hash);
        Assert.Equal(block.ParentHash, (await _client.GetBlockAsync(number - 1))!.Hash);
        Assert.NotNull(block.BaseFeePerGas);
        Assert.Null(await _client.GetBlockAsync(number + 1_000_000));
        Assert.Null(await _client.GetBlockAsync(Bytes32.Keccak("nothing")));
        using PrivateKey key = Chain.Key(5);
        Assert.True(await _client.GetBalanceAsync(key.Address) > Units.ParseEther("1000"));
        Assert.Equal(0, await _client.GetBalanceAsync(key.Address, 0) % Units.ParseEther("1"));
        Assert.NotEmpty(await _client.GetCodeAsync(_token.Address));
        Assert.Empty(await _client.GetCodeAsync(key.Address));
        Assert.True(await _client.GetGasPriceAsync() > 0);
        Assert.True(await _client.GetMaxPriorityFeePerGasAsync() >= 0);
        Assert.All(await _client.GetPriorityFeesAsync(1, 50), fee => Assert.True(fee >= 0));
        Assert.Null(await _client.GetReceiptAsync(Bytes32.Keccak("nothing")));
        Assert.Null(await _client.GetTransactionAsync(Bytes32.Keccak("nothing")));
    }

    [Fact]
    public async Task Reads_and_writes_through_bindings()
    {
        Assert.Equal("TEST", await _token.SymbolAsync());
        Assert.Equal(18, await _token.DecimalsAsync());
        using PrivateKey key = Chain.Key(1);
        Address receiver = new(Bytes32.Keccak("receiver").ToArray().AsSpan(12));
        Receipt mint = await Chain.SendPlainlyAsync(_client, key, _token.Mint(key.Address, 100));
        Receipt receipt = await Chain.SendPlainlyAsync(_client, key, _token.Transfer(receiver, 40));
        Assert.True(mint.IsSuccess && receipt.IsSuccess);
        Assert.Equal(40, await _token.BalanceOfAsync(receiver));
        Assert.Equal(0, await _token.BalanceOfAsync(receiver, mint.BlockNumber));

        Log[] logs = await _client.GetLogsAsync(
            TestTokenEvents.Transfer.Filter(_token.Address, from: key.Address), mint.BlockNumber, receipt.BlockNumber);
        TestTokenEvents.Transfer transfer = TestTokenEvents.Transfer.Decode(Assert.Single(logs));
        Assert.Equal((key.Address, receiver, new BigInteger(40)), (transfer.From, transfer.To, transfer.Value));
        Assert.IsType<TestTokenEvents.Transfer>(TestTokenEvents.TryDecode(receipt.Logs[0]));
        Assert.Throws<AbiException>(() => TestTokenEvents.Approval.Decode(logs[0]));

        TransactionInfo sent = (await _client.GetTransactionAsync(receipt.TransactionHash))!;
        Assert.Equal((key.Address, _token.Address, receipt.BlockNumber), (sent.From, sent.To!.Value, sent.BlockNumber!.Value));
        Assert.Equal(receiver, TestTokenContract.Abi.Function("transfer").DecodeCall(sent.Data.Span)[0]);
    }

    [Fact]
    public async Task Decodes_why_a_call_reverts()
    {
        using PrivateKey poor = PrivateKey.Generate();
        TransactionRequest request = _token.Transfer(_token.Address, 5);
        ContractRevertedException call = await Assert.ThrowsAsync<ContractRevertedException>(
            () => _client.CallAsync(request.ToCall(poor.Address), BlockTag.Latest, request.Errors));
        Assert.Equal(TestTokenErrors.ERC20InsufficientBalance, call.Error.Name);
        Assert.Equal(poor.Address, call.Error["sender"]);
        Assert.Equal(new BigInteger(5), call.Error["needed"]);
        Assert.Contains("ERC20InsufficientBalance(sender: 0x", call.Message, StringComparison.Ordinal);

        ContractRevertedException estimate = await Assert.ThrowsAsync<ContractRevertedException>(
            () => _client.EstimateGasAsync(request.ToCall(poor.Address), request.Errors));
        Assert.Equal(TestTokenErrors.ERC20InsufficientBalance, estimate.Error.Name);

        // A function that the token does not have reverts without a reason.
        ContractRevertedException unknown = await Assert.ThrowsAsync<ContractRevertedException>(
            () => _client.CallAsync(new CallRequest(_token.Address, new byte[4])));
        Assert.Equal("", unknown.Error.Name);
        await Assert.ThrowsAsync<NoContractException>(() => new TestTokenContract(_client, poor.Address).SymbolAsync());
    }

    [Fact]
    public async Task Sends_by_intent()
    {
        using PrivateKey key = Chain.Key(2);
        string folder = Directory.CreateTempSubdirectory("journal-").FullName;
        await using TransactionSender sender = await TransactionSender.OpenAsync(_client, key, folder, Chain.Fast);
        Receipt first = await sender.SendAsync("mint", _token.Mint(key.Address, 7));
        Receipt second = await sender.SendAsync("mint", _token.Mint(key.Address, 7));
        Assert.Equal(first.TransactionHash, second.TransactionHash);
        Assert.Equal(7, await _token.BalanceOfAsync(key.Address));
        Assert.Empty(await sender.GetPendingIntentsAsync());
    }

    [Fact]
    public async Task Sends_no_call_to_where_no_contract_is()
    {
        using PrivateKey key = Chain.Key(3);
        await using TransactionSender sender = await TransactionSender.OpenAsync(
            _client, key, Directory.CreateTempSubdirectory("journal-").FullName, Chain.Fast);
        TestTokenContract nowhere = new(_client, new Address(Bytes32.Keccak("nowhere").ToArray().AsSpan(12)));
        await Assert.ThrowsAsync<NoContractException>(() => sender.SendAsync("mint", nowhere.Mint(key.Address, 7)));
        Assert.Empty(await sender.GetPendingIntentsAsync());
    }

    [Fact]
    public async Task Passes_on_the_nodes_errors()
    {
        RpcException error = await Assert.ThrowsAsync<RpcException>(() => _client.SendAsync("eth_noSuchMethod", []));
        Assert.True(error.Code < 0);
        await Assert.ThrowsAsync<RpcException>(() => _client.SendRawTransactionAsync(new byte[] { 1, 2, 3 }));
    }
}
