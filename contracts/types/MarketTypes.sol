// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

/// @dev A CIDv1 with a sha2-256 multihash.
struct Cid {
    /// The sha2-256 digest.
    bytes32 digest;
    /// The multicodec of what was hashed: 0x55 raw or 0x70 dag-pb.
    uint8 codec;
}

/// @dev An affine point of BN254's G1. (0, 0) is the point at infinity, as in EIP-196.
struct G1Point {
    /// A coordinate, below the base field's modulus.
    uint256 x;
    /// A coordinate, below the base field's modulus.
    uint256 y;
}

/// @dev Bounds that a round's hyper-parameters must respect, both ends inclusive.
struct HyperBounds {
    /// In millionths.
    uint32 minLearningRate;
    /// In millionths.
    uint32 maxLearningRate;
    /// Passes over the trainer's data, at least 1.
    uint16 minLocalEpochs;
    /// Passes over the trainer's data.
    uint16 maxLocalEpochs;
    /// Samples, at least 1.
    uint16 minBatchSize;
    /// Samples.
    uint16 maxBatchSize;
}

/// @dev A round's hyper-parameters.
struct HyperParameters {
    /// In millionths.
    uint32 learningRate;
    /// Passes over the trainer's data.
    uint16 localEpochs;
    /// Samples.
    uint16 batchSize;
}

/// @dev What a project promises; fixed at creation. Amounts are in the token's smallest unit, durations in seconds.
struct Terms {
    /// The account that will open and settle the rounds. It must accept by posting its bond.
    address aggregator;
    /// The court (ERC-792) that decides about updates declared invalid; zero where there is none, which needs an allowlist.
    address arbitrator;
    /// The payment token of bounty, fee, bond and stakes; zero means the chain's native currency.
    address token;
    /// Paid to trainers over all rounds.
    uint128 bounty;
    /// Paid to the aggregator, an equal part for every settled round that somebody earned.
    uint128 aggregatorFee;
    /// What the aggregator locks. At least (toleratedExpiries + 1) times the largest round's reward, and once more with an
    /// arbitrator, for claims.
    uint128 aggregatorBond;
    /// What each trainer locks.
    uint128 trainerStake;
    /// Number of rounds, 1..1024.
    uint16 rounds;
    /// Fewest trainers with which the project can start, at least 1.
    uint16 minTrainers;
    /// Most trainers that can join. More than the 32 seats of a round only where blocks have randomness.
    uint16 maxTrainers;
    /// Joining ends at this Unix time, at most 365 days ahead. So long may each of the durations be, too.
    uint40 joinDeadline;
    /// The aggregator must open a round within this time of the start, or of the previous round's end.
    uint32 openDuration;
    /// Trainers may submit for this long after a round opens.
    uint32 trainingDuration;
    /// The aggregator must settle within this time of the end of training.
    uint32 settlingDuration;
    /// The aggregator's bond stays locked for this long after the project's end. So long may a trainer wait with a claim
    /// that its update is valid, and anybody with denying it. May be zero without an arbitrator.
    uint32 contestDuration;
    /// How many rounds may expire before the project is aborted by the next one that does, at most 254.
    uint8 toleratedExpiries;
    /// How many rounds a trainer may miss before absences cost it stake.
    uint8 toleratedAbsences;
    /// Part of the stake, in basis points, that each further absence forfeits.
    uint16 absencePenaltyBps;
    /// Fraction bits f of the fixed-point weights and updates, at most 30.
    uint8 fractionBits;
    /// Vector length d: the number of the model's parameters.
    uint32 dimension;
    /// What the aggregator may ask of trainers in a round.
    HyperBounds hyperBounds;
    /// Root of the Merkle tree of admitted trainers; zero means open to all, which needs an arbitrator.
    bytes32 allowlistRoot;
    /// The structured reference string that commitments and proofs use; must equal the verifier's.
    bytes32 srsId;
    /// The project document.
    Cid document;
}

/// @dev Where a project stands. The order matters: from Completed on it has ended.
enum Status {
    /// There is no such project.
    None,
    /// The aggregator can post its bond, trainers can join.
    Open,
    /// Rounds are played.
    Running,
    /// All rounds were played, or the owner stopped it after empty ones.
    Completed,
    /// It never started.
    Cancelled,
    /// More rounds expired than were tolerated.
    Aborted
}

/// @dev Where a running project's current round stands.
enum Phase {
    /// No round is open; the aggregator is to open the next one.
    Idle,
    /// Trainers submit.
    Training,
    /// Submissions are closed; the aggregator is to settle.
    Settling,
    /// Most seats were left empty or refused; anybody can close it, at the cost of the aggregator's bond.
    Failed
}

/// @dev One submission as its trainer posted it. The contract stores only its hash.
struct Submission {
    /// Who posted it.
    address trainer;
    /// Commitment to the update.
    G1Point commitment;
    /// The sealed update.
    Cid payload;
}

/// @dev A weighted sum of the updates, as commitments show it.
struct WeightedSum {
    /// b_i of each valid update, in their order.
    uint256[] weights;
    /// C_U = Σ b_i·C_i.
    G1Point commitment;
}

/// @dev What the aggregator posts to settle a round, beside the submissions, which are known.
struct Settlement {
    /// Bit k set: submission k, in ascending order of seat, could not be fetched, opened or matched to its commitment. It
    /// takes an equal part of the round along, for its trainer to claim (see IClaims); without an arbitrator that is burned.
    uint32 invalid;
    /// Packed inner products of reference, valid updates and public rows (see GramMatrix).
    bytes gram;
    /// Proof that `gram` is the Gram matrix of the committed vectors (see IGramVerifier).
    bytes proof;
    /// C_U, the commitment to the aggregate; infinity when nobody was kept.
    G1Point aggregateCommitment;
    /// The published aggregate; all zero when nobody was kept.
    Cid aggregate;
    /// The aggregator's report: metrics on its root set, and evidence for every invalid submission.
    Cid report;
}
