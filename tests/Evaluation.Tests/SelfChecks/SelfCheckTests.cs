using System.Globalization;
using Assize.Evaluation.SelfChecks;

namespace Assize.Evaluation.Tests.SelfChecks;

/// <summary>Whether the instrument says of itself that it is right, and whether it would notice if it were not.</summary>
public sealed class SelfCheckTests
{
    [Fact]
    public void WhatIsShippedKeepsItsPromisesOnScoresOfKnownLaws()
    {
        var sets = BuiltInScores.Of(seed: 1);
        var claims = sets.SelectMany(new SelfCheck(1, 200).Of).ToArray();

        Assert.Equal([false, true, true, true], sets.Select(set => set.IsIndependent).Order());
        // Halves, detectors, swaps by clusters and by items, of each independent set; swaps by clusters of the other.
        Assert.Equal(3 * 10 + 4, claims.Length);
        Assert.Equal(3 * 3 + 1, claims.Count(claim => claim.Histogram.Sum() == claim.Tries));
        Assert.All(claims, claim => Assert.True(claim.Holds, $"{claim.Set}, {claim.Method}: {claim.Promise}, but {claim.Observed}"));
    }

    [Fact]
    public void TheSameSeedFindsTheSameAndAnotherFindsAnother()
    {
        string Found(long seed) => string.Join('\n', new SelfCheck(seed, 100).Of(BuiltInScores.Of(seed)[0]).Select(claim => claim.Observed.ToString("R", CultureInfo.InvariantCulture)));

        Assert.Equal(Found(7), Found(7));
        Assert.NotEqual(Found(7), Found(8));
    }

    [Fact]
    public void PValuesThatAreTooSmallOrTooLargeAreNotUniform()
    {
        double[] even = [.. Enumerable.Range(0, 1000).Select(i => (i + 0.5) / 1000)];

        Assert.True(Claim.Uniform("set", "right", even).Holds);
        Assert.False(Claim.Uniform("set", "too small", [.. even.Select(p => p * p)]).Holds);
        Assert.False(Claim.Uniform("set", "too large", [.. even.Select(Math.Sqrt)]).Holds);
        // Ten in every hundredth: on a grid, the middle of each step is where it should be.
        Assert.True(Claim.Uniform("set", "on a grid", [.. even.Select(p => (Math.Floor(p * 10) + 0.5) / 10)]).Holds);
        Assert.False(Claim.Uniform("set", "always one", [.. even.Select(_ => 1.0)]).Holds);
    }

    [Theory]
    [InlineData(950, true)]
    [InlineData(930, true)]
    [InlineData(900, false)]
    [InlineData(990, false)]
    public void IntervalsThatHoldTheTruthTooSeldomOrTooOftenAreNotRight(int covered, bool right) =>
        Assert.Equal(right, Claim.Share("set", "interval", "95 %", 1000, covered, 0.95).Holds);

    [Theory]
    [InlineData(0, true)]
    [InlineData(60, true)]
    [InlineData(100, false)]
    public void AGateMayPassTooSeldomAndNotTooOften(int passed, bool right) => Assert.Equal(right, Claim.AtMost("set", "gate", "5 %", 1000, passed, 0.05).Holds);

    [Fact]
    public void OnACoarseScaleHalfAStepIsNoFault()
    {
        double[] coarse = [.. Enumerable.Repeat(0.02, 40), .. Enumerable.Repeat(0.0400000000001, 30), .. Enumerable.Repeat(0.04, 30), .. Enumerable.Repeat(0.5, 900)];

        Assert.Equal(0.06, Claim.Step(coarse, 0.05), 12);
        Assert.False(Claim.Share("set", "interval", "95 %", 1000, 920, 0.95).Holds);
        Assert.True(Claim.Share("set", "interval", "95 %", 1000, 920, 0.95, 0.06).Holds);
    }

    [Fact]
    public void OfAFewCasesAndOfEqualScoresNothingIsSaid()
    {
        ScoreSet Set(int items, Func<int, double> score) => new("small", [.. Enumerable.Range(0, items).Select(i => new ScoredItem($"i{i}", $"i{i}", score(i), score(i + 1)))]);

        Assert.Empty(new SelfCheck(1, 100).Of(Set(ScoreSet.FewestClusters - 1, i => i % 5)));
        Assert.Empty(new SelfCheck(1, 100).Of(Set(200, _ => 4)));
        Assert.NotEmpty(new SelfCheck(1, 100).Of(Set(ScoreSet.FewestClusters, i => i % 5)));
    }
}
