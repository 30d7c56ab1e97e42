using System.Text.Json;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Tests.Runs;

public sealed class ComparisonTests
{
    private static readonly CandidateName Before = new("new (before)"), After = new("new (after)");

    private static readonly SuiteDefinition Suite = SomeRun.Suite();

    [Fact]
    public void TwoRunsOfOneCandidateAreComparedCaseByCase()
    {
        var (first, second) = (SomeRun.Finished(Suite, 1, 120), SomeRun.Finished(Suite, 1, 120, unscored: 0.2));
        var comparison = Comparison.Of(Suite, new Side(SomeRun.B, Before), new Side(SomeRun.B, After));
        var rows = first.Zip(second, (a, b) => (a.Case, First: (CaseRecord?)a.Record, Second: (CaseRecord?)b.Record)).ToArray();
        var summary = CaseParts(rows).Select(comparison.Summarise).Aggregate(Summary.Empty, (all, part) => all.Merge(part));
        var (scores, differences) = comparison.Lines(summary);

        Assert.Equal(120, summary.Cases);
        Assert.Empty(summary.Preferences);
        Assert.All(differences, line => Assert.Equal((Before, After), (line.A, line.B)));
        var line = differences.First(line => line.Judge == SomeRun.Quality.Name && line.Slice == Slice.All);
        var expected = rows.Select(row => Value(row.Second!) - Value(row.First!)).OfType<double>().ToArray();
        Assert.Equal(expected.Length, line.Pairs);
        Assert.Equal(expected.Average(), line.Estimate.Value!.Value, 1e-12);

        // One by one they are the same pairs.
        var pairs = comparison.Pairs(rows).ToLookup(pair => (pair.Judge, pair.Criterion));
        Assert.All(differences.Where(one => one.Slice == Slice.All), one =>
        {
            var own = pairs[(one.Judge, one.Criterion)].ToArray();
            Assert.Equal((one.Pairs, one.Clusters), (own.Length, own.Select(pair => pair.Cluster).Distinct().Count()));
            Assert.Equal(one.Estimate.Value!.Value, own.Average(pair => pair.Difference), 1e-12);
        });
        Assert.Empty(comparison.Pairs(rows.Select(row => (row.Case, row.First, (CaseRecord?)null))));

        // The scores of either side are those of its own run.
        var own = SomeRun.Report(Suite, Summary.Of(Suite, first)).Scores.First(score => score.Candidate == SomeRun.B && score.Judge == SomeRun.Quality.Name);
        Assert.Equal(own.Estimate.Value!.Value, scores.First(score => score.Candidate == Before && score.Judge == SomeRun.Quality.Name).Estimate.Value!.Value, 1e-12);

        static double? Value(CaseRecord record) =>
            (record.Judgements.Single(judgement => judgement.Judge == SomeRun.Quality.Name && judgement.Candidate == SomeRun.B).Outcome as Outcome.Scored)?.Scores[0].Value;
    }

    [Fact]
    public void ACaseThatOneRunHasNotFinishedIsUnscoredThereAndIsCounted()
    {
        var suite = SomeRun.Suite(SomeRun.PerTurn);
        var @case = SomeRun.Case(1, turns: 2);
        var record = SomeRun.Record(@case, SomeRun.Scored(SomeRun.PerTurn, SomeRun.A, 3, 1), SomeRun.Scored(SomeRun.PerTurn, SomeRun.A, 4, 2), SomeRun.Unscored(SomeRun.PerTurn, SomeRun.B, turn: 1), SomeRun.Unscored(SomeRun.PerTurn, SomeRun.B, turn: 2));
        var comparison = Comparison.Of(suite, new Side(SomeRun.A, SomeRun.A), new Side(SomeRun.B, SomeRun.B));
        var (scores, differences) = comparison.Lines(comparison.Summarise([(@case, record, null)]));

        Assert.Equal((2, 2), (scores[0].Coverage.Scored, scores[1].Coverage.Unscored[Reason.Cancelled]));
        Assert.Equal((0, 1), (differences[0].Pairs, differences[0].Unpaired));
        Assert.Equal(new Bounds(-3.5, 1.5), differences[0].Bounds);
    }

