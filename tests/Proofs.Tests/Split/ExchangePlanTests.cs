using Marketplace.Algebra.Transforms;
using Marketplace.Proofs.Gram;
using Marketplace.Proofs.Split;

namespace Marketplace.Proofs.Tests.Split;

public class ExchangePlanTests
{
    // Nothing of this size is allocated: 8 GB of elements.
    [Theory]
    [InlineData(1)]
    [InlineData(32)]
    public void The_longest_vectors_transform_is_planned_to_its_last_element(int slices)
    {
        var slicing = new Slicing(GramMatrix.MaxDimension, slices);
        var plan = new ExchangePlan(slicing);
        Assert.Equal((Ntt.MaxLength, 0), (plan.Steps.Length, slicing.Overlap));
        int part = plan.Steps.Length / slices, range = slicing.Length / slices;
        (Exchange Exchange, int Source, int Target, long Elements)[] exchanges =
        [
            (Exchange.RangesToColumns, range, part, slicing.Length),
            (Exchange.ColumnsToRows, part, part, plan.Steps.Length),
            (Exchange.RowsToColumns, part, part, plan.Steps.Length),
            (Exchange.ColumnsToRanges, part, range, slicing.Length - 1L),
        ];
        foreach ((Exchange exchange, int source, int target, long elements) in exchanges)
        {
            long planned = 0, lastSource = 0, lastTarget = 0;
            for (int pair = 0; pair < slices * slices; pair++)
            {
                foreach (Run run in plan.Block(exchange, pair / slices, pair % slices))
                {
                    planned += run.Length;
                    Assert.True(run is { Source: >= 0, Target: >= 0, Length: > 0 }, $"{exchange}: {run}");
                    lastSource = Math.Max(lastSource, run.Source + ((run.Length - 1L) * run.SourceStride));
                    lastTarget = Math.Max(lastTarget, run.Target + ((run.Length - 1L) * run.TargetStride));
                }
            }

            Assert.Equal(elements, planned);
            Assert.InRange(lastSource, 1, source - 1);
            Assert.InRange(lastTarget, 1, target - 1);
        }
    }

    [Fact]
    public void Longer_vectors_are_not_cut() =>
        Assert.Throws<ArgumentException>(() => new Slicing(GramMatrix.MaxDimension + 1, 1));
}
