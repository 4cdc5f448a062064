namespace Marketplace.Learning.Tests;

/// <summary>Tests that switch the process's instruction set run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class SimdCollection
{
    public const string Name = "Switches the instruction set";
}
