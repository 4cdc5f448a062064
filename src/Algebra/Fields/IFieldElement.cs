namespace Marketplace.Algebra.Fields;

/// <summary>What formulas written once for a field and its extensions need of an element.</summary>
/// <typeparam name="TSelf">The element type itself; its default value is zero.</typeparam>
public interface IFieldElement<TSelf> : IEquatable<TSelf>
    where TSelf : struct, IFieldElement<TSelf>
{
    /// <summary>The neutral element of multiplication.</summary>
    static abstract TSelf One { get; }

    bool IsZero { get; }

    /// <summary>a + b.</summary>
    static abstract TSelf operator +(in TSelf a, in TSelf b);

    /// <summary>a − b.</summary>
    static abstract TSelf operator -(in TSelf a, in TSelf b);

    /// <summary>−a.</summary>
    static abstract TSelf operator -(in TSelf a);

    /// <summary>a · b.</summary>
    static abstract TSelf operator *(in TSelf a, in TSelf b);

    /// <summary>a².</summary>
    TSelf Square();

    /// <summary>2a.</summary>
    TSelf Double();

    /// <summary>1/a in a time that depends on a; for public values only.</summary>
    /// <exception cref="DivideByZeroException">This is zero.</exception>
    TSelf InverseVariableTime();
}