    [Fact]
    public void ARunAgainstItselfPassesAGateThatItHasEnoughCasesFor()
    {
        var suite = SomeRun.Suite(SomeRun.PassFail);
        var finished = SomeRun.Finished(suite, 2, 100, unscored: 0, largestCluster: 1);
        var comparison = Comparison.Of(suite, new Side(SomeRun.A, Before), new Side(SomeRun.A, After));
        var line = comparison.Lines(comparison.Summarise(finished.Select(one => (one.Case, (CaseRecord?)one.Record, (CaseRecord?)one.Record)))).Differences[0];

        Assert.Equal((100, 1.0), (line.Equal, line.P));
        Assert.Equal(GateVerdict.Pass, line.NonInferiority(0.03).Verdict);
        Assert.True(line.NonInferiority(0.02) is { Verdict: GateVerdict.Undecided, Needed: > 100 and < 200 });
    }

    [Fact]
    public void TheGateOfALineIsTheGateOfItsMoments()
    {
        var summary = Summary.Of(Suite, SomeRun.Finished(Suite, 6, 90));
        var report = SomeRun.Report(Suite, summary);
        var line = report.Differences.First(line => line.Judge == SomeRun.Quality.Name);
        var cell = summary.Differences.First(cell => cell.Key.Judge == SomeRun.Quality.Name && cell.Key.Slice == Slice.All);

        Assert.Equal(Gate.NonInferiority(cell.Values, 0.4), line.NonInferiority(0.4));
    }

    [Fact]
    public void BothSidesNeedNamesOfTheirOwnAndCandidatesThatExist()
    {
        Assert.Throws<EvaluationException>(() => Comparison.Of(Suite, new Side(SomeRun.A, Before), new Side(SomeRun.B, Before)));
        Assert.Throws<EvaluationException>(() => Comparison.Of(Suite, new Side(new("nobody"), Before), new Side(SomeRun.B, After)));
    }

    [Fact]
    public void ARenamedCandidateIsRenamedWhereverItStands()
    {
        var @case = SomeRun.Case(1);
        var record = SomeRun.Record(@case, SomeRun.Scored(SomeRun.Quality, SomeRun.A, 3), SomeRun.Scored(SomeRun.Quality, SomeRun.B, 4), SomeRun.Preferred(Preference.B, Preference.B, Preference.B)) with
        {
            Responses = [new Answered(SomeRun.A, []), new Answered(SomeRun.B, [])],
        };
        var renamed = record.Renamed(SomeRun.B, After);

        Assert.Equal([SomeRun.A, After, SomeRun.A], renamed.Judgements.Select(judgement => judgement.Candidate));
        Assert.Equal(After, renamed.Judgements[2].Opponent);
        Assert.Equal([SomeRun.A, After], renamed.Responses.Select(answered => answered.Candidate));
        Assert.Equal(Json(record), Json(renamed.Renamed(After, SomeRun.B)));
        Assert.Same(record, record.Renamed(SomeRun.A, SomeRun.A));
        Assert.Throws<ArgumentException>(() => record.Renamed(SomeRun.B, SomeRun.A));
    }

    [Fact]
    public void RecordsStandBesideEachOtherOnlyForOneCaseAndWithoutATrialTwice()
    {
        var (one, two) = (SomeRun.Case(1), SomeRun.Case(2));
        var a = SomeRun.Record(one, SomeRun.Scored(SomeRun.Quality, SomeRun.A, 3));
        var b = SomeRun.Record(one, SomeRun.Scored(SomeRun.Quality, SomeRun.B, 5));

        Assert.Equal([SomeRun.A, SomeRun.B], a.Beside(b).Judgements.Select(judgement => judgement.Candidate));
        Assert.Throws<ArgumentException>(() => a.Beside(a));
        Assert.Throws<ArgumentException>(() => a.Beside(SomeRun.Record(two, SomeRun.Scored(SomeRun.Quality, SomeRun.B, 5))));
    }

    [Fact]
    public void WhatConcernsOneCandidateAloneLeavesComparisonsOut()
    {
        var record = SomeRun.Record(SomeRun.Case(1), SomeRun.Scored(SomeRun.Quality, SomeRun.A, 3), SomeRun.Scored(SomeRun.Quality, SomeRun.B, 4), SomeRun.Preferred(Preference.A, Preference.A, Preference.A));

        Assert.Equal([(SomeRun.Quality.Name, SomeRun.A)], record.Only(SomeRun.A).Judgements.Select(judgement => (judgement.Judge, judgement.Candidate)));
    }

    private static IEnumerable<(Case, CaseRecord?, CaseRecord?)[]> CaseParts((Case Case, CaseRecord? First, CaseRecord? Second)[] rows) =>
        rows.GroupBy(row => CasePlan.PartitionOf(row.Case.ClusterKey(), 4)).Select(part => part.ToArray());

    private static string Json(CaseRecord record) => JsonSerializer.Serialize(record, EvaluationJson.Plain.CaseRecord);
}
