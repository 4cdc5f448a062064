using Marketplace.ReadModel;

namespace Marketplace.Web.Projects;

/// <summary>The order of a list of projects, as its address has it.</summary>
/// <param name="Order">By what.</param>
/// <param name="Descending">Largest first.</param>
public sealed record ProjectSort(ProjectOrder Order, bool Descending)
{
    private const string Ascending = "-asc";

    public static readonly ProjectSort Default = new(ProjectOrder.Newest, true);

    /// <summary>What readers can choose by name; the columns' heads offer the rest.</summary>
    public static readonly IReadOnlyList<ProjectSort> Offered =
    [
        Default,
        new(ProjectOrder.RoundReward, true),
        new(ProjectOrder.Bounty, true),
        new(ProjectOrder.Due, false),
        new(ProjectOrder.Accuracy, true),
        new(ProjectOrder.Trainers, true),
        new(ProjectOrder.Title, false),
    ];

    /// <summary>Such as <c>bounty</c> for the largest first, <c>bounty-asc</c> for the smallest.</summary>
    public string Text => $"{Order}".ToLowerInvariant() + (Descending ? "" : Ascending);

    /// <summary>For people.</summary>
    public string Label => Order switch
    {
        ProjectOrder.Newest => "Newest first",
        ProjectOrder.RoundReward => "Highest pay a round",
        ProjectOrder.Bounty => "Largest bounty",
        ProjectOrder.Due => "Least time left",
        ProjectOrder.Accuracy => "Highest accuracy",
        ProjectOrder.Trainers => "Most trainers",
        ProjectOrder.Title => "Title",
        _ => $"{Order}",
    };

    /// <summary>What an address says; the default where it says nothing that is known.</summary>
    public static ProjectSort Parse(string? text)
    {
        bool isAscending = text?.EndsWith(Ascending, StringComparison.Ordinal) == true;
        string name = isAscending ? text![..^Ascending.Length] : text ?? "";
        ProjectOrder? order = Enum.GetValues<ProjectOrder>().Cast<ProjectOrder?>()
            .FirstOrDefault(order => $"{order}".Equals(name, StringComparison.OrdinalIgnoreCase));
        return order is { } known ? new ProjectSort(known, !isAscending) : Default;
    }
}
