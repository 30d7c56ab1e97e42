using System.Text.Json;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Tests.Drift;

public sealed class WatchTests
{
    private static readonly Patience Patience = new(1000, 10);

    private static readonly Baseline Usual = SomeStream.Baseline();

    [Fact]
    public void AnAlarmMarksTheWatchUntilItIsAcknowledged()
    {
        var (watch, alarms) = Run(Watch.Of(Usual, Patience), Production(SomeStream.Scores(1500, 5, lower: 1.5)));

        Assert.True(alarms.Count > 1);
        Assert.Equal(alarms[0], watch.InDrift);
        Assert.Equal(Usual, watch.Baseline);

        var acknowledged = watch.Acknowledge();
        Assert.Null(acknowledged.InDrift);
        Assert.Equal((Usual, watch.Sequence, 0.0), (acknowledged.Baseline, acknowledged.Sequence, acknowledged.Level));
        Assert.NotEqual(Usual, watch.Acknowledge(SomeStream.Baseline(seed: 9)).Baseline);
    }

    [Fact]
    public void WhatCameAfterTheFirstAlarmIsToldExactlyHoweverOftenItIsRepeated()
    {
        var (watch, alarms) = Run(Watch.Of(Usual, Patience) with { History = new History { Most = 8 } }, Production(SomeStream.Scores(1500, 5, lower: 1.5)));

        Assert.True(alarms.Count > 3);
        Assert.Equal(1500 - alarms[0].Sequence, watch.History.Since(alarms[0].Sequence + 1).Values.Sum(sample => sample.Count));
    }

    [Fact]
    public void ARepeatedSampleChangesNothingButItsCount()
    {
        var stream = Production(SomeStream.Scores(500, 6)).ToArray();
        var (once, _) = Run(Watch.Of(Usual, Patience), stream);
        var (twice, _) = Run(Watch.Of(Usual, Patience), stream.SelectMany(each => new[] { each, each }));

        Assert.Equal(500, twice.Duplicates);
        Assert.Equal(Json(once), Json(twice with { Duplicates = 0 }));
    }

    [Fact]
    public void AWatchSurvivesSavingMidStreamBitForBit()
    {
        var stream = Production(SomeStream.Scores(700, 7, lower: 0.4)).Concat(Anchors(60, 0)).ToArray();
        var (kept, alarms) = Run(Anchored(), stream);
        var (saved, again) = Run(Anchored(), stream, Saved);

        Assert.Equal(Json(kept), Json(saved));
        Assert.Equal(alarms.Select(alarm => alarm.Sequence), again.Select(alarm => alarm.Sequence));
    }

    [Fact]
    public void MissingScoresAreCountedByReason()
    {
        var (watch, _) = Run(Watch.Of(Usual, Patience), [.. Production([7, 8]), SomeStream.Of(3, null) with { Unscored = Reason.Refused }, SomeStream.Of(4, null) with { Unscored = Reason.Timeout }]);

        Assert.Equal((1, 1, 2), (watch.Unscored[Reason.Refused], watch.Unscored[Reason.Timeout], watch.Detectors[0].Scored));
        Assert.Equal(4, watch.Sequence);
    }

    [Fact]
    public void AStricterJudgeIsToldFromAWorseProduct()
    {
        var judge = Run(Anchored(), Mixed(production: 1, judge: 1));
        var product = Run(Anchored(), Mixed(production: 1, judge: 0));
        var nothing = Run(Anchored(), Mixed(production: 0, judge: 0));

        Assert.Equal(Culprit.Judge, judge.Watch.Verdict()!.Culprit);
        Assert.Contains(judge.Alarms, alarm => alarm.Stream is AlarmSource.Anchors);
        Assert.Equal(Culprit.Product, product.Watch.Verdict()!.Culprit);
        Assert.DoesNotContain(product.Alarms, alarm => alarm.Stream is AlarmSource.Anchors);
        Assert.Empty(nothing.Alarms);
        Assert.Null(nothing.Watch.Verdict());
    }

