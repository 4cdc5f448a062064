using Marketplace.Chain.Abi;
using Marketplace.Contracts;
using Marketplace.Chain;

namespace Marketplace.EndToEnd.Tests;

/// <summary>Where in the life of a program it is killed, told by what it asks of its node.</summary>
internal enum Moment
{
    /// <summary>It has asked its node for the first time: just started.</summary>
    FirstRequest,

    /// <summary>It reads the project's state, and gets the answer: deciding what to do.</summary>
    StateRead,

    /// <summary>It asks its node for anything once its state folder has a file of the subject's kind: that is stored, nothing else is done.</summary>
    Stored,

    /// <summary>It asks for the gas of the call: everything is computed and uploaded, nothing is signed.</summary>
    Estimate,

    /// <summary>It sends the transaction: that is in the journal, but does not reach the node.</summary>
    Journaled,

    /// <summary>The node has the transaction, and has mined it; the program never hears so.</summary>
    Broadcast,

    /// <summary>It asks for the receipt of the mined transaction, which never comes.</summary>
    Receipt,

    /// <summary>It has just got the event: computing what follows from it.</summary>
    Event,
}

/// <summary>One point at which a program is killed.</summary>
/// <param name="Moment">When.</param>
/// <param name="Subject">The contract's function or event, or the kind of file; empty where there is none.</param>
internal sealed record KillPoint(Moment Moment, string Subject = "")
{
    /// <summary>What a request or an answer of this subject holds.</summary>
    public string Mark => Moment == Moment.Event
        ? MarketContract.Abi.Event(Subject).Topic0.ToString()[2..]
        : Subject.Length == 0 || Moment == Moment.Stored ? "" : Hex.Format(MarketContract.Abi.Function(Subject).Selector())[2..];

    public override string ToString() => Moment switch
    {
        Moment.FirstRequest => "just started",
        Moment.StateRead => "the project's state was read",
        Moment.Stored => $"{Subject}: stored, not announced",
        Moment.Estimate => $"{Subject}: prepared, not signed",
        Moment.Journaled => $"{Subject}: signed and journaled, not broadcast",
        Moment.Broadcast => $"{Subject}: broadcast and mined, not answered",
        Moment.Receipt => $"{Subject}: mined, receipt not seen",
        _ => $"{Subject}: event just read",
    };
}
