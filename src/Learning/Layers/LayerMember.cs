namespace Marketplace.Learning.Layers;

/// <summary>What the value of a layer's member is.</summary>
public enum LayerMemberKind
{
    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A number in [0, 1).</summary>
    Fraction,

    /// <summary>One of some words.</summary>
    Choice,

    /// <summary>True or false.</summary>
    Flag,

    /// <summary>A list of whole numbers.</summary>
    Integers,

    /// <summary>A list of layers.</summary>
    Layers,

    /// <summary>A list of parameter tensors, each an object of name and shape, and of what it starts from where that is not usual.</summary>
    Tensors,
}

/// <summary>A member that layers of a kind have in a model document, beside type and name.</summary>
/// <param name="Name">Its name in the document.</param>
/// <param name="Kind">What its value is.</param>
/// <param name="IsRequired">Whether a layer without it is refused.</param>
/// <param name="Low">The least whole number.</param>
/// <param name="Choices">The words of a choice, the default first; empty for other kinds.</param>
public sealed record LayerMember(string Name, LayerMemberKind Kind, bool IsRequired, int Low = 0, params IReadOnlyList<string> Choices);
