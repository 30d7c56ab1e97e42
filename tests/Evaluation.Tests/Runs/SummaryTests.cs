using System.Collections.Immutable;
using System.Text.Json;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;
using CsCheck;

namespace Assize.Evaluation.Tests.Runs;

public sealed class SummaryTests
{
    private static readonly SuiteDefinition Suite = SomeRun.Suite();

    private static readonly Gen<(int Seed, int Cases)> Runs = Gen.Select(Gen.Int[1, 100_000], Gen.Int[0, 25]);

    [Fact]
    public void MergingIsAssociativeAndCommutativeUpToRoundingAndHasAnIdentity() => Gen.Select(Runs, Runs, Runs).Sample(
        (x, y, z) =>
        {
            var (a, b, c) = (Of(x), Of(y, 1000), Of(z, 2000));
            Near(a.Merge(b).Merge(c), a.Merge(b.Merge(c)));
            Near(a.Merge(b), b.Merge(a));
            Assert.Equal(Json(a), Json(a.Merge(Summary.Empty)));
            Assert.Equal(Json(a), Json(Summary.Empty.Merge(a)));
        },
        iter: 60);

    [Fact]
    public void AnyDivisionIntoShardsGivesTheSameSummaryUpToRounding() => Gen.Select(Gen.Int[1, 10_000], Gen.Int[1, 12]).Sample(
        (seed, shards) =>
        {
            var finished = SomeRun.Finished(Suite, seed, 80);
            var parts = SomeRun.Sharded(finished, shards).Select(shard => Summary.Of(Suite, shard)).ToArray();
            var whole = Summary.Of(Suite, finished);
            Near(whole, parts.Aggregate(Summary.Empty, (all, part) => all.Merge(part)));
            Near(whole, parts.Reverse().Aggregate(Summary.Empty, (all, part) => all.Merge(part)));
        },
        iter: 40);

    [Fact]
    public void TheOrderInWhichCasesFinishedDoesNotChangeABit()
    {
        var finished = SomeRun.Finished(Suite, 5, 60);
        var random = new Random(1);

        Assert.Equal(Json(Summary.Of(Suite, finished)), Json(Summary.Of(Suite, finished.OrderBy(_ => random.Next()))));
    }

    [Fact]
    public void TheSummaryKeepsEveryBitThroughJson() => Runs.Sample(
        run =>
        {
            var summary = Of(run);
            var back = JsonSerializer.Deserialize(JsonSerializer.SerializeToUtf8Bytes(summary, EvaluationJson.Plain.Summary), EvaluationJson.Plain.Summary)!;
            Assert.Equal(Json(summary), Json(back));
            Assert.Equal(summary.Scores.Select(cell => (cell.Key, cell.Values)), back.Scores.Select(cell => (cell.Key, cell.Values)));
            Assert.Equal(summary.Differences, back.Differences);
            Assert.Equal(Json(summary.Merge(Of((9, 20), 3000))), Json(back.Merge(Of((9, 20), 3000))));
        },
        iter: 40);

    [Fact]
    public void ItsSizeGrowsWithSlicesAndJudgesAndNotWithCases()
    {
        var few = Json(Summary.Of(Suite, SomeRun.Finished(Suite, 3, 200))).Length;
        var many = Json(Summary.Of(Suite, SomeRun.Finished(Suite, 3, 3000))).Length;

        Assert.InRange(many, few, few * 1.15);
    }

    [Fact]
    public void EveryTrialIsScoredOrHasAReason()
    {
        var finished = SomeRun.Finished(Suite, 11, 120, unscored: 0.3);
        var summary = Summary.Of(Suite, finished);
        ImmutableArray<Coverage> coverages = [.. summary.Scores.Select(cell => cell.Coverage), .. summary.Preferences.Select(cell => cell.Coverage)];

        Assert.All(coverages, coverage => Assert.Equal(coverage.Trials, coverage.Scored + coverage.Unscored.Values.Sum()));
        Assert.All(summary.Scores, cell => Assert.Equal(cell.Coverage.Scored, cell.Values.Count));
        var ofAll = summary.Scores.Where(cell => cell.Key.Slice == Slice.All).Sum(cell => cell.Coverage.Trials)
            + summary.Preferences.Where(cell => cell.Key.Slice == Slice.All).Sum(cell => cell.Coverage.Trials);
        Assert.Equal(finished.Sum(one => one.Record.Judgements.Length), ofAll);
        Assert.Equal(120, summary.Cases);
    }

