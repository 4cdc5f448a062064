using System.Numerics;
using Marketplace.Chain.Abi;
using Marketplace.Chain.Rpc;

namespace Marketplace.Chain.Tests;

public class AbiTests
{
    [Theory]
    [InlineData("uint", "uint256")]
    [InlineData("int[2][]", "int256[2][]")]
    [InlineData("tuple(uint256 a, (string b, bytes32[] c)[3] d)", "(uint256,(string,bytes32[])[3])")]
    [InlineData("function", "function")]
    public void Parses_types(string text, string canonical) => Assert.Equal(canonical, AbiType.Parse(text).Name);

    [Theory]
    [InlineData("")]
    [InlineData("uint7")]
    [InlineData("uint264")]
    [InlineData("uint0")]
    [InlineData("uint08")]
    [InlineData("bytes33")]
    [InlineData("bytes0")]
    [InlineData("fixed128x18")]
    [InlineData("uint256[")]
    [InlineData("uint256[0]")]
    [InlineData("uint256[-1]")]
    [InlineData("uint256[01]")]
    [InlineData("uint256[99999999999]")]
    [InlineData("uint256[1000000][1000000]")]
    [InlineData("string[2000000000]")]
    [InlineData("()[]")]
    [InlineData("(uint256")]
    [InlineData("(uint256,)")]
    [InlineData("uint256)")]
    [InlineData("uint256 x y")]
    public void Refuses_what_is_no_type(string text) => Assert.Throws<AbiException>(() => AbiType.Parse(text));

    [Fact]
    public void Bounds_the_depth_of_types()
    {
        Assert.Throws<AbiException>(() => AbiType.Parse(new string('(', 100_000)));
        Assert.Throws<AbiException>(() => AbiType.Parse("uint8" + string.Concat(Enumerable.Repeat("[]", 10_000))));
    }

    [Theory]
    [InlineData("uint8", 256)]
    [InlineData("uint8", -1)]
    [InlineData("int8", 128)]
    [InlineData("int8", -129)]
    public void Refuses_integers_out_of_range(string type, int value) =>
        Assert.Contains(type, Assert.Throws<AbiException>(() => AbiEncoder.Encode(type, value)).Message, StringComparison.Ordinal);

