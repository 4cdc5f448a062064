using System.Numerics;
using Marketplace.Agents;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Contracts;
using Marketplace.Hosting;
using Marketplace.Protocol.Disputes;

namespace Marketplace.Court;

/// <summary>One auditor of a panel: judges the cases that come before it, votes, and has rulings carried out.</summary>
/// <remarks>What is due is read from the chain, so an auditor that was stopped goes on where it was.</remarks>
internal sealed class PanelAuditor
{
    /// <summary>What cannot be fetched may come: only in the last quarter of the voting time is a case refused for it.</summary>
    private const int LastPart = 4;

    /// <summary>A case that cannot be told yet is judged again: so often within the voting time, and at least once in so many seconds.</summary>
    private const ulong Attempts = 64, LongestPause = 600;

    /// <summary>The vote that decides splits the fee over the auditors: what that costs at most, beside what it costs for each of them.</summary>
    private const ulong GasOfDecision = 60_000, GasOfShare = 40_000;

    private readonly Party _party;
    private readonly ClaimsChain _claims;
    private readonly PanelContract _panel;
    private readonly Address _address;
    private readonly Action<string> _say;
    private readonly int _seat;
    private readonly ulong _gasOfDecision;
    private readonly ulong _votingDuration;
    private readonly Dictionary<(BigInteger Dispute, ulong Deadline), KnownCase> _known = [];
    private BigInteger _firstOpen = 1;

    private PanelAuditor(
        Party party, ClaimsChain claims, ClaimJudge judge, PanelSeats panel, int seat, ulong votingDuration, Action<string> say)
    {
        (_party, _claims, Judge, _address) = (party, claims, judge, panel.Panel);
        (_seat, _votingDuration, _say) = (seat, votingDuration, say);
        _panel = new PanelContract(party.Chain.Client, _address);
        _gasOfDecision = GasOfDecision + (ulong)panel.Auditors.Count * GasOfShare;
    }

    /// <summary>Decides as this auditor, who can read what is sealed to it.</summary>
    public ClaimJudge Judge { get; }

    /// <param name="party">The auditor's account.</param>
    /// <param name="panel">The panel, on which it must be.</param>
    /// <param name="say">Told what is done.</param>
    /// <param name="cancellationToken">Stops opening.</param>
    /// <exception cref="UsageException">The panel does not name the account.</exception>
    public static async Task<PanelAuditor> OpenAsync(Party party, PanelSeats panel, Action<string> say, CancellationToken cancellationToken)
    {
        int seat = SeatOf(party, panel);
        ClaimsChain claims = await ClaimsChain.OpenAsync(party.Chain, cancellationToken);
        var key = PanelAuditorKey.Derive(party.Secrets, party.Chain.ChainId, panel, seat);
        var judge = new ClaimJudge(party.Chain, claims, party.Store, await party.SrsAsync(cancellationToken), key);
        var contract = new PanelContract(party.Chain.Client, panel.Panel);
        var votingDuration = (ulong)await contract.VotingDurationAsync(cancellationToken: cancellationToken);
        return new PanelAuditor(party, claims, judge, panel, seat, votingDuration, say);
    }

    /// <summary>Publishes the key to which claimants seal their openings, and posts the bond, unless that has happened.</summary>
    /// <param name="party">The auditor's account.</param>
    /// <param name="panel">The panel, on which it must be.</param>
    /// <param name="say">Told what is done.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="UsageException">The panel does not name the account.</exception>
    public static async Task JoinAsync(Party party, PanelSeats panel, Action<string> say, CancellationToken cancellationToken)
    {
        var key = PanelAuditorKey.Derive(party.Secrets, party.Chain.ChainId, panel, SeatOf(party, panel));
        if (!panel.HasKey(key.Seat))
        {
            await party.SendToAsync(panel.Panel, $"panel-key/{panel.Panel}", key.Publication(), 0, cancellationToken);
            say("published the key to which evidence is sealed");
        }
        else if (!panel.HasPublished(key))
        {
            say("the key that this account has published is not the one that this program derives: it cannot open what is sealed to it");
        }

        var contract = new PanelContract(party.Chain.Client, panel.Panel);
        if ((await contract.AuditorAsync(party.Address, cancellationToken: cancellationToken)).Bonded)
            return;
        BigInteger bond = await contract.BondAsync(cancellationToken: cancellationToken);
        await party.SendAgainAsync(panel.Panel, $"panel-join/{panel.Panel}", PanelContract.Calldata.PostBond(), bond, cancellationToken);
        say($"posted the bond of {TokenUnit.Ether.Format(bond)}");
    }

    /// <summary>Looks at the panel and does the next thing that is due.</summary>
    public async Task<AgentStep> StepAsync(CancellationToken cancellationToken)
    {
        Seat own = await _panel.AuditorAsync(_party.Address, cancellationToken: cancellationToken);
        if (!own.Bonded)
        {
            _say("the bond is not posted any more: it was taken back, or lost to a case that ended without a quorum and this auditor's vote");
            return AgentStep.Done;
        }
        BigInteger last = await _panel.DisputeCountAsync(cancellationToken: cancellationToken);
        // A reorganization can take the latest disputes back.
        _firstOpen = BigInteger.Min(_firstOpen, last + 1);
        string waiting = "waiting for cases";
        for (BigInteger dispute = _firstOpen; dispute <= last; dispute++)
        {
            Dispute state = await _panel.GetAsync(dispute, cancellationToken: cancellationToken);
            if ((PanelStage)state.Stage == PanelStage.Executed)
            {
                if (dispute == _firstOpen)
                    _firstOpen++;
                continue;
            }
            AgentStep step = await StepAsync(dispute, state, own, cancellationToken);
            if (step is not AgentStep.Waiting wait)
                return step;
            waiting = wait.Why;
        }
        return AgentStep.Wait(waiting);
    }

