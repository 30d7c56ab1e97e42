using System.Collections.Immutable;
using System.Text.Json;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Suites;
using Assize.Evaluation.Tests.Drift;

namespace Assize.Evaluation.Tests.Monitors;

public sealed class ExplanationTests
{
    private static readonly Scale Points = new(1, 5);

    private static readonly (Slice Rare, Slice Common) Two = (new("plan=rare"), new("plan=common"));

    [Fact]
    public void ItIsOfTheTrafficAndNotOfWhatWasDrawnOfIt()
    {
        // Of 100 rare ones all are drawn, of 900 common ones a ninth; only the rare ones have become worse.
        var baseline = BaselineScores.Of(new("b"), Points, [.. Enumerable.Range(0, 200).Select(i => i % 2 == 0
            ? new BaselineScore(Two.Rare, 4 + i / 2 % 2) { Inclusion = 0.9 }
            : new BaselineScore(Two.Common, 3 + i / 2 % 2) { Inclusion = 0.1 })]);
        RecentScore[] recent = [.. Enumerable.Range(0, 200).Select(i => i % 2 == 0
            ? Score(i, Two.Rare, 2 + i / 2 % 2) with { Inclusion = 0.9 }
            : Score(i, Two.Common, 3 + i / 2 % 2) with { Inclusion = 0.1 })];

        var told = Told(baseline, recent, ["plan"]);

        Assert.Equal((4.5 * 0.1 + 3.5 * 0.9, 2.5 * 0.1 + 3.5 * 0.9), (told.Before, told.After), Near);
        var rare = told.Slices[0];
        Assert.Equal(Two.Rare, rare.Slice);
        Assert.Equal((0.1, 0.1), (rare.ShareBefore, rare.ShareAfter), Near);
        Assert.Equal((-0.2, 0.0), (rare.Within, rare.Mix), Near);
        Assert.Equal(rare.Slice, told.Cause!.Slice);
        Assert.Empty(told.Parts);
    }

    [Fact]
    public void AMeanWhileTheBaselineIsMadeWeighsItsScores()
    {
        var strata = SomeMonitor.Definition with { Sampler = new SamplerSettings { Rate = 0.1, Strata = SomeMonitor.Definition.Sampler.Strata.Add(new("language=de"), 1) } };
        var spec = SomeMonitor.Spec(strata);
        var watch = ScoreWatch.Begin(spec);
        for (var i = 0; i < 40; i++)
        {
            var sample = new JudgedSample(new($"s{i}"), new(i % 2 == 0 ? "language=de" : "language=en"), SomeMonitor.Start, i % 2 == 0 ? 1 : 0.1) { Score = i % 2 == 0 ? 1 : 5 };
            watch = watch.Observe(spec, sample, spec.Judge, null, SomeMonitor.Start);
        }

        Assert.Equal((1 * 1 + 10 * 5) / 11.0, PresentEstimate.Of(spec, watch)!.Mean, 10);
        var older = watch with { Learning = watch.Learning with { Scores = [.. watch.Learning.Scores.Select(score => score with { Inclusion = null })] } };
        Assert.Null(PresentEstimate.Of(spec, older));
    }

    [Fact]
    public void ScoresOfAnOlderVersionWeighOne()
    {
        var recent = JsonSerializer.Deserialize<ImmutableArray<RecentScore>>("""[{"sequence":1,"sample":"a","slice":"all","score":3,"at":0}]""", EvaluationJson.Stored);
        var learnt = JsonSerializer.Deserialize<Learning>("""{"scores":[{"slice":"all","score":3}]}""", EvaluationJson.Stored)!;
        var told = JsonSerializer.Deserialize<Explanation>("""{"since":1,"scores":2,"before":4,"after":3,"slices":[{"slice":"a","shareBefore":1,"shareAfter":1,"meanBefore":4,"meanAfter":3,"within":-1,"mix":0}],"examples":["s"]}""", EvaluationJson.Stored)!;
        var slice = JsonSerializer.Deserialize<SliceBaseline>("""{"slice":"all","count":30,"mean":3,"variance":1,"pooled":[]}""", EvaluationJson.Stored)!;

        Assert.Equal(1, recent[0].Inclusion);
        Assert.Null(learnt.Scores[0].Inclusion);
        Assert.Equal((30.0, 30.0), (slice.Stands, slice.EffectiveCount));
        Assert.Equal((0, 0, null, null), (told.Parts.Length, told.Shown.Length, told.Cause, told.Slices[0].WithinLow));
    }