    [Fact]
    public void ALenientJudgeDoesNotHideAProductDrop()
    {
        // The judge gives a point more, the answers deserve a point less: production scores stay where they were.
        var (watch, alarms) = Run(Anchored(), Mixed(production: 0, judge: -1, rows: 6000));

        Assert.DoesNotContain(alarms, alarm => alarm.Stream is AlarmSource.Production);
        Assert.Contains(alarms, alarm => alarm is { Stream: AlarmSource.Corrected, Direction: Direction.Drop });
        Assert.Equal(Culprit.Both, watch.Verdict()!.Culprit);
    }

    [Fact]
    public void TheMixCanChangeWithoutAnAlarm()
    {
        var (good, bad) = (new Slice("kind=good"), new Slice("kind=bad"));
        var scores = SomeStream.Scores(4000, 8);
        BaselineScore Slice(double score, int i, int each) => i % each == 0 ? new BaselineScore(bad, Math.Max(1, score - 2)) : new BaselineScore(good, score);
        var baseline = BaselineScores.Of(new("b"), SomeStream.Scale, [.. scores.Select((score, i) => Slice(score, i, 4))]);
        var (watch, alarms) = Run(Watch.Of(baseline, Patience), SomeStream.Scores(4000, 9).Select((score, i) => Slice(score, i, 2)).Select((each, i) => SomeStream.Of(i + 1, each.Score, each.Slice)));

        Assert.Empty(alarms);
        Assert.Equal(4000, watch.Detectors[0].Scored);
    }

    private static Watch Anchored()
    {
        var items = Enumerable.Range(0, 60).SelectMany(item => Enumerable.Range(0, 3).Select(repeat => new BaselineScore(Item(item), Anchor(item, repeat)))).ToArray();
        return Watch.Of(Usual, Patience, AnchorScores.Of(new("anchors"), SomeStream.Scale, items, Usual.Mean.Deviation), 100);
    }

    private static IEnumerable<Observation> Production(IEnumerable<double> scores) => SomeStream.Of(scores);

    private static IEnumerable<Observation> Anchors(int count, double lower) => Enumerable.Range(0, count)
        .Select(i => SomeStream.Of(i + 1, Math.Max(1, Anchor(i % 60, i / 60) - lower), Item(i % 60)) with { Anchor = true, Sample = new($"anchor {i}") });

    /// <summary>Nine production scores to one anchor, each so many points lower.</summary>
    private static IEnumerable<Observation> Mixed(double production, double judge, int rows = 3000)
    {
        var scores = SomeStream.Scores(rows, 11, production);
        var anchors = Anchors(rows / 9, judge).GetEnumerator();
        for (var i = 0; i < rows; i++)
        {
            yield return SomeStream.Of(i + 1, scores[i]);
            if (i % 9 == 8 && anchors.MoveNext())
            {
                yield return anchors.Current;
            }
        }
    }

    private static Slice Item(int item) => new($"item {item}");

    private static double Anchor(int item, int repeat) => 4 + item % 5 + ((item * 7 + repeat * 13) % 8 == 0 ? 1 : 0);

    private static (Watch Watch, List<Alarm> Alarms) Run(Watch watch, IEnumerable<Observation> stream, Func<Watch, Watch>? between = null)
    {
        var all = new List<Alarm>();
        foreach (var observation in stream)
        {
            (watch, var alarms) = (between ?? (same => same))(watch).Observe(observation);
            all.AddRange(alarms);
        }

        return (watch, all);
    }

    private static Watch Saved(Watch watch) => JsonSerializer.Deserialize(Json(watch), EvaluationJson.Plain.Watch)!;

    private static string Json(Watch watch) => JsonSerializer.Serialize(watch, EvaluationJson.Plain.Watch);
}