    [Fact]
    public void TurnsOfACaseAreObservationsOfOneCluster()
    {
        var (first, second) = (SomeRun.Case(1, turns: 3), SomeRun.Case(2, turns: 1));
        var summary = Summary.Of(SomeRun.Suite(SomeRun.PerTurn),
        [
            (first, SomeRun.Record(first, SomeRun.Scored(SomeRun.PerTurn, SomeRun.A, 1, 1), SomeRun.Scored(SomeRun.PerTurn, SomeRun.A, 2, 2), SomeRun.Scored(SomeRun.PerTurn, SomeRun.A, 3, 3))),
            (second, SomeRun.Record(second, SomeRun.Scored(SomeRun.PerTurn, SomeRun.A, 4, 1))),
        ]);

        var values = summary.Scores.Single(cell => cell.Key.Slice == Slice.All).Values;
        Assert.Equal((2, 4, 2.5), (values.Clusters, values.Count, values.Centre));
    }

    [Fact]
    public void ADifferenceIsTakenOverTheTurnsThatBothHave()
    {
        var @case = SomeRun.Case(1, turns: 3);
        var suite = SomeRun.Suite(SomeRun.PerTurn);
        var cell = Summary.Of(suite,
        [
            (@case, SomeRun.Record(
                @case,
                SomeRun.Scored(SomeRun.PerTurn, SomeRun.A, 1, 1), SomeRun.Scored(SomeRun.PerTurn, SomeRun.A, 2, 2), SomeRun.Unscored(SomeRun.PerTurn, SomeRun.A, Reason.Refused, 3),
                SomeRun.Scored(SomeRun.PerTurn, SomeRun.B, 4, 1), SomeRun.Scored(SomeRun.PerTurn, SomeRun.B, 3, 2), SomeRun.Scored(SomeRun.PerTurn, SomeRun.B, 5, 3))),
        ]).Differences.Single(cell => cell.Key.Slice == Slice.All);

        Assert.Equal((2, 0, 1), (cell.Values.Centre, cell.Unpaired, cell.Better));

        // The third turn of A could have been anything from 0 to 5 against B's 5: (3 + 1 + 0)/3 to (3 + 1 + 5)/3.
        var bounds = SomeRun.Report(suite, Summary.Empty with { Cases = 1, Differences = [cell] }).Differences.Single().Bounds!;
        Assert.Equal((4.0 / 3, 3.0), (bounds.Worst, bounds.Best));
    }

    [Fact]
    public void ACaseWithNothingOnOneSideIsUnpaired()
    {
        var @case = SomeRun.Case(1);
        var cell = Summary.Of(SomeRun.Suite(SomeRun.Quality), [(@case, SomeRun.Record(@case, SomeRun.Scored(SomeRun.Quality, SomeRun.A, 4), SomeRun.Unscored(SomeRun.Quality, SomeRun.B)))])
            .Differences.Single(cell => cell.Key.Slice == Slice.All);

        Assert.Equal((0, 1), (cell.Values.Count, cell.Unpaired));
    }

    [Fact]
    public void TheOneShownFirstIsAInOrderAndBWhenSwapped()
    {
        (Preference, Preference, Preference)[] verdicts =
        [
            (Preference.A, Preference.A, Preference.A),
            (Preference.B, Preference.B, Preference.B),
            (Preference.Inconsistent, Preference.A, Preference.B),
            (Preference.Tie, Preference.Tie, Preference.Tie),
            (Preference.Inconsistent, Preference.B, Preference.Tie),
        ];
        var cell = Summary.Of(SomeRun.Suite(SomeRun.Pair), verdicts.Select((verdict, i) =>
        {
            var @case = SomeRun.Case(i);
            return (@case, SomeRun.Record(@case, SomeRun.Preferred(verdict.Item1, verdict.Item2, verdict.Item3)));
        })).Preferences.Single(cell => cell.Key.Slice == Slice.All);

        Assert.Equal((1, 1, 1, 2), (cell.AWins, cell.BWins, cell.Ties, cell.Inconsistent));
        Assert.Equal((7, 4), (cell.Decided, cell.FirstShown));
        Assert.Equal(0.5, cell.Wins.Centre);
    }

