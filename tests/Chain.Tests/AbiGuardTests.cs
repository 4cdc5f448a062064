using System.Numerics;
using Marketplace.Chain.Abi;
using Marketplace.Chain.Rpc;
using Nethereum.ABI.Model;

namespace Marketplace.Chain.Tests;

public class AbiGuardTests
{
    [Theory]
    [InlineData("uint8", 256)]
    [InlineData("uint8", -1)]
    [InlineData("int8", 128)]
    [InlineData("int8", -129)]
    public void Refuses_to_encode_integers_out_of_range(string type, int value) =>
        Assert.Contains(type, Assert.Throws<AbiException>(() => AbiEncoder.Encode(type, value)).Message, StringComparison.Ordinal);

    [Fact]
    public void Refuses_to_encode_another_number_of_values() =>
        Assert.Throws<AbiException>(() => AbiEncoder.Encode("uint8,bool", 1));

    [Theory]
    // Each word is one argument's text without leading zeros; "f" repeated fills a word.
    [InlineData("bool", "2")]
    [InlineData("uint8", "100")]
    [InlineData("uint16", "10005")]
    [InlineData("uint40", "10000000005")]
    [InlineData("uint128", "100000000000000000000000000000005")]
    [InlineData("int8", "80")]
    [InlineData("int8", "ff80")]
    [InlineData("address", "10000000000000000000000000000000000000000")]
    [InlineData("bytes4", "1")]
    [InlineData("uint256", "")]
    [InlineData("uint256", "1,2")]
    [InlineData("bytes", "0")]
    [InlineData("bytes", "100000")]
    [InlineData("bytes", "8000000000000000000000000000000000000000000000000000000000000000,4,0")]
    [InlineData("bytes", "ffffffff,4,0")]
    [InlineData("bytes", "20,7fffffff")]
    [InlineData("bytes", "20,80000000,7")]
    [InlineData("bytes", "20,ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("bytes", "20,ffffffff")]
    [InlineData("bytes", "ffffffffffffffff")]
    [InlineData("bytes", "20,1,1")]
    [InlineData("bytes,bytes", "40,40,2,bbbb000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("string", "20,1,ff00000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("string", "20,1f4,4142000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("uint256[]", "20,80000000,1")]
    [InlineData("uint256[]", "20,7fffffff")]
    [InlineData("uint256[]", "20,8000000,1")]
    [InlineData("uint256[]", "20,18000000,1")]
    [InlineData("uint256[]", "20,3,1,2")]
    [InlineData("uint256[]", "0")]
    [InlineData("uint256[],uint256[]", "40,40,0")]
    [InlineData("uint256[][]", "20,2,40,40,1,5")]
    [InlineData("string[2]", "20,40,40,0")]
    [InlineData("(uint8,bool)[2]", "1,1,1,2")]
    public void Refuses_hostile_data(string types, string words)
    {
        byte[] data = [.. words.Split(',', StringSplitOptions.RemoveEmptyEntries).SelectMany(w => Convert.FromHexString(w.PadLeft(64, '0')))];
        Parameter[] parameters = types.StartsWith('(') ? AbiTypes.Parameters(types) : AbiTypes.Parameters(types.Split(','));
        Assert.Throws<AbiException>(() => AbiGuard.Check(parameters, data));
    }

    [Theory]
    [InlineData("uint256", 5)]
    [InlineData("bytes32", 2)]
    public void Refuses_words_cut_off(string type, int length) =>
        Assert.Throws<AbiException>(() => AbiGuard.Check(AbiTypes.Parameters(type), new byte[length]));

    [Fact]
    public void Names_the_place()
    {
        ContractABI abi = AbiModel.Parse(
            """[{"type":"error","name":"E","inputs":[{"name":"thing","type":"tuple","components":[{"name":"small","type":"uint8"},"""
                + """{"name":"flag","type":"bool"}]}]}]""");
        AbiException error = Assert.Throws<AbiException>(() => AbiGuard.Check(abi.Errors[0].InputParameters, [.. new byte[63], 2]));
        Assert.StartsWith("thing: flag: expected bool", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bomb_of_shared_offsets_is_refused_at_once()
    {
        // Eight levels of arrays, each of whose elements all point at the next level: 200^8 values if followed.
        Parameter[] type = AbiTypes.Parameters("uint256" + string.Concat(Enumerable.Repeat("[]", 9)));
        List<byte> bytes = [.. Word(32)];
        for (int level = 0; level < 8; level++)
        {
            bytes.AddRange(Word(200));
            for (int i = 0; i < 200; i++) bytes.AddRange(Word(200 * 32));
        }

        bytes.AddRange(Word(0));
        byte[] data = [.. bytes];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<AbiException>(() => AbiTypes.Decode(type, data));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000_000);

        static byte[] Word(int value) => Bytes32.FromBigInteger(value).ToArray();
    }

    [Fact]
    public void Mutated_data_is_either_refused_or_canonical()
    {
        int seed = Random.Shared.Next();
        Random random = new(seed);
        RandomAbi values = new(random);
        for (int i = 0; i < 1000; i++)
        {
            string type = values.Type();
            Parameter[] parameters = AbiTypes.Parameters(type);
            byte[] data = AbiEncoder.Encode(parameters, values.Value(parameters[0].ABIType));
            for (int flips = random.Next(1, 4); flips > 0 && data.Length > 0; flips--) data[random.Next(data.Length)] = (byte)random.Next(256);
            if (random.Next(4) == 0) data = data[..random.Next(data.Length + 1)];
            try
            {
                object[] decoded = AbiTypes.Decode(parameters, data);
                // Parts may lie in another order than encoders choose, so only the length is sure to come back.
                Assert.True(data.Length == AbiEncoder.Encode(parameters, decoded).Length, $"seed {seed}, case {i}: {type}");
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
        ContractABI abi = AbiModel.Parse(
            """[{"type":"error","name":"Market_WrongRound","inputs":[{"name":"projectId","type":"uint256"},"""
                + """{"name":"expected","type":"uint256"},{"name":"details","type":"tuple[]","components":[{"name":"who","type":"address"},"""
                + """{"name":"why","type":"string"}]}]}]""");
        ErrorABI custom = abi.Errors[0];
        byte[] data =
        [
            .. custom.Selector(), .. AbiEncoder.Encode(custom.InputParameters, 7, 3, new object[] { new object[] { Address.Zero, "too\u001blate" } })
        ];
        ContractError error = ContractError.Decode(data, abi);
        Assert.Equal("Market_WrongRound", error.Name);
        Assert.Equal(new BigInteger(7), error["projectId"]);
        Assert.Equal(
            """Market_WrongRound(projectId: 7, expected: 3, details: [(who: 0x0000000000000000000000000000000000000000, why: "too late")])""",
            error.Text);

        byte[] reason = [.. Hex.Parse("0x08c379a0"), .. AbiEncoder.Encode("string", "no funds")];
        Assert.Equal("no funds", ContractError.Decode(reason).Text);
        byte[] panic = [.. Hex.Parse("0x4e487b71"), .. AbiEncoder.Encode("uint256", 0x11)];
        Assert.Equal("Panic(0x11): arithmetic overflow or underflow", ContractError.Decode(panic).Text);
        Assert.Equal("reverted without a reason", ContractError.Decode([]).Text);
        Assert.Contains("0x12345678", ContractError.Decode([0x12, 0x34, 0x56, 0x78]).Text, StringComparison.Ordinal);
        Assert.Contains("unknown data", ContractError.Decode(data.AsSpan(0, 40), abi).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Opens_indexed_anonymous_and_hashed_parameters()
    {
        AbiEvent named = AbiModel.Parse(
            """
            [{"type":"event","name":"Thing","anonymous":false,"inputs":[{"name":"who","type":"address","indexed":true},
             {"name":"title","type":"string","indexed":true},
              {"name":"amount","type":"uint256","indexed":false},{"name":"delta","type":"int8","indexed":true}]}]
            """).Event("Thing");
        Bytes32 title = Bytes32.Keccak("a title");
        Address who = new([.. Enumerable.Range(1, 20).Select(i => (byte)i)]);
        IReadOnlyList<Bytes32?> topics = named.EncodeTopics([who, title, -1]);
        Assert.Equal(4, topics.Count);
        Log log = new(Address.Zero, [.. topics.Select(t => t!.Value)], AbiEncoder.Encode("uint256", 5), 1, default, default, 0, 0);
        AbiReader indexed = named.OpenTopics(log);
        Assert.Equal((who, title, -1L), (indexed.ReadAddress(), indexed.ReadBytes32(), indexed.ReadInt64()));
        Assert.Equal(5UL, named.OpenData(log).ReadUInt64());
        Assert.Null(named.EncodeTopics([null, title])[1]);

        AbiEvent anonymous = AbiModel.Parse(
            """[{"type":"event","name":"Hidden","anonymous":true,"inputs":[{"name":"a","type":"uint256","indexed":true},"""
                + """{"name":"b","type":"bool","indexed":false}]}]""")
                .Event("Hidden");
        Log hidden = new(Address.Zero, [Bytes32.FromBigInteger(9)], AbiEncoder.Encode("bool", true), 1, default, default, 0, 0);
        Assert.Equal(9UL, anonymous.OpenTopics(hidden).ReadUInt64());
        Assert.True(anonymous.OpenData(hidden).ReadBool());

        Assert.Throws<AbiException>(() => { named.OpenTopics(hidden); });
        foreach (byte[] data in new[] { [], new byte[31], new byte[64] })
            Assert.Throws<AbiException>(() => { named.OpenData(log with { Data = data }); });
        Assert.Throws<AbiException>(() => { named.OpenTopics(log with { Topics = [.. log.Topics.Take(3)] }); });
        Assert.Throws<AbiException>(() => { named.OpenTopics(log with { Topics = [.. log.Topics.Take(3), Bytes32.FromBigInteger(128)] }); });
    }

    [Fact]
    public void Calls_are_told_apart_by_selector()
    {
        FunctionABI transfer = Marketplace.Contracts.TestTokenContract.Abi.Function("transfer");
        Assert.Equal("0xa9059cbb", Hex.Format(transfer.Selector()));
        Assert.Throws<AbiException>(() => { transfer.OpenResult([]); });
        Assert.Throws<KeyNotFoundException>(() => Marketplace.Contracts.TestTokenContract.Abi.Function("nothing"));
        Assert.Throws<AbiException>(() => AbiModel.Parse("{}"));
    }
}
