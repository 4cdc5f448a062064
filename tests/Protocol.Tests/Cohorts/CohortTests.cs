using System.Buffers.Binary;
using System.Numerics;
using Marketplace.Crypto;
using Marketplace.Protocol.Cohorts;
using Marketplace.Protocol.Tests.Markets;

namespace Marketplace.Protocol.Tests.Cohorts;

/// <summary>The draw of cohorts: a permutation, the same on chain and here.</summary>
public class CohortTests(ContractBench bench, ITestOutputHelper output) : IClassFixture<ContractBench>
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(32, 32)]
    [InlineData(33, 32)]
    [InlineData(65535, 32)]
    public void A_cohort_has_at_most_32_seats(int trainers, int size) => Assert.Equal(size, Cohort.Size(trainers));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(5000)]
    [InlineData(65535)]
    public void Seats_are_a_permutation_with_its_inverse(int trainers)
    {
        byte[] seed = Seed(trainers);
        int[] seats = [.. Enumerable.Range(0, trainers).Select(index => Cohort.SeatOf(seed, trainers, index))];

        Assert.Equal(Enumerable.Range(0, trainers), seats.Order());
        for (int seat = 0; seat < Cohort.Size(trainers); seat++)
            Assert.Equal(seat, seats[Cohort.MemberOn(seed, trainers, seat)]);
        Assert.Equal(
            Enumerable.Range(0, trainers).Where(index => seats[index] < Cohort.Seats).OrderBy(index => seats[index]),
            Cohort.Members(seed, trainers));
        if (trainers <= Cohort.Seats)
            Assert.Equal(Enumerable.Range(0, trainers), seats);
    }

    [Fact]
    public void Every_trainer_is_drawn_about_equally_often()
    {
        const int trainers = 80;
        const int draws = 4000;
        int[] drawn = new int[trainers];
        for (int k = 0; k < draws; k++)
        {
            foreach (int index in Cohort.Members(Seed(k), trainers))
                drawn[index]++;
        }

        // Binomial with p = 0.4: mean 1600, standard deviation 31; six of them either way.
        output.WriteLine($"from {drawn.Min()} to {drawn.Max()} times");
        Assert.All(drawn, times => Assert.InRange(times, 1414, 1786));
    }

    [Fact]
    public async Task The_contract_draws_the_same()
    {
        Random random = new(31);
        int[] counts =
        [
            1, 2, 31, 32, 33, 34, 63, 64, 65, 255, 256, 257, 1000, 4097, 65535, .. Enumerable.Range(0, 25).Select(_ => random.Next(33, 65536))
        ];
        foreach (int trainers in counts)
        {
            byte[] seed = Seed(random.Next());
            var number = new BigInteger(seed, isUnsigned: true, isBigEndian: true);
            Assert.Equal((BigInteger)Cohort.Size(trainers), (await bench.CallAsync("CohortHarness", "size", (BigInteger)trainers))[0]);

            int[] from = trainers <= 300 ? [0] : [0, random.Next(trainers - 100), trainers - 100];
            foreach (int first in from)
            {
                int end = Math.Min(trainers, first + 300);
                Assert.Equal(
                    Enumerable.Range(first, end - first).Select(index => Cohort.SeatOf(seed, trainers, index)),
                    await ReadAsync("seatsOf", number, trainers, first, end));
                Assert.Equal(
                    Enumerable.Range(first, end - first).Select(seat => Cohort.MemberOn(seed, trainers, seat)),
                    await ReadAsync("membersOn", number, trainers, first, end));
            }
        }
    }

    [Fact]
    public void Arguments_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Cohort.SeatOf(new byte[31], 40, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Cohort.SeatOf(new byte[32], 40, 40));
        Assert.Throws<ArgumentOutOfRangeException>(() => Cohort.MemberOn(new byte[32], 40, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Cohort.Size(-1));
    }

    private async Task<IEnumerable<int>> ReadAsync(string function, BigInteger seed, int trainers, int from, int to)
    {
        object[] result = await bench.CallAsync("CohortHarness", function, seed, (BigInteger)trainers, (BigInteger)from, (BigInteger)to);
        return ((object[])result[0]).Select(value => (int)(BigInteger)value);
    }

    private static byte[] Seed(int value)
    {
        byte[] input = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(input, value);
        return Keccak256.HashData(input);
    }
}