    [Fact]
    public void WhatWasPaidBeforeCostsNothingAndFailedAttemptsAlwaysCost()
    {
        var @case = SomeRun.Case(1);
        var paid = new Call { Key = new("a"), Model = SomeRun.Model, Reported = "m-1", Usage = new(100, 10, 50) };
        var reused = paid with { Paid = false, Usage = Usage.None };
        var repaired = paid with { FailedAttempts = 2, FailedUsage = new(30, 0, 9), Reported = "m-2" };
        var failed = new Call { Key = new("b"), Model = SomeRun.Model, Failed = Reason.Timeout, FailedAttempts = 3, FailedUsage = new(7, 0, 1) };
        var record = SomeRun.Record(@case, SomeRun.Scored(SomeRun.Quality, SomeRun.A, 5) with { Calls = [paid, reused] }) with
        {
            Responses = [new Answered(SomeRun.A, [repaired]), new Answered(SomeRun.B, [failed])],
        };

        var line = Assert.Single(Summary.Of(SomeRun.Suite(SomeRun.Quality), [(@case, record)]).Usage);

        Assert.Equal((2, 1, 5), (line.Completions, line.Reused, line.FailedAttempts));
        Assert.Equal(new Usage(237, 20, 110), line.Usage);
        Assert.Equal(new Usage(37, 0, 10), line.FailedUsage);
        Assert.Equal((2, 1), (line.Reported["m-1"], line.Reported["m-2"]));
    }

    [Fact]
    public void TheLargestChangesOfTheWholeRunAreKeptWhateverShardTheyWereIn()
    {
        var suite = SomeRun.Suite(SomeRun.Quality);
        var finished = SomeRun.Finished(suite, 17, 300, unscored: 0);
        var merged = SomeRun.Sharded(finished, 7).Reverse().Select(shard => Summary.Of(suite, shard)).Aggregate(Summary.Empty, (all, part) => all.Merge(part));
        var expected = finished
            .Select(one => (one.Case.Id, Shift: (Value(one.Record, SomeRun.B) - Value(one.Record, SomeRun.A)) / 9))
            .OrderByDescending(one => Math.Abs(one.Shift)).ThenBy(one => one.Id.Value, StringComparer.Ordinal).Take(20);

        Assert.Equal(expected, merged.Changes.Select(change => (change.Case, change.Shift)));

        static double Value(CaseRecord record, CandidateName candidate) =>
            ((Outcome.Scored)record.Judgements.Single(judgement => judgement.Candidate == candidate).Outcome).Scores[0].Value;
    }

    private static Summary Of((int Seed, int Cases) run, int first = 0) => Summary.Of(Suite, SomeRun.Finished(Suite, run.Seed, run.Cases, first: first));

    private static string Json(Summary summary) => JsonSerializer.Serialize(summary, EvaluationJson.Plain.Summary);

    private static void Near(Summary a, Summary b)
    {
        var (x, y) = (Sorted(a), Sorted(b));
        Assert.Equal(x.Length, y.Length);
        foreach (var ((key, left), (other, right)) in x.Zip(y))
        {
            Assert.Equal(key, other);
            Assert.Equal(left.Length, right.Length);
            foreach (var (one, two) in left.Zip(right))
            {
                Assert.True(Math.Abs(one - two) <= 1e-12 * Math.Max(1, Math.Max(Math.Abs(one), Math.Abs(two))), $"{key}: {one:R} and {two:R}");
            }
        }

        Assert.Equal(a.Changes, b.Changes);
        Assert.Equal(a.Cases, b.Cases);
    }

    private static (string Key, double[] Numbers)[] Sorted(Summary summary) =>
    [
        .. summary.Scores.Select(cell => (cell.Key.ToString(), (double[])[.. Of(cell.Coverage), .. Of(cell.Values), cell.Passes]))
            .Concat(summary.Differences.Select(cell => (cell.Key.ToString(), (double[])[.. Of(cell.Values), cell.Unpaired, cell.Better, cell.Worse, cell.Equal, cell.WorstSum, cell.BestSum])))
            .Concat(summary.Preferences.Select(cell => (cell.Key.ToString(), (double[])[.. Of(cell.Coverage), .. Of(cell.Wins), cell.AWins, cell.BWins, cell.Ties, cell.Inconsistent, cell.Decided, cell.FirstShown, .. Of(cell.Steady!), .. Of(cell.Shown!)])))
            .Concat(summary.Usage.Select(line => (line.Model.Value, (double[])[line.Completions, line.Reused, line.FailedAttempts, line.Usage.CostMicros, line.Usage.InputTokens, .. line.Reported.Values.Select(count => (double)count)])))
            .OrderBy(one => one.Item1, StringComparer.Ordinal),
    ];

    private static double[] Of(Coverage coverage) => [coverage.Trials, coverage.Scored, .. coverage.Unscored.Values.Select(count => (double)count)];

    private static double[] Of(Moments moments) =>
        [moments.Clusters, moments.Count, moments.MeanSum, moments.MeanCount, moments.SumSum, moments.SumCount, moments.CountCount, moments.Mean, moments.Squares, moments.Least, moments.Most];
}