    [Fact]
    public void AnExampleStandsBesideAScoreOfItsSliceFromBefore()
    {
        var (a, b) = (new Slice("plan=a"), new Slice("plan=b"));
        var baseline = BaselineScores.Of(new("b"), Points, [.. Enumerable.Range(0, 200).Select(i => new BaselineScore(i % 2 == 0 ? a : b, 3 + i / 2 % 3))]);
        RecentScore[] recent = [Score(1, a, 4), Score(2, b, 5), Score(3, a, 3), Score(10, a, 1), Score(11, a, 2), Score(12, b, 4), Score(13, a, 1)];

        var shown = Told(baseline, recent, ["plan"], since: 10).Shown;

        Assert.Equal(["s13", "s10", "s11", "s12"], shown.Select(example => example.Sample.Value));
        Assert.Equal(["s3", "s1", null, "s2"], shown.Select(example => example.Before?.Value));
        Assert.Equal((1, 4), (shown[1].Score, shown[1].ScoreBefore!.Value));
        Assert.Equal(baseline.Slices.Find(a)!.Mean, shown[0].Expected);
    }

    [Theory]
    [InlineData("mixture")]
    [InlineData("slices")]
    public void ExamplesAddUpToTheWinningBetsWealth(string kind)
    {
        // Stopped before an alarm: where the e-CUSUM of a bet last restarted, its wealth is the product of all factors since.
        var ledger = MonitorLedger.Begin(SomeMonitor.Spec()).Fed(0, 600).Fed(600, 60, worse: 1);
        var drift = ledger.Watch.Drift!;
        var slice = new Slice("language=de");
        var evidence = (drift.Detectors[0] is MixtureDetector mixture && kind == "mixture" ? mixture : ((SliceDetector)drift.Detectors[1]).Slices[slice]).Evidence;
        var bet = Enumerable.Range(0, 4).MaxBy(j => evidence.Peaks[j]);
        var alarm = SomeMonitor.Drop(evidence.Starts[bet]) with { Detector = kind, Slices = kind == "slices" ? [slice] : [] };

        var growth = BetGrowth.Of(alarm, drift, ledger.Watch.Recent, evidence.Starts[bet]);

        Assert.Empty(ledger.Watch.Alarms.All);
        Assert.True(evidence.Peaks[bet] > 1.5, $"a wealth of {evidence.Peaks[bet]} shows nothing");
        Assert.Equal(Math.Log(evidence.Peaks[bet]), growth.Values.Sum(), 9);
        Assert.Empty(BetGrowth.Of(alarm with { Detector = "cusum" }, drift, ledger.Watch.Recent, 0));
    }

    [Fact]
    public void ExamplesAddUpAlsoWhereNeighboursOfASliceHangTogether()
    {
        var (chance, last, places) = (new Random(5), new double[2], new[] { new Slice("plan=a"), new Slice("plan=b") });
        (Slice Slice, double Score) One(double worse)
        {
            var place = chance.Next(2);
            last[place] = 0.6 * last[place] + chance.NextDouble() - 0.5;
            return (places[place], Math.Clamp(3 + 2 * last[place] - worse, 1, 5));
        }

        var baseline = BaselineScores.Of(new("b"), Points, [.. Enumerable.Range(0, 1000).Select(_ => One(0)).Select(one => new BaselineScore(one.Slice, one.Score))]);
        var (watch, recent) = (Watch.Of(baseline, new Patience(100_000)), new List<RecentScore>());
        for (var i = 1; i <= 200; i++)
        {
            var (slice, score) = One(i < 150 ? 0 : 0.6);
            recent.Add(new RecentScore(i, new($"s{i}"), slice, score, i));
            (watch, _) = watch.Observe(new Observation { Sequence = 0, Sample = new($"s{i}"), Slice = slice, Score = score });
        }

        var evidence = ((SliceDetector)watch.Detectors[1]).Slices[places[0]].Evidence;
        var bet = Enumerable.Range(0, 4).MaxBy(j => evidence.Peaks[j]);
        var growth = BetGrowth.Of(SomeMonitor.Drop(evidence.Starts[bet]) with { Detector = "slices", Slices = [places[0]] }, watch, recent, evidence.Starts[bet]);

        Assert.True(baseline.SliceCarry > 0.4 && evidence.Peaks[bet] > 1.5, $"a carry-over of {baseline.SliceCarry} and a wealth of {evidence.Peaks[bet]} show nothing");
        Assert.Equal(Math.Log(evidence.Peaks[bet]), growth.Values.Sum(), 9);
    }

