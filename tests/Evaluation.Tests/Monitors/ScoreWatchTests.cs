using System.Text.Json;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Suites;
using Assize.Evaluation.Tests.Drift;

namespace Assize.Evaluation.Tests.Monitors;

public sealed class ScoreWatchTests
{
    [Fact]
    public void AMonitorRunsTheDetectorsThatGoOverARecordedStream()
    {
        var ledger = MonitorLedger.Begin(SomeMonitor.Spec());
        var samples = Enumerable.Range(0, 1000).Select(i => SomeMonitor.Judged(SomeMonitor.Batch(1, i, 1).Drawn[0], i < 600 ? 0 : 1)).ToArray();
        var baseline = BaselineScores.Of(new("support-1"), new(1, 5), [.. samples.Take(200).Select(sample => new BaselineScore(sample.Slice, sample.Score!.Value))]);
        var recorded = Watch.Of(baseline, new Patience(100)) with { Seen = null, Sequence = 200 };
        var alarms = new List<Alarm>();
        foreach (var sample in samples.Skip(200))
        {
            (recorded, var found) = recorded.Observe(new Observation { Sequence = 0, Sample = sample.Sample, Slice = sample.Slice, Score = sample.Score, Time = sample.Time });
            alarms.AddRange(found);
        }

        var monitored = ledger.Fed(0, 600).Fed(600, 400, worse: 1).Watch;

        Assert.Equal(Json(recorded.Detectors), Json(monitored.Drift!.Detectors));
        Assert.Equal(["mixture", "slices"], recorded.Detectors.Select(detector => detector.Kind()));
        Assert.Equal(alarms[0].Sequence, monitored.Alarms.All[0].Alarm.Sequence);
    }

    [Fact]
    public void ASliceThatFallsIsNamed()
    {
        var watch = MonitorLedger.Begin(SomeMonitor.Spec()).Fed(0, 600).Fed(600, 400, worse: 1).Watch;

        var alarm = Assert.Single(watch.Alarms.All);
        Assert.Equal([new Slice("language=de")], alarm.Alarm.Slices);
        Assert.Equal(SomeMonitor.Start.ToUnixTimeSeconds(), alarm.Explanation.SinceTime!.Value.ToUnixTimeSeconds());
    }

    [Fact]
    public void AnotherSliceRingsByItself()
    {
        var baseline = SomeStream.Baseline();
        var watch = Watch.Of(baseline, new Patience(100));
        var explanation = new Explanation { Since = 1, Scores = 0, Before = 0, After = 0, Slices = [], Examples = [] };
        Alarm Of(Direction direction, params Slice[] slices) => new() { Detector = "slices", Sequence = 1, Sample = new("s"), Threshold = 1, Evidence = 1, Direction = direction, Slices = [.. slices] };
        AlarmBook Raised(AlarmBook book, Alarm alarm) => book.Raise(alarm, explanation, watch, SomeMonitor.Start);
        var (de, fr) = (new Slice("de"), new Slice("fr"));

        var all = Raised(new AlarmBook(), Of(Direction.Drop));
        var named = Raised(all, Of(Direction.Drop, de));
        var other = Raised(named, Of(Direction.Drop, fr));

        Assert.Equal([de], Assert.Single(named.All).Alarm.Slices);
        Assert.Equal([[de], [fr]], other.All.Select(alarm => alarm.Alarm.Slices.ToArray()));
        Assert.Equal(2, Raised(other, Of(Direction.Drop)).All.Length);
        Assert.Equal(3, Raised(other, Of(Direction.Rise)).All.Length);
        Assert.Equal(3, Raised(other, Of(Direction.Drop) with { Stream = AlarmSource.Anchors }).All.Length);
        Assert.Equal(2, Raised(other, Of(Direction.Drop) with { Stream = AlarmSource.Corrected }).All.Length);
    }

    [Fact]
    public void AMonitorThatBeginsSaysWhatItWillSee()
    {
        var begun = MonitorPlan.Of(MonitorLedger.Begin(SomeMonitor.Spec()));
        var watching = MonitorPlan.Of(MonitorLedger.Begin(SomeMonitor.Spec()).Fed(0, 300));
        var paceless = SomeMonitor.Definition with { Alarm = new AlarmSettings() };

        Assert.StartsWith("Until the baseline is made, by a usual spread of scores", begun[0], StringComparison.Ordinal);
        Assert.Contains("At 100 judged samples a day a drop of 0.4 points is found in about", begun[2], StringComparison.Ordinal);
        Assert.Equal(2, watching.Length);
        Assert.Empty(MonitorPlan.Of(MonitorLedger.Begin(SomeMonitor.Spec(paceless))));
    }

    private static string[] Json(IEnumerable<Detector> detectors) => [.. detectors.Select(detector => JsonSerializer.Serialize(detector, EvaluationJson.Plain.Detector))];
}