    [Fact]
    public void Names_the_place_of_a_wrong_value()
    {
        AbiException error = Assert.Throws<AbiException>(
            () => AbiEncoder.Encode("(uint8 small, bool[] flags) thing", [new object[] { 1, new object[] { true, "no" } }]));
        Assert.Contains("thing: flags: [1]:", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    // Each word is one argument's text without leading zeros; "f" repeated fills a word.
    [InlineData("bool", "2")]
    [InlineData("uint8", "100")]
    [InlineData("int8", "80")]
    [InlineData("address", "10000000000000000000000000000000000000000")]
    [InlineData("bytes4", "1")]
    [InlineData("uint256", "")]
    [InlineData("uint256", "1,2")]
    [InlineData("bytes", "20,ffffffff")]
    [InlineData("bytes", "ffffffffffffffff")]
    [InlineData("bytes", "20,1,1")]
    [InlineData("string", "20,1,ff00000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("uint256[]", "20,7fffffff")]
    [InlineData("uint256[]", "20,2,1")]
    [InlineData("uint256[]", "0")]
    [InlineData("uint256[] a, uint256[] b", "40,40,0")]
    [InlineData("uint256[][]", "20,2,40,40,1,5")]
    [InlineData("string[2]", "20,40,40,0")]
    public void Refuses_hostile_data(string types, string words)
    {
        byte[] data = [.. words.Split(',', StringSplitOptions.RemoveEmptyEntries).SelectMany(w => Convert.FromHexString(w.PadLeft(64, '0')))];
        Assert.Throws<AbiException>(() => AbiDecoder.Decode(types, data));
    }

    [Fact]
    public void A_bomb_of_shared_offsets_is_refused_at_once()
    {
        // Eight levels of arrays, each of whose elements all point at the next level: 200^8 values if followed.
        string type = "uint256" + string.Concat(Enumerable.Repeat("[]", 9));
        List<byte> data = [.. Word(32)];
        for (int level = 0; level < 8; level++)
        {
            data.AddRange(Word(200));
            for (int i = 0; i < 200; i++) data.AddRange(Word(200 * 32));
        }

        data.AddRange(Word(0));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<AbiException>(() => AbiDecoder.Decode(type, data.ToArray()));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000_000);

        static byte[] Word(int value) => Bytes32.FromBigInteger(value).ToArray();
    }

    [Fact]
    public void Mutated_data_is_either_refused_or_canonical()
    {
        int seed = Random.Shared.Next();
        Random random = new(seed);
        RandomAbi values = new(random);
        for (int i = 0; i < 3000; i++)
        {
            AbiParameter[] parameters = [new("", AbiType.Parse(values.Type()))];
            byte[] data = AbiEncoder.Encode(parameters, values.Value(parameters[0].Type));
            for (int flips = random.Next(1, 4); flips > 0 && data.Length > 0; flips--) data[random.Next(data.Length)] = (byte)random.Next(256);
            if (random.Next(4) == 0) data = data[..random.Next(data.Length + 1)];
            try
            {
                object[] decoded = AbiDecoder.Decode(parameters, data);
                // Parts may lie in another order than encoders choose, so only the length is sure to come back.
                Assert.True(data.Length == AbiEncoder.Encode(parameters, decoded).Length, $"seed {seed}, case {i}: {parameters[0].Type}");
            }
            catch (AbiException)
            {
                // Refused: the other outcome that is allowed.
            }
        }
    }

    [Fact]
    public void Decodes_revert_reasons()
    {
        AbiError custom = AbiError.Parse("Market_WrongRound", "uint256 projectId, uint256 expected, (address who, string why)[] details");
        ContractAbi abi = ContractAbi.Parse(
            """[{"type":"error","name":"Market_WrongRound","inputs":[{"name":"projectId","type":"uint256"},{"name":"expected","type":"uint256"},{"name":"details","type":"tuple[]","components":[{"name":"who","type":"address"},{"name":"why","type":"string"}]}]}]""");
        Assert.Equal(custom.Signature, abi.Errors[0].Signature);

        byte[] data = [.. custom.Selector, .. AbiEncoder.Encode(custom.Inputs, 7, 3, new object[] { new object[] { Address.Zero, "late\u001b" } })];
        ContractError error = ContractError.Decode(data, abi);
        Assert.Equal("Market_WrongRound", error.Name);
        Assert.Equal(new BigInteger(7), error["projectId"]);
        Assert.Equal(
            """Market_WrongRound(projectId: 7, expected: 3, details: [(who: 0x0000000000000000000000000000000000000000, why: "late\u001b")])""", error.Text);

        Assert.Equal("no funds", ContractError.Decode([.. AbiError.Error.Selector, .. AbiEncoder.Encode("string", "no funds")]).Text);
        Assert.Equal(
            "Panic(0x11): arithmetic overflow or underflow", ContractError.Decode([.. AbiError.Panic.Selector, .. AbiEncoder.Encode("uint256", 0x11)]).Text);
        Assert.Equal("reverted without a reason", ContractError.Decode([]).Text);
        Assert.Contains("0x12345678", ContractError.Decode([0x12, 0x34, 0x56, 0x78]).Text, StringComparison.Ordinal);
        Assert.Contains("unknown data", ContractError.Decode(data[..40], abi).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Decodes_indexed_anonymous_and_hashed_parameters()
    {
        AbiEvent named = AbiEvent.Parse("Thing", "address indexed who, string indexed title, uint256 amount, int8 indexed delta");
        Bytes32 title = Bytes32.Keccak("a title");
        Address who = new([.. Enumerable.Range(1, 20).Select(i => (byte)i)]);
        IReadOnlyList<Bytes32?> topics = named.EncodeTopics([who, title, -1]);
        Assert.Equal(4, topics.Count);
        Log log = new(Address.Zero, [.. topics.Select(t => t!.Value)], AbiEncoder.Encode("uint256", 5), 1, default, default, 0, 0);
        Assert.Equal([who, title, new BigInteger(5), new BigInteger(-1)], named.Decode(log));
        Assert.Null(named.EncodeTopics([null, title])[1]);

        AbiEvent anonymous = AbiEvent.Parse("Hidden", "uint256 indexed a, bool b", isAnonymous: true);
        Log hidden = new(Address.Zero, [Bytes32.FromBigInteger(9)], AbiEncoder.Encode("bool", true), 1, default, default, 0, 0);
        Assert.Equal([new BigInteger(9), true], anonymous.Decode(hidden));

        Assert.Throws<AbiException>(() => named.Decode(hidden));
        Assert.Throws<AbiException>(() => named.Decode(log with { Data = new byte[64] }));
        Assert.Throws<AbiException>(() => AbiEvent.Parse("Many", "bool indexed a, bool indexed b, bool indexed c, bool indexed d"));
    }

    [Fact]
    public void Calls_are_told_apart_by_selector()
    {
        AbiFunction transfer = AbiFunction.Parse("transfer", "address to, uint256 amount", "bool");
        Assert.Equal("0xa9059cbb", Hex.Format(transfer.Selector));
        byte[] call = transfer.EncodeCall(Address.Zero, 5);
        Assert.Equal(new BigInteger(5), transfer.DecodeCall(call)[1]);
        Assert.Throws<AbiException>(() => AbiFunction.Parse("approve", "address to, uint256 amount").DecodeCall(call));
        Assert.Contains("Is there a contract", Assert.Throws<AbiException>(() => transfer.DecodeResult([])).Message, StringComparison.Ordinal);
    }
}
