using System.Numerics;
using Marketplace.Chain;
using Marketplace.Contracts;
using Marketplace.Protocol.Markets;

namespace Marketplace.Testing.Markets.Synthetic;

/// <summary>A project in the contract's eyes: what it needs to know to keep the books.</summary>
public sealed class SyntheticProject(long id, Address owner, Terms terms)
{
    public long Id { get; } = id;

    public Address Owner { get; } = owner;

    public Terms Terms { get; } = terms;

    public ProjectStatus Status { get; internal set; } = ProjectStatus.Open;

    public bool IsBonded { get; internal set; }

    public bool IsBondReturned { get; internal set; }

    public BigInteger Escrow { get; internal set; } = terms.Bounty + terms.AggregatorFee;

    public BigInteger Bond { get; internal set; }

    /// <summary>Rewards of rounds that nobody earned, once somebody had earned something.</summary>
    public BigInteger Rollover { get; internal set; }

    /// <summary>What waits for claims to be decided.</summary>
    public BigInteger Contested { get; internal set; }

    /// <summary>What each trainer gets with its stake, for rounds that were not opened.</summary>
    public BigInteger Promised { get; internal set; }

    public bool IsStopping { get; internal set; }

    public int Round { get; internal set; }

    public bool IsRoundOpen { get; internal set; }

    public int Expiries { get; internal set; }

    public List<Address> Trainers { get; } = [];

    /// <summary>Stakes by trainer; null once it was returned.</summary>
    public Dictionary<Address, BigInteger?> Stakes { get; } = [];

    /// <summary>What trainers have earned.</summary>
    public Dictionary<Address, BigInteger> Earned { get; } = [];

    /// <summary>What of it was not credited yet, where there is any.</summary>
    public Dictionary<Address, BigInteger> Uncredited { get; } = [];

    /// <summary>The open round's submissions by seat.</summary>
    public SortedDictionary<int, Submission> Submissions { get; } = [];

    /// <summary>The seats that have refused the open round.</summary>
    public HashSet<int> Refusals { get; } = [];

    /// <summary>The seats that have refused the last model.</summary>
    public HashSet<int> ModelRefusals { get; } = [];

    /// <summary>Whether too few have submitted for the open round to be settled.</summary>
    public bool HasFailed => 2 * Submissions.Count < Trainers.Count;

    /// <summary>What a trainer has earned and was not credited yet.</summary>
    public BigInteger UncreditedOf(Address trainer) => Uncredited.GetValueOrDefault(trainer);
}
