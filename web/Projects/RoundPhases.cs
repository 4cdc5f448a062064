using Marketplace.Protocol.Markets;
using Marketplace.ReadModel;

namespace Marketplace.Web.Projects;

/// <summary>Where rounds stand, as the contract has it.</summary>
internal static class RoundPhases
{
    /// <summary>A round's phase at a time; idle when it is not open.</summary>
    /// <param name="round">The round.</param>
    /// <param name="trainers">How many have joined the project.</param>
    /// <param name="now">The time.</param>
    public static RoundPhase PhaseAt(this RoundSummary round, int trainers, DateTimeOffset now) => round.Stage == RoundStage.Open
        ? ContractTypes.PhaseOf(round.Submissions, round.Refusals, trainers, now <= round.TrainingEnds)
        : RoundPhase.Idle;
}
