using System.Globalization;
using Assize.Evaluation.Sampling;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Tests.Sampling;

public sealed class SamplingTests
{
    private static readonly DateTimeOffset Morning = new(2026, 11, 26, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void ASaltWithTheSeparatorIsRefused() => Assert.Contains("'|'", Assert.Throws<EvaluationException>(() => new Salt("a|b")).Message, StringComparison.Ordinal);

    [Fact]
    public void ALowerRateKeepsOnlyWhatAHigherOneKeeps()
    {
        var sampler = new HashSampler(new("s"), 0.3);
        var keys = Enumerable.Range(0, 5000).Select(i => $"key {i}").ToArray();
        var kept = keys.Where(key => sampler.Decide(key).Kept).ToHashSet();

        Assert.InRange(kept.Count, 1400, 1600);
        Assert.All(keys.Where(key => sampler.Decide(key, 0.1).Kept), key => Assert.Contains(key, kept));
        Assert.Equal((0.1, 0), (sampler.Decide("x", 0.1).Inclusion, keys.Count(key => sampler.Decide(key, 0).Kept)));
        Assert.True(keys.All(key => sampler.Decide(key, 1).Kept));
    }

    [Theory]
    [InlineData(20)]
    [InlineData(200)]
    public void ABudgetIsNeverExceededAndMostlyUsed(int budget)
    {
        var thinning = Thinning.Of(0.5, budget, null);
        var sampler = new HashSampler(new("s"), 0.5);
        var (kept, rates) = (new int[10], new HashSet<double>());
        for (var i = 0; i < 10_000; i++)
        {
            var now = Morning.AddSeconds(i * 0.06);
            var rate = thinning.RateAt(now);
            (thinning, var draw) = thinning.Decide(sampler, $"key {i}", now);
            kept[i / 1000] += draw.Kept ? 1 : 0;
            rates.Add(draw.Inclusion);
            Assert.Equal(rate, draw.Inclusion);
            Assert.True(draw.Inclusion <= 0.5);
        }

        Assert.All(kept, each => Assert.True(each <= budget));
        Assert.All(kept[1..], each => Assert.True(each >= 0.6 * Math.Min(budget, 500)));
        Assert.True(rates.Count < 60);
    }

    [Fact]
    public void TheDaysBudgetHoldsBesideTheMinutes()
    {
        var thinning = Thinning.Of(1, 10, 100);
        var kept = 0;
        for (var i = 0; i < 24 * 60; i++)
        {
            (thinning, var draw) = thinning.Decide(new HashSampler(new("s"), 1), $"key {i}", Morning.Date.AddMinutes(i));
            kept += draw.Kept ? 1 : 0;
        }

        Assert.InRange(kept, 60, 100);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(12, 1)]
    [InlineData(18.5, 1)]
    [InlineData(0, 10)]
    [InlineData(12, 10)]
    public void TheDaysBudgetIsSpentEvenlyWheneverCountingBeginsAndHoweverOftenASliceIsDrawn(double begins, double weight)
    {
        const int perMinute = 60, budget = 2_000;
        var thinning = Thinning.Of(0.1, null, budget);
        var kept = new int[24];
        for (var i = 0; i < (24 - begins) * 60 * perMinute; i++)
        {
            var now = new DateTimeOffset(Morning.Date, TimeSpan.Zero).AddHours(begins).AddMinutes((double)i / perMinute);
            var draw = new HashSampler(new("s"), 0.1 * weight).Decide($"key {i}", thinning.RateAt(now) * weight);
            thinning = thinning.Counted(draw.Kept, weight, now);
            kept[now.Hour] += draw.Kept ? 1 : 0;
        }

        var even = Math.Min(budget / (24 - begins), 0.1 * weight * perMinute * 60);
        Assert.InRange(kept.Sum(), (int)(0.8 * even * (24 - begins)), budget);
        Assert.All(kept[(int)Math.Ceiling(begins)..], hour => Assert.InRange(hour, 0.5 * even, 2 * even));
    }

    [Fact]
    public void ABudgetThatOthersHaveSpentHalfOfIsSpentNoFurtherThanItsRest()
    {
        var noon = new DateTimeOffset(Morning.Date, TimeSpan.Zero).AddHours(12);
        var all = new BudgetWindow(TimeSpan.FromDays(1), 1000).At(noon) with { Kept = 600 };
        var mine = new BudgetWindow(TimeSpan.FromDays(1), 1000).At(noon).Count(kept: true);

        Assert.Equal(401, mine.Sharing(all, 1).Budget);
        Assert.Equal(101, mine.Sharing(all, 4).Budget);
        Assert.Equal(0, mine.Sharing(all with { Kept = 1000 }, 4).Rate(1, noon));
        // Of another day nothing is known here.
        Assert.Equal(1000, mine.Sharing(all.At(noon.AddDays(1)), 4).Budget);
    }

    [Fact]
    public void AnAllocationKeepsFloorsBudgetAndHalfOfTheRestProportional()
    {
        Stratum[] strata =
        [
            new(new Slice("a"), 8000) { Scored = 500, Variance = 0.5 },
            new(new Slice("b"), 1500) { Scored = 500, Variance = 4 },
            new(new Slice("c"), 500, Floor: 40) { Scored = 2, Variance = 9 },
            new(new Slice("d"), 10, Floor: 30),
        ];
        var allocation = Allocation.Of([.. strata], 600);

        Assert.Equal(600, allocation.Sum());
        Assert.Equal(10, allocation[3]);
        Assert.True(allocation[2] >= 40);
        Assert.True(allocation[0] >= 0.79 * 275);
        Assert.True(allocation[1] > 0.15 * 550);
        Assert.Equal(30, Allocation.Of([.. strata], 30).Sum());
        Assert.Equal(10_010, Allocation.Of([.. strata], 50_000).Sum());
    }

    [Fact]
    public void AReservoirDoesNotDependOnOrderOrRepeats()
    {
        var keys = Enumerable.Range(0, 300).Select(i => new SampleId($"k{i}")).ToArray();
        BottomK Of(IEnumerable<SampleId> some) => some.Aggregate(new BottomK(20), (sample, key) => sample.Add(new("s"), key));

        Assert.Equal(Of(keys).Entries, Of(keys.Reverse()).Entries);
        Assert.Equal(Of(keys).Entries, Of(keys[..100]).Merge(Of(keys[100..])).Entries);
        Assert.Equal((20, 300), (Of(keys).Keys.Count(), Of(keys).Seen));
        Assert.Null(Of(keys[..20]).Threshold);
        Assert.InRange(Of(keys).Threshold!.Value, 0.03, 0.13);
    }

    [Fact]
    public void ConversationsThatComeThroughSeveralGatewaysAreCountedOnce()
    {
        const int Repeats = 400;
        var estimates = new double[Repeats];
        for (var i = 0; i < Repeats; i++)
        {
            var salt = new Salt(string.Create(CultureInfo.InvariantCulture, $"s{i}"));
            BottomK Of(int from, int to) => Enumerable.Range(from, to - from).Aggregate(new BottomK(64), (sample, talk) => sample.Add(KeyHash.Of(salt, talk.ToString(CultureInfo.InvariantCulture))));
            estimates[i] = Of(0, 700).Merge(Of(300, 1000)).Distinct;
        }

        // The standard error of one is 1000/√63 = 126, that of their mean 6.3.
        var found = Sample.Of(estimates);
        Assert.InRange(found.Mean, 1000 - 4 * 6.3, 1000 + 4 * 6.3);
        Assert.InRange(Math.Sqrt(found.Variance!.Value), 126 * 0.85, 126 * 1.15);
        Assert.Equal(3, new BottomK(64).Add(new KeyHash(1)).Add(new KeyHash(2)).Merge(new BottomK(64).Add(new KeyHash(2)).Add(new KeyHash(9))).Distinct);
    }
}
