using System.Text.Json;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Tests.Drift;

namespace Assize.Evaluation.Tests.Monitors;

public sealed class AlarmSettingsTests
{
    private static readonly MonitorDefinition Charted = SomeMonitor.Definition with { Alarm = SomeMonitor.Definition.Alarm with { Detectors = ["adwin", "cusum", "page-hinkley"] } };

    [Fact]
    public void ChartsWatchBesideTheUsualDetectorsWhosePromiseStands()
    {
        var usual = MonitorLedger.Begin(SomeMonitor.Spec()).Fed(0, 400).Watch.Drift!;
        var charted = MonitorLedger.Begin(SomeMonitor.Spec(Charted)).Fed(0, 400).Watch.Drift!;

        Assert.Equal(["mixture", "slices", "cusum", "page-hinkley", "adwin"], charted.Detectors.Select(detector => detector.Kind()));
        Assert.Equal(usual.Detectors.Select(Json), charted.Detectors.Take(2).Select(Json));
        Assert.Equal(400 - 200, charted.Detectors[2].Scored);
        // Two charts share one promise: each is set for twice the scores.
        Assert.Equal(6000, charted.Detectors[2].Promise()!.Scores, 0);
        Assert.Equal(
            "Expected false alarms while nothing changes: by mixture and slices at most one per 30 days (3,000 judged scores); by cusum and page-hinkley about one per 30 days (3,000 judged scores), "
            + "calibrated for independent normal scores, not guaranteed; by adwin no rate of false alarms is promised.",
            FalseAlarms.Of(charted).Sentence);
    }

    [Fact]
    public void AnAlarmSaysWhatItsOwnDetectorPromisesAndAChartsSilencesNoOther()
    {
        var (baseline, patience) = (SomeStream.Baseline(), new Patience(100));
        var watch = Watch.Of(baseline, patience, detectors: Charted.Alarm.Watching(baseline, patience));
        var explanation = new Explanation { Since = 1, Scores = 0, Before = 0, After = 0, Slices = [], Examples = [] };
        AlarmBook Raised(AlarmBook book, string detector) => book.Raise(
            new Alarm { Detector = detector, Sequence = 1, Sample = new("s"), Threshold = 1, Evidence = 1, Direction = Direction.Drop }, explanation, watch, SomeMonitor.Start);

        var charts = Raised(Raised(new AlarmBook(), "cusum"), "adwin");
        var both = Raised(Raised(charts, "mixture"), "page-hinkley");

        Assert.Equal((1, "cusum", 1), (charts.All.Length, charts.All[0].Alarm.Detector, charts.All[0].Repeats));
        Assert.Equal(["cusum", "mixture"], both.All.Select(alarm => alarm.Alarm.Detector));
        Assert.Equal("Expected false alarms: about one per 30 days (3,000 judged scores) while nothing changes; calibrated for independent normal scores, not guaranteed.", both.All[0].Expected);
        Assert.Equal("Expected false alarms: at most one per 30 days (3,000 judged scores) while nothing changes.", both.All[1].Expected);
        Assert.Equal("Expected false alarms: no rate of false alarms is promised by adwin.", Raised(new AlarmBook(), "adwin").All[0].Expected);
    }

    [Fact]
    public void OtherChartsBeginAnewAndTheSameInAnotherOrderDoNot()
    {
        var before = MonitorLedger.Begin(SomeMonitor.Spec(Charted)).Fed(0, 500);
        MonitorLedger With(params string[] detectors) => before.Update(
            before.Spec with { Definition = Charted with { Alarm = Charted.Alarm with { Detectors = [.. detectors] } } }, rebaseline: false, SomeMonitor.Start);

        Assert.Same(before.Watch.Drift, With("cusum", "page-hinkley", "adwin").Watch.Drift);
        var other = With("ewma").Watch;
        Assert.Equal(["mixture", "slices", "ewma"], other.Drift!.Detectors.Select(detector => detector.Kind()));
        Assert.Equal(0, other.Watched);
        Assert.Same(before.Watch.Baseline, other.Baseline);
    }

    [Fact]
    public void ALedgerWithChartsSurvivesSavingBitForBit()
    {
        var before = MonitorLedger.Begin(SomeMonitor.Spec(Charted)).Fed(0, 350);
        var saved = JsonSerializer.Deserialize<MonitorLedger>(JsonSerializer.Serialize(before, EvaluationJson.Plain.MonitorLedger), EvaluationJson.Stored)!;

        Assert.Equal(Text(before.Fed(350, 200, worse: 1)), Text(saved.Fed(350, 200, worse: 1)));
        Assert.Equal(before.Spec.Definition.Alarm, saved.Spec.Definition.Alarm);
        var older = JsonSerializer.Deserialize<AlarmSettings>("""{"days":7,"leastShift":0,"dropWeight":0.5,"silenceMinutes":60}""", EvaluationJson.Stored)!;
        Assert.Equal(new AlarmSettings { Days = 7 }, older);

        static string Text(MonitorLedger ledger) => JsonSerializer.Serialize(ledger.Watch, EvaluationJson.Plain.ScoreWatch);
    }

    private static string Json(Detector detector) => JsonSerializer.Serialize(detector, EvaluationJson.Plain.Detector);
}