    [Fact]
    public void AnAlarmThatCameBeforeThereWereScoresEnoughLearnsItsCauseLater()
    {
        var ledger = MonitorLedger.Begin(SomeMonitor.Spec()).Fed(0, 600);
        var from = 600;
        for (; ledger.Watch.Alarms.All.IsEmpty; from += 10)
        {
            ledger = ledger.Fed(from, 10, worse: 4);
        }

        var first = Assert.Single(ledger.Watch.Alarms.All).Explanation;
        var later = ledger.Fed(from, 150, worse: 4).Watch.Alarms.All[0].Explanation;

        Assert.Null(first.Cause);
        Assert.InRange(first.Scores, 1, 59);
        Assert.Equal(new Slice("language=de"), later.Cause!.Slice);
        // All of its figures are of one moment.
        Assert.True(later.Scores > first.Scores);
        Assert.Equal(later.Scores, later.Slices.Sum(slice => slice.Scores!.Value));
        Assert.Equal(later.Slices.Single(slice => slice.Slice == later.Cause.Slice).Scores, later.Cause.Scores);
        Assert.Equal(later.After - later.Before, later.Slices.Sum(slice => slice.Within + slice.Mix), 9);
    }

    [Fact]
    public void AnAlarmThatNamesAValueLearnsThePairWithinIt()
    {
        var (cause, pair) = (new SliceEffect(new("plan=free"), 0.5, 0.5, 4, 3), new SliceEffect(new("language=de, plan=free"), 0.25, 0.25, 4, 2));
        var first = new Explanation { Since = 5, Scores = 50, Before = 4, After = 3.5, Slices = [], Examples = [], Cause = cause };
        var watch = Watch.Of(SomeStream.Baseline(), new Patience(100));
        AlarmBook Raised(AlarmBook book, Explanation explanation, long remembered) => book.Raise(SomeMonitor.Drop(5), _ => explanation, remembered, watch, SomeMonitor.Start);
        var book = Raised(new AlarmBook(), first, 1);

        Assert.Equal(pair, Raised(book, first with { Cause = pair, After = 3 }, 5).All[0].Explanation.Cause);
        Assert.Equal(3, Raised(book, first with { Cause = pair, After = 3 }, 5).All[0].Explanation.After);
        // What cannot be told any more, or is not found again, takes nothing back.
        Assert.Equal(cause, Raised(book, first with { Cause = pair }, 6).All[0].Explanation.Cause);
        Assert.Equal(cause, Raised(book, first with { Cause = null }, 5).All[0].Explanation.Cause);
    }

    private static Explanation Told(Baseline baseline, RecentScore[] recent, string[] properties, long since = 0) =>
        Explanation.Of(SomeMonitor.Drop(since), Watch.Of(baseline, new Patience(100)), recent, [.. properties]);

    private static RecentScore Score(int i, Slice slice, double score) => new(i, new($"s{i}"), slice, score, 1_700_000_000 + i);

    private static bool Near((double, double) a, (double, double) b) => Math.Abs(a.Item1 - b.Item1) < 1e-9 && Math.Abs(a.Item2 - b.Item2) < 1e-9;
}
