using Assize.Evaluation.Drift;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Tests.Drift;

public sealed class ScoreDistancesTests
{
    [Fact]
    public void TheyAreThoseOfBothSamples()
    {
        var (before, after) = (SomeStream.Scores(600, 1), SomeStream.Scores(300, 2, lower: 1));
        var known = Divergence.Of(before, after);

        var told = Baseline(before).DistancesOf(Weighed(after))!;

        Assert.Equal((300, known.Stability, known.NullStability, known.StabilityP), (told.Scores, told.Psi, told.PsiBySampling, told.PsiP));
        Assert.Equal((known.JensenShannonDistance, known.Wasserstein, known.NullWasserstein), (told.JensenShannon, told.Wasserstein, told.WassersteinBySampling));
        Assert.True(told.Psi > 5 * told.PsiBySampling);
    }

    [Fact]
    public void ScoresOfAnyNumbersAreKeptByTwentiethsOfTheScale()
    {
        var (before, after) = (Fine(1, 0), Fine(2, 0.4));

        var baseline = Baseline(before);

        Assert.InRange(baseline.Levels!.Values.Length, 2, 20);
        Assert.Equal(2000, baseline.Levels.Counts.Sum(), 8);
        Assert.Equal(0.4, baseline.DistancesOf(Weighed(after))!.Wasserstein, 1);
        Assert.Equal(0, baseline.DistancesOf(Weighed(before))!.Psi, 12);
    }

    [Fact]
    public void WeightsCountAndUnequalOnesCountFewerScores()
    {
        (double, double)[] scores = [.. Enumerable.Range(0, 100).Select(i => i % 2 == 0 ? (3.0, 1.0) : (7.0, 3.0))];

        var counts = ScoreCounts.Of(SomeStream.Scale, scores);

        // Σw = 50 + 150, Σw² = 50 + 450: 80 scores say as much, a quarter of them 3.
        Assert.Equal([20.0, 60.0], counts.Counts.Select(count => Math.Round(count, 9)));
    }

    [Fact]
    public void NothingIsSaidAcrossABridgeAndOfNothing()
    {
        var baseline = Baseline(SomeStream.Scores(600, 1));

        Assert.Null(baseline.Bridged(new("other"), new Shift(0.1, 0.1)).DistancesOf(Weighed([5])));
        Assert.Null(baseline.DistancesOf([]));
        Assert.Null((baseline with { Levels = null }).DistancesOf(Weighed([5])));
    }

    private static (double, double)[] Weighed(double[] scores) => [.. scores.Select(score => (score, 1.0))];

    private static double[] Fine(int seed, double lower)
    {
        var chance = new Random(seed);
        return [.. Enumerable.Range(0, 2000).Select(_ => 3 + 5 * chance.NextDouble() - lower)];
    }

    private static Baseline Baseline(double[] scores) => BaselineScores.Of(new("b"), SomeStream.Scale, [.. scores.Select(score => new BaselineScore(Slice.All, score))]);
}
