using FsCheck;
using FsCheck.Fluent;
using Marketplace.Chain;
using Marketplace.Crypto;
using Marketplace.Protocol.Projects;

namespace Marketplace.Protocol.Tests.Projects;

/// <summary>Trees against the rule of OpenZeppelin's MerkleProof; that the contract accepts them, the played market shows.</summary>
public class AllowlistTreeTests
{
    [Fact]
    public void Every_member_has_a_proof_that_leads_to_the_root() => Prop.ForAll(Gen.Choose(1, 70).ToArbitrary(), count =>
    {
        Address[] accounts = Accounts(count);
        var tree = new AllowlistTree(accounts);
        return accounts.All(account => ProcessProof(tree.ProofOf(account), LeafOf(account)) == tree.Root);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void No_proof_serves_another_account()
    {
        Address[] accounts = Accounts(9);
        var tree = new AllowlistTree(accounts);
        foreach (Address owner in accounts)
        {
            foreach (Address thief in Accounts(12).Where(account => account != owner))
                Assert.NotEqual(tree.Root, ProcessProof(tree.ProofOf(owner), LeafOf(thief)));
        }
    }

    [Fact]
    public void One_account_is_its_own_root()
    {
        Address account = Accounts(1)[0];
        var tree = new AllowlistTree([account]);
        Assert.Empty(tree.ProofOf(account));
        Assert.Equal(LeafOf(account), tree.Root);
    }

    [Fact]
    public void An_account_named_twice_counts_once() =>
        Assert.Equal(new AllowlistTree(Accounts(3)).Root, new AllowlistTree([.. Accounts(3), .. Accounts(3)]).Root);

    [Fact]
    public void A_stranger_gets_no_proof()
    {
        var tree = new AllowlistTree(Accounts(3));
        string message = Assert.Throws<DocumentException>(() => tree.ProofOf(Accounts(4)[3])).Message;
        Assert.Contains("allowlist of 3 accounts", message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_list_is_no_tree() => Assert.Throws<ArgumentException>(() => new AllowlistTree([]));

    private static Address[] Accounts(int count) =>
        [.. Enumerable.Range(0, count).Select(k => new Address(Bytes32.Keccak($"account {k}").ToArray().AsSpan(0, 20)))];

    /// <summary>MerkleProof.processProof: fold by the hash of the ordered pair.</summary>
    private static Bytes32 ProcessProof(IEnumerable<Bytes32> proof, Bytes32 leaf) => proof.Aggregate(leaf, (hash, sibling) =>
        hash.ToBigInteger() < sibling.ToBigInteger() ? HashPair(hash, sibling) : HashPair(sibling, hash));

    private static Bytes32 HashPair(Bytes32 a, Bytes32 b) => Bytes32.Keccak([.. a.ToArray(), .. b.ToArray()]);

    /// <summary>keccak256(bytes.concat(keccak256(abi.encode(account)))).</summary>
    private static Bytes32 LeafOf(Address account) =>
        Bytes32.Keccak(Keccak256.HashData([.. new byte[12], .. account.ToArray()]));
}