    /// <summary>Votes on a dispute, and has the ruling carried out if that decides it.</summary>
    public async Task VoteAsync(BigInteger dispute, ClaimVerdict verdict, CancellationToken cancellationToken)
    {
        // Whether this is the vote that decides, only the chain can tell: another one may be mined first.
        byte[] vote = PanelContract.Calldata.Vote(dispute, (int)verdict);
        await _party.SendToAsync(_address, $"vote/{_address}/{dispute}", vote, 0, cancellationToken, _gasOfDecision);
        _say($"voted {verdict.ToString().ToLowerInvariant()}");
        if ((PanelStage)(await _panel.GetAsync(dispute, cancellationToken: cancellationToken)).Stage == PanelStage.Decided)
            await ExecuteAsync(dispute, cancellationToken);
    }

    private async Task<AgentStep> StepAsync(BigInteger dispute, Dispute state, Seat own, CancellationToken cancellationToken)
    {
        try
        {
            if ((PanelStage)state.Stage == PanelStage.Decided)
            {
                await ExecuteAsync(dispute, cancellationToken);
                return AgentStep.Acted;
            }
            ulong now = await _party.Chain.NowAsync(cancellationToken);
            if (now > state.Deadline)
            {
                await SendAsync("panel-conclude", dispute, PanelContract.Calldata.Conclude(dispute), cancellationToken);
                return AgentStep.Acted;
            }
            bool canVote = dispute > own.Since && (state.Voted >> _seat & 1) == 0;
            return canVote ? await DecideAsync(dispute, state, now, cancellationToken) : AgentStep.Wait($"dispute {dispute}: waiting for the others");
        }
        catch (ContractRevertedException e) when (e.Error.Name == PanelErrors.Panel_WrongStage)
        {
            return AgentStep.Wait($"dispute {dispute}: the others were faster");
        }
    }

    private async Task<AgentStep> DecideAsync(BigInteger dispute, Dispute state, ulong now, CancellationToken cancellationToken)
    {
        // After a reorganization another dispute may have the number, opened at another time.
        (BigInteger, ulong) key = (dispute, state.Deadline);
        if (!_known.TryGetValue(key, out KnownCase? known))
        {
            known = new KnownCase(await _claims.FindDisputedAsync(_address, dispute, cancellationToken), now, "");
            if (known.Claim is null)
                _say($"dispute {dispute} is about no claim of the market {_party.Chain.Address}: it has to be judged by other means");
            _known[key] = known;
        }
        if (known.Claim is not { } claim)
            return AgentStep.Wait("waiting for cases");
        bool isLast = now + _votingDuration / LastPart > state.Deadline;
        if (now < known.JudgeAt && !isLast)
            return AgentStep.Wait(known.Why);
        Judgement judgement = await Judge.JudgeAsync(claim, cancellationToken);
        if (judgement.Verdict is null && !isLast)
        {
            string why = $"case {claim.Id}: cannot be told yet, {judgement.Reason}";
            _known[key] = known with { JudgeAt = now + Math.Min(_votingDuration / Attempts, LongestPause), Why = why };
            return AgentStep.Wait(why);
        }
        ClaimVerdict verdict = judgement.Verdict ?? ClaimVerdict.Refused;
        _say($"case {claim.Id}: {verdict.ToString().ToLowerInvariant()}, {judgement.Reason}");
        await VoteAsync(dispute, verdict, cancellationToken);
        _known.Remove(key);
        return AgentStep.Acted;
    }

    private async Task ExecuteAsync(BigInteger dispute, CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync("execute", dispute, PanelContract.Calldata.Execute(dispute), cancellationToken);
            _say("the panel has decided, and its ruling is carried out");
        }
        catch (ContractRevertedException e) when (e.Error.Name == PanelErrors.Panel_WrongStage)
        {
            _say("the panel has decided, and another had its ruling carried out");
        }
    }

    private Task<Receipt> SendAsync(string name, BigInteger dispute, byte[] call, CancellationToken cancellationToken) =>
        _party.SendToAsync(_address, $"{name}/{_address}/{dispute}", call, 0, cancellationToken);

    private static int SeatOf(Party party, PanelSeats panel) => panel.SeatOf(party.Address) ?? throw new UsageException(
        $"the account {party.Address} is not on the panel {panel.Panel}, whose auditors are {string.Join(", ", panel.Auditors)}");

    /// <summary>A dispute that waits for this auditor's vote.</summary>
    /// <param name="Claim">What it is about; null when it is about no claim of this market.</param>
    /// <param name="JudgeAt">When it is to be judged next, Unix seconds of the chain.</param>
    /// <param name="Why">Why it could not be told.</param>
    private sealed record KnownCase(ProjectClaim? Claim, ulong JudgeAt, string Why);
}
