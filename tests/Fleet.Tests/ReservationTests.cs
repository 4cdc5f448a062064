using Marketplace.Fleet.Proving;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Proofs.Split;
using Marketplace.Testing.Files;
using Marketplace.Testing.Time;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marketplace.Fleet.Tests;

/// <summary>A proof's hold of a machine, as the machine has it.</summary>
public sealed class ReservationTests
{
    [Fact]
    public void It_lasts_while_it_is_heard_of_and_ends_by_itself_after()
    {
        HandClock clock = new();
        Reservation reservation = new(Guid.NewGuid(), clock);
        for (int k = 0; k < 10; k++)
        {
            clock.Advance(TimeSpan.FromSeconds(30));
            Assert.False(reservation.IsForgotten);
            reservation.Hear();
        }
        clock.Advance(TimeSpan.FromSeconds(31));
        Assert.True(reservation.IsForgotten);
        reservation.End();
    }

    [Fact]
    public async Task When_it_ends_what_is_under_way_ends_with_it()
    {
        Reservation reservation = new(Guid.NewGuid(), TimeProvider.System);
        Task<bool> step = reservation.DoAsync(
            async (_, stop) =>
            {
                await Task.Delay(Timeout.Infinite, stop);
                return true;
            },
            CancellationToken.None);
        reservation.End();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => step);
    }

    [Theory]
    [InlineData("no piece 2", 300, 1, 0, 2, 0, 2)]
    [InlineData("1 of 2 pieces have come", 300_000, 1, 0, 2, 0, 0)]
    [InlineData("of at least 64 entries", 100, 2, 0, 1, 0, 0)]
    [InlineData("slices 0 to 1", 300, 2, 2, 1, 0, 0)]
    [InlineData("about 1 to 32 updates", 300, 1, 0, 33, 0, 0)]
    [InlineData("about 1 to 32 updates", 300, 1, 0, 0, 0, 0)]
    [InlineData("at most 2 public rows", 300, 1, 0, 1, 3, 0)]
    public void A_slice_that_is_none_is_refused(string words, int dimension, int slices, int slice, int updates, int publicRows, int piece)
    {
        Srs srs = Srs.OpenDevelopment(1 << 17, Srs.DevelopmentCache);
        SliceTask task = new(Guid.NewGuid(), dimension, slices, slice, updates, publicRows, srs.Id, 1 << 17);
        Exception refused = Assert.ThrowsAny<Exception>(() =>
        {
            ReceivedSlice received = new(task, ReferenceStrings.Open(new(31337, default, default), null, NullLogger.Instance, default));
            received.Take(piece, new byte[Math.Min(1 << 20, dimension * 2 * (updates + 1))]);
            received.Read(CancellationToken.None);
        });
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_machine_reads_its_slice_of_the_reference_string_and_no_more()
    {
        using TemporaryFolder folder = new();
        Srs srs = Srs.CreateDevelopment(400);
        string path = folder["market.srs"];
        srs.Save(path);
        var strings = ReferenceStrings.Open(new(31337, default, default), path, NullLogger.Instance, default);

        // The first power, which only the first slice has.
        byte[] file = File.ReadAllBytes(path);
        file.AsSpan(269, 64).Fill(byte.MaxValue);
        File.WriteAllBytes(path, file);
        Assert.True(Read(1).Powers.Span.SequenceEqual(srs.Part(new Slicing(300, 2).Powers(1)).Span));
        Assert.Contains("power 0", Assert.Throws<FormatException>(() => Read(0)).Message, StringComparison.Ordinal);

        Slice Read(int slice)
        {
            ReceivedSlice received = new(new SliceTask(Guid.NewGuid(), 300, 2, slice, 1, 0, srs.Id, 368), strings);
            received.Take(0, new byte[2 * 2 * received.Entries]);
            return received.Read(CancellationToken.None);
        }
    }

    [Fact]
    public void A_chain_that_is_not_local_needs_a_string_of_a_ceremony()
    {
        Hosting.UsageException refused = Assert.Throws<Hosting.UsageException>(
            () => ReferenceStrings.Open(new(1, default, default), null, NullLogger.Instance, default));
        Assert.Contains("by --srs FILE", refused.Message, StringComparison.Ordinal);
    }
}
