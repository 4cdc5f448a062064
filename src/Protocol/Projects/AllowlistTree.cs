using Marketplace.Chain;
using Marketplace.Crypto;

namespace Marketplace.Protocol.Projects;

/// <summary>Merkle tree of the accounts that may join a project, as the contract's OpenZeppelin MerkleProof reads it.</summary>
/// <remarks>
/// A leaf is keccak256(keccak256(abi.encode(account))), hashed twice so that no inner node can pass for a leaf. Children are
/// hashed in ascending order; a node without a sibling moves up unchanged.
/// </remarks>
public sealed class AllowlistTree
{
    private readonly List<Address> _accounts;
    private readonly List<List<Bytes32>> _levels;

    public AllowlistTree(IEnumerable<Address> accounts)
    {
        _accounts = [.. accounts.Distinct()];
        if (_accounts.Count == 0)
            throw new ArgumentException("an allowlist needs at least one account", nameof(accounts));
        _levels = [[.. _accounts.Select(Leaf)]];
        while (_levels[^1].Count > 1)
        {
            List<Bytes32> below = _levels[^1];
            _levels.Add([.. below.Chunk(2).Select(pair => pair.Length == 2 ? Parent(pair[0], pair[1]) : pair[0])]);
        }
    }

    public Bytes32 Root => _levels[^1][0];

    /// <summary>The path from an account's leaf to the root.</summary>
    /// <exception cref="DocumentException">The account is not on the list.</exception>
    public Bytes32[] ProofOf(Address account)
    {
        int at = _accounts.IndexOf(account);
        if (at < 0)
        {
            throw new DocumentException(
                $"{account} is not on the project's allowlist of {_accounts.Count} accounts; ask the owner for an invitation");
        }

        var proof = new List<Bytes32>();
        foreach (List<Bytes32> level in _levels[..^1])
        {
            int sibling = at ^ 1;
            if (sibling < level.Count)
                proof.Add(level[sibling]);
            at >>= 1;
        }
        return [.. proof];
    }

    private static Bytes32 Leaf(Address account)
    {
        Span<byte> word = stackalloc byte[32];
        word.Clear();
        account.ToArray().CopyTo(word[12..]);
        return Bytes32.Keccak(Keccak256.HashData(word));
    }

    private static Bytes32 Parent(Bytes32 a, Bytes32 b)
    {
        byte[] left = a.ToArray(), right = b.ToArray();
        if (left.AsSpan().SequenceCompareTo(right) > 0)
            (left, right) = (right, left);
        return Bytes32.Keccak([.. left, .. right]);
    }
}
