using Assize.Evaluation.Judges;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Statistics;

namespace Assize.Evaluation.Tests.Runs;

public sealed class GateLineTests
{
    [Fact]
    public void AWinRateIsHeldAgainstOneHalf()
    {
        // 30 wins, 10 ties, 10 losses: 0.7, with a sum of squares of 30·0.09 + 10·0.04 + 10·0.49 = 8 over 49 degrees of freedom, and t(0.95, 49) = 1.67655.
        var report = Judged(Enumerable.Repeat(Preference.B, 30).Concat(Enumerable.Repeat(Preference.Tie, 10)).Concat(Enumerable.Repeat(Preference.A, 10)));
        var reach = 1.6765509 * Math.Sqrt(8.0 / 49 / 50);

        var line = Assert.Single(GateLine.Of(report, SomeRun.A, SomeRun.B, 0.05));
        Assert.Equal(("better", null, 50L, GateVerdict.Pass), (line.Name, line.Criterion?.Value, line.Pairs, line.Gate.Verdict));
        Assert.Equal(0.2, line.Difference!.Value, 1e-12);
        Assert.Equal(0.2 - reach, line.Gate.Lower!.Value, 1e-6);
        Assert.Equal(0.2 + reach, line.Gate.Upper!.Value, 1e-6);

        // Held the other way round it is the mirror image.
        var mirrored = Assert.Single(GateLine.Of(report, SomeRun.B, SomeRun.A, 0.05));
        Assert.Equal((GateVerdict.Fail, -line.Difference, -line.Gate.Upper, -line.Gate.Lower), (mirrored.Gate.Verdict, mirrored.Difference, mirrored.Gate.Lower, mirrored.Gate.Upper));
    }

    [Fact]
    public void BoundsAreCutOffWhereNoDifferenceCanLie()
    {
        var few = Judged([Preference.B, Preference.B, Preference.A]);

        var line = Assert.Single(GateLine.Of(few, SomeRun.A, SomeRun.B, 0.05));

        Assert.Equal((GateVerdict.Undecided, -0.5, 0.5), (line.Gate.Verdict, line.Gate.Lower!.Value, line.Gate.Upper!.Value));
    }

    [Fact]
    public void WinningAlwaysIsDecidedByTheNumberOfComparisons()
    {
        // With no other result in C clusters at most q = 1 − 0.05^(1/C) are other; the lower bound is ½ − q.
        var always = Judged(Enumerable.Repeat(Preference.B, 20));

        var line = Assert.Single(GateLine.Of(always, SomeRun.A, SomeRun.B, 0.05));

        Assert.Equal(0.5 - (1 - Math.Pow(0.05, 1 / 20.0)), line.Gate.Lower!.Value, 1e-12);
        Assert.Equal((GateVerdict.Pass, 0.5), (line.Gate.Verdict, line.Gate.Upper!.Value));
    }

    [Fact]
    public void EveryCriterionAndEveryJudgeOfPairsIsHeld()
    {
        var suite = SomeRun.Suite();
        var report = SomeRun.Report(suite, Summary.Of(suite, SomeRun.Finished(suite, 5, 60)));

        Assert.Equal(["quality/quality", "correct/correct", "turns/turns", "better"], GateLine.Of(report, SomeRun.A, SomeRun.B, 0.05).Select(line => line.Name));
        Assert.Empty(GateLine.Of(report, SomeRun.A, new CandidateName("third"), 0.05));
    }

    [Fact]
    public void WhatLacksAValueGoesWithTheLineAndTurnsRoundWithIt()
    {
        var suite = SomeRun.Suite(SomeRun.PassFail);
        var report = SomeRun.Report(suite, Summary.Of(suite, SomeRun.Finished(suite, 2, 100, unscored: 0, largestCluster: 1)));
        report = report with { Differences = [.. report.Differences.Select(line => line with { Unpaired = 40, Bounds = new Bounds(-0.5, 0.25) })] };

        var line = GateLine.Of(report, SomeRun.A, SomeRun.B, 0.05).First();
        var mirrored = GateLine.Of(report, SomeRun.B, SomeRun.A, 0.05).First();

        Assert.Equal((40L, new Bounds(-0.5, 0.25)), (line.Missing, line.Bounds));
        Assert.Equal((40L, new Bounds(-0.25, 0.5)), (mirrored.Missing, mirrored.Bounds));
        Assert.True((line with { Gate = line.Gate with { Verdict = GateVerdict.Pass } }).Fragile);
        Assert.False((line with { Gate = line.Gate with { Verdict = GateVerdict.Undecided } }).Fragile);
    }

    private static Report Judged(IEnumerable<Preference> preferences)
    {
        var suite = SomeRun.Suite(SomeRun.Pair);
        return SomeRun.Report(suite, Summary.Of(suite, preferences.Select((preference, i) => (SomeRun.Case(i), SomeRun.Record(SomeRun.Case(i), SomeRun.Preferred(preference, preference, preference))))));
    }
}
