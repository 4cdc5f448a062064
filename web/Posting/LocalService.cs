using Marketplace.Learning.Models;
using Marketplace.Protocol.Projects;
using Marketplace.Web.Market;

namespace Marketplace.Web.Posting;

/// <summary>What the parties of a local market take on by themselves: projects on images of the size that they have.</summary>
public static class LocalService
{
    /// <summary>Why nobody here serves a project by itself, and what to do; null where somebody does, or nobody has said what it has.</summary>
    /// <param name="names">The market's parties.</param>
    /// <param name="draft">The project's document.</param>
    public static string? ProblemOf(PartyNames names, ProjectDocument.Draft draft)
    {
        if (names.All.FirstOrDefault(party => party.Role == "aggregator") is not { ImageSide: { } side })
            return null;
        if (draft.FindProblems().Any(problem => problem.Field == "model"))
            return null;
        ModelSpecification model = draft.ParseModel();
        if (model.IsExternal)
        {
            return "On this local market nobody serves it by itself: only the owner's program computes an external model. "
                + "You can post it, and run an aggregator and trainers of your own that have the program.";
        }

        return draft.Data.Kind == "idx" && model.Input.SequenceEqual([1, side, side])
            ? null
            : $"On this local market nobody serves it by itself: its parties have images of {side}×{side} pixels. "
                + "You can post it, and run an aggregator and trainers of your own that have the data.";
    }
}
