namespace Marketplace.Web.Shared;

/// <summary>Whether a step of a life is behind, under way, or ahead.</summary>
public enum StepState
{
    Done,
    Current,
    Ahead,
    Failed,
}
