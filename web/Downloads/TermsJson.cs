using System.Numerics;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Hosting;
using Marketplace.Protocol.Markets;
using Marketplace.ReadModel;

namespace Marketplace.Web.Downloads;

/// <summary>
/// A project's terms as they are on chain, for people and programs: amounts as decimal texts in the token's smallest unit, durations in seconds,
/// parts in basis points, learning rates in millionths.
/// </summary>
internal static class TermsJson
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static byte[] Write(MarketChain chain, ProjectDetails project, TokenUnit unit)
    {
        Terms terms = project.Terms;
        return JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                chain.ChainId,
                Market = $"{chain.Address}",
                Project = project.Summary.Id,
                Owner = $"{project.Summary.Owner}",
                Created = new { project.Summary.Created.Block, project.Summary.Created.Time, Transaction = $"{project.Summary.Created.Transaction}" },
                Document = $"{terms.Document}",
                Aggregator = $"{terms.Aggregator}",
                Arbitrator = terms.Arbitrator.IsZero ? null : $"{terms.Arbitrator}",
                Payment = new
                {
                    Token = terms.Token.IsZero ? "native" : $"{terms.Token}",
                    unit.Symbol,
                    unit.Decimals,
                    Bounty = Integer(terms.Bounty),
                    AggregatorFee = Integer(terms.AggregatorFee),
                    AggregatorBond = Integer(terms.AggregatorBond),
                    TrainerStake = Integer(terms.TrainerStake),
                },
                terms.Rounds,
                project.RewardWeights,
                Trainers = new
                {
                    Minimum = terms.MinTrainers,
                    Maximum = terms.MaxTrainers,
                    JoinUntil = UnixTime.FromSeconds(terms.JoinDeadline),
                    AllowlistRoot = terms.AllowlistRoot.IsZero ? null : $"{terms.AllowlistRoot}",
                },
                Seconds = new
                {
                    Open = terms.OpenDuration,
                    Training = terms.TrainingDuration,
                    Settling = terms.SettlingDuration,
                    Contest = terms.ContestDuration,
                },
                Tolerance = new { Expiries = terms.ToleratedExpiries, Absences = terms.ToleratedAbsences, terms.AbsencePenaltyBps },
                terms.Dimension,
                terms.FractionBits,
                terms.HyperBounds,
                SrsId = $"{terms.SrsId}",
            },
            Format);
    }

    private static string Integer(BigInteger amount) => amount.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
