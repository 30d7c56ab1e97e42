using System.Text.Json;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Tests.Runs;

public sealed class ReportTests
{
    private static readonly SuiteDefinition Suite = SomeRun.Suite();

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 1)]
    [InlineData(3, 12)]
    public void EveryNumberIsWhatTheRawValuesGive(int seed, int largestCluster)
    {
        var finished = SomeRun.Finished(Suite, seed, 150, largestCluster: largestCluster);
        var report = SomeRun.Report(Suite, SomeRun.Sharded(finished, 6).Select(shard => Summary.Of(Suite, shard)).Aggregate(Summary.Empty, (all, part) => all.Merge(part)));

        // All cases, 2 categories, 2 tags and 2 languages, under 3 scoring judges for 2 candidates, and one comparison.
        Assert.Equal((42, 21, 7), (report.Scores.Length, report.Differences.Length, report.Preferences.Length));
        foreach (var line in report.Scores)
        {
            var trials = In(line.Slice).SelectMany(one => one.Record.Judgements.Where(judgement => judgement.Judge == line.Judge && judgement.Candidate == line.Candidate).Select(judgement => (one.Case, judgement.Outcome))).ToArray();
            var values = trials.Where(trial => trial.Outcome is Outcome.Scored).Select(trial => (trial.Case.Cluster!, ((Outcome.Scored)trial.Outcome).Scores[0].Value)).ToArray();
            Assert.Equal((trials.Length, values.Length), (line.Coverage.Trials, line.Coverage.Scored));
            if (line.Estimate.Method == "Wilson")
            {
                Assert.True(line.Scale.IsPassFail && line.Clusters == values.Length);
                var (low, high) = Proportion.Wilson(values.Count(value => value.Value == 1), values.Length);
                Assert.Equal((values.Average(value => value.Value), low, high), (line.Estimate.Value!.Value, line.Estimate.Low!.Value, line.Estimate.High!.Value));
            }
            else
            {
                Same(values, line.Estimate, line.Scale.Min, line.Scale.Max);
            }

            var (sum, missing) = (values.Sum(value => value.Value), trials.Length - values.Length);
            Assert.Equal(missing > 0, line.Bounds is not null);
            Assert.Equal((sum + missing * line.Scale.Min) / trials.Length, line.Bounds?.Worst ?? sum / trials.Length, 1e-12);
            Assert.Equal((sum + missing * line.Scale.Max) / trials.Length, line.Bounds?.Best ?? sum / trials.Length, 1e-12);
        }

        foreach (var line in report.Differences)
        {
            var pairs = In(line.Slice).Select(one => (one.Case, Difference: Difference(one.Record, line))).ToArray();
            var differences = pairs.Where(pair => pair.Difference is not null).Select(pair => (pair.Case.Cluster!, pair.Difference!.Value)).ToArray();
            var width = line.Scale.Max - line.Scale.Min;
            var error = Same(differences, line.Estimate, -width, width);
            Assert.Equal(error, line.StandardError!.Value, 1e-12);
            Assert.Equal((differences.Length, pairs.Length - differences.Length), (line.Pairs, line.Unpaired));
            Assert.Equal((differences.Count(d => d.Value > 0), differences.Count(d => d.Value < 0), differences.Count(d => d.Value == 0)), (line.Better, line.Worse, line.Equal));
            var expected = line.Test == "McNemar exact"
                ? new McNemar(line.Better, line.Worse, line.Pairs).P
                : Student.TwoSided(differences.Average(d => d.Value) / error, line.Clusters - 1);
            Assert.Equal(1, line.P!.Value / expected, 1e-9);
            Assert.Equal(line.Judge == SomeRun.PassFail.Name && line.Clusters == line.Pairs, line.Test == "McNemar exact");
        }

        foreach (var line in report.Preferences)
        {
            var verdicts = In(line.Slice).SelectMany(one => one.Record.Judgements.Where(judgement => judgement.Judge == line.Judge).Select(judgement => (one.Case, Verdict: judgement.Outcome as Outcome.Preferred))).ToArray();
            var scored = verdicts.Where(verdict => verdict.Verdict is not null).Select(verdict => (verdict.Case, Verdict: verdict.Verdict!)).ToArray();
            Same([.. scored.Select(one => (one.Case.Cluster!, one.Verdict.Preference switch { Preference.A => 0, Preference.B => 1, _ => 0.5 }))], line.WinRate, 0, 1);
            Assert.Equal(line.Coverage.Scored, line.AWins + line.BWins + line.Ties + line.Inconsistent);
            Assert.Equal(1 - (double)line.Inconsistent / scored.Length, line.Consistency.Value!.Value, 1e-12);
            var single = scored.SelectMany(one => new[] { one.Verdict.Forward == Preference.Tie ? (bool?)null : one.Verdict.Forward == Preference.A, one.Verdict.Swapped == Preference.Tie ? null : one.Verdict.Swapped == Preference.B }
                .OfType<bool>().Select(first => (one.Case.Cluster!, first ? 1.0 : 0))).ToArray();
            // Both verdicts of a comparison hang together.
            Same(single, line.FirstShown, 0, 1);
            if (line.Clusters < line.Coverage.Scored)
            {
                Same([.. scored.Select(one => (one.Case.Cluster!, one.Verdict.Preference is Preference.Inconsistent ? 0 : 1.0))], line.Consistency, 0, 1);
            }

            Assert.Equal(verdicts.Length > scored.Length, line.Bounds is not null);
        }

        IEnumerable<(Case Case, CaseRecord Record)> In(Slice slice) => finished.Where(one => slice == Slice.All || Suite.Slices.Any(key => key.Of(one.Case).Contains(slice)));
    }

    [Fact]
    public void LinesAreInTheSuitesOrderWithAllCasesFirst()
    {
        var report = SomeRun.Report(Suite, Summary.Of(Suite, SomeRun.Finished(Suite, 4, 60)));
        string[] slices = ["all", "category=orders", "category=refunds", "tag=hard", "tag=long", "lang=de", "lang=en"];

        Assert.Equal(
            from judge in new[] { "quality", "correct", "turns" } from slice in slices from candidate in new[] { "old", "new" } select (judge, slice, candidate),
            report.Scores.Select(line => (line.Judge.Value, line.Slice.Value, line.Candidate.Value)));
        Assert.Equal(from judge in new[] { "quality", "correct", "turns" } from slice in slices select (judge, slice), report.Differences.Select(line => (line.Judge.Value, line.Slice.Value)));
        Assert.Equal(slices, report.Preferences.Select(line => line.Slice.Value));
    }

    [Fact]
    public void WhetherShardsWereMergedForwardsOrBackwardsIsNotSeenInTheOrderOfLines()
    {
        var shards = SomeRun.Sharded(SomeRun.Finished(Suite, 8, 90), 5).Select(shard => Summary.Of(Suite, shard)).ToArray();
        var forwards = SomeRun.Report(Suite, shards.Aggregate((all, part) => all.Merge(part)));
        var backwards = SomeRun.Report(Suite, shards.Reverse().Aggregate((all, part) => all.Merge(part)));

        Assert.Equal(forwards.Scores.Select(line => (line.Judge, line.Candidate, line.Slice)), backwards.Scores.Select(line => (line.Judge, line.Candidate, line.Slice)));
        Assert.Equal(forwards.Changes, backwards.Changes);
    }

    [Fact]
    public void PassesOfIndependentCasesGetWilsonAndThoseOfClustersSayThatTheyDoNot()
    {
        var alone = Line(Enumerable.Range(0, 40).Select(i => (SomeRun.Case(i), i < 38 ? 1.0 : 0)));
        var clustered = Line(Enumerable.Range(0, 40).Select(i => (SomeRun.Case(i, cluster: i % 10 == 0 ? "x" : $"{i % 10}"), i < 38 ? 1.0 : 0)));

        Assert.Equal("Wilson", alone.Estimate.Method);
        Assert.Equal("clustered t, 9 df", clustered.Estimate.Method);
        Assert.Equal(1, clustered.Estimate.High);
        Assert.Equal((40, 10), (alone.Clusters, clustered.Clusters));
    }

    [Fact]
    public void WhatCannotBeKnownIsSaidAndIsNoNumber()
    {
        var one = Line([(SomeRun.Case(1), 1)]);
        Assert.Equal((1, "Wilson"), (one.Estimate.Value, one.Estimate.Method));

        var quality = SomeRun.Suite(SomeRun.Quality);
        var same = SomeRun.Report(quality, Summary.Of(quality, Enumerable.Range(0, 9).Select(i => (SomeRun.Case(i), SomeRun.Record(SomeRun.Case(i), SomeRun.Scored(SomeRun.Quality, SomeRun.A, 7), SomeRun.Scored(SomeRun.Quality, SomeRun.B, 8))))));
        Assert.Equal((7.0, null, null), (same.Scores[0].Estimate.Value, same.Scores[0].Estimate.Low, same.Scores[0].Estimate.High));
        Assert.Equal((1.0, null, null), (same.Differences[0].Estimate.Value, same.Differences[0].P, same.Differences[0].StandardError));
        Assert.NotNull(same.Differences[0].Estimate.Undefined);
        Assert.Null(same.Scores[0].DesignEffect);

        var nothing = SomeRun.Report(quality, Summary.Of(quality, [(SomeRun.Case(1), SomeRun.Record(SomeRun.Case(1), SomeRun.Unscored(SomeRun.Quality, SomeRun.A), SomeRun.Unscored(SomeRun.Quality, SomeRun.B)))]));
        Assert.Equal(Estimate.Nothing("clustered t", "Nothing was scored."), nothing.Scores[0].Estimate);
        Assert.Equal(new Bounds(1, 10), nothing.Scores[0].Bounds);
        Assert.Equal(new Bounds(-9, 9), nothing.Differences[0].Bounds);

        var neither = SomeRun.Report(Suite, Summary.Empty);
        Assert.Empty(neither.Scores);
        Assert.DoesNotContain("NaN", JsonSerializer.Serialize(nothing, EvaluationJson.Plain.Report), StringComparison.Ordinal);
    }

    [Fact]
    public void APairOfPassesIsComparedExactlyAndItsErrorIsTheOneOfTheFourFoldTable()
    {
        var suite = SomeRun.Suite(SomeRun.PassFail);
        var line = SomeRun.Report(suite, Summary.Of(suite, Enumerable.Range(0, 72).Select(i =>
            (SomeRun.Case(i), SomeRun.Record(SomeRun.Case(i), SomeRun.Scored(SomeRun.PassFail, SomeRun.A, i is < 50 or >= 63 ? 1 : 0), SomeRun.Scored(SomeRun.PassFail, SomeRun.B, i is < 53 ? 1 : 0)))))).Differences[0];

        // 3 that only B passed against 9 that only A passed: the known answer of the oracle "mcnemar n01=3 n10=9".
        Assert.Equal(("McNemar exact", 3, 9, 60), (line.Test, line.Better, line.Worse, line.Equal));
        Assert.Equal(0.14599609375, line.P!.Value, 1e-14);
        Assert.Equal(0.04709951377170325 * Math.Sqrt(72.0 / 71), line.StandardError!.Value, 1e-15);
    }

    [Fact]
    public void AVerySmallPValueIsKeptAsItIs()
    {
        var suite = SomeRun.Suite(SomeRun.Quality);
        var line = SomeRun.Report(suite, Summary.Of(suite, Enumerable.Range(0, 400).Select(i =>
            (SomeRun.Case(i), SomeRun.Record(SomeRun.Case(i), SomeRun.Scored(SomeRun.Quality, SomeRun.A, 2), SomeRun.Scored(SomeRun.Quality, SomeRun.B, 9 + i % 2)))))).Differences[0];

        Assert.InRange(line.P!.Value, double.Epsilon, 1e-300);
    }

    private static ScoreLine Line(IEnumerable<(Case Case, double Value)> cases)
    {
        var suite = SomeRun.Suite(SomeRun.PassFail);
        return SomeRun.Report(suite, Summary.Of(suite, cases.Select(one => (one.Case, SomeRun.Record(one.Case, SomeRun.Scored(SomeRun.PassFail, SomeRun.A, one.Value)))))).Scores[0];
    }

    private static double? Difference(CaseRecord record, DifferenceLine line)
    {
        var of = record.Judgements.Where(judgement => judgement.Judge == line.Judge).ToLookup(judgement => judgement.Candidate, judgement => (judgement.Turn, Value: (judgement.Outcome as Outcome.Scored)?.Scores[0].Value));
        var both = of[line.A].Where(a => a.Value is not null && of[line.B].Any(b => b.Turn == a.Turn && b.Value is not null))
            .Select(a => of[line.B].Single(b => b.Turn == a.Turn).Value!.Value - a.Value!.Value).ToArray();
        return both.Length == 0 ? null : both.Average();
    }

    /// <summary>The clustered t interval straight from its definition; returns the standard error.</summary>
    private static double Same((string Cluster, double Value)[] values, Estimate estimate, double lowest, double highest)
    {
        var mean = values.Average(value => value.Value);
        var clusters = values.GroupBy(value => value.Cluster).Select(cluster => cluster.Sum(value => value.Value - mean)).ToArray();
        var error = Math.Sqrt(clusters.Sum(sum => sum * sum) * clusters.Length / (clusters.Length - 1)) / values.Length;
        var half = Student.Quantile(0.975, clusters.Length - 1) * error;
        Assert.Equal(mean, estimate.Value!.Value, 1e-12);
        Assert.Equal(Math.Max(lowest, mean - half), estimate.Low!.Value, 1e-11);
        Assert.Equal(Math.Min(highest, mean + half), estimate.High!.Value, 1e-11);
        return error;
    }
}
