using System.Text.Json;
using System.Text.Json.Nodes;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Monitors;

namespace Assize.Evaluation.Tests.Monitors;

/// <summary>A monitor's baseline as an object: whose scores, by what, from when, and by whose word.</summary>
public sealed class MonitorBaselineTests
{
    private static readonly DateTimeOffset Now = SomeMonitor.Start.AddDays(30);

    private static MonitorSpec Asking(string question) => SomeMonitor.Spec(SomeMonitor.Definition with
    {
        Judge = ((ScoreJudge)SomeMonitor.Definition.Judge) with { Asked = [((ScoreJudge)SomeMonitor.Definition.Judge).Asked[0] with { Question = question }] },
    });

    [Fact]
    public void ABaselineKnowsItsJudgeItsRubricAndItsDays()
    {
        var baseline = MonitorLedger.Begin(SomeMonitor.Spec()).Fed(0, 210).Watch.Baseline!;

        Assert.Equal(("support-1", SomeMonitor.Spec().Judge, SomeMonitor.Spec().Rubric, 200L), (baseline.Id.Value, baseline.Judge!.Value, baseline.Rubric!.Value, baseline.Count));
        Assert.Equal((SomeMonitor.Start, SomeMonitor.Start.AddMinutes(190)), (baseline.From!.Value, baseline.Until!.Value));
        Assert.Equal(["language=de", "language=en"], baseline.Slices.All.Select(slice => slice.Slice.Value));
        Assert.Null(baseline.Accepted);
        Assert.Equal(baseline.Rubric, MonitorLedger.Begin(SomeMonitor.Spec(SomeMonitor.Definition with { Baseline = new BaselineSettings { Known = new KnownScores(3, 1) } })).Watch.Baseline!.Rubric);
    }

    [Fact]
    public void ARubricIsWhatIsAskedAndNotWhoIsAsked()
    {
        var judge = (ScoreJudge)SomeMonitor.Definition.Judge;
        var rubric = SomeMonitor.Spec().Rubric;

        Assert.Equal(rubric, SomeMonitor.Spec(SomeMonitor.Definition with { Judge = judge with { Name = new("other"), Model = new("another") } }).Rubric);
        Assert.NotEqual(rubric, Asking("Does it help at all?").Rubric);
        Assert.NotEqual(rubric, SomeMonitor.Stricter.Rubric);
        Assert.NotEqual(rubric, SomeMonitor.Spec(SomeMonitor.Definition with { Judge = judge with { Asked = [judge.Asked[0] with { Scale = new Scale(1, 7) }] } }).Rubric);
    }

    [Fact]
    public void ScoresByAnotherRubricAreRefusedWithoutABridgeAndSayWhy()
    {
        var ledger = MonitorLedger.Begin(SomeMonitor.Spec()).Fed(0, 210);

        var refused = Assert.Throws<EvaluationException>(() => ledger.Update(Asking("Is it polite?"), rebaseline: false, Now)).Mistakes;

        Assert.Contains("--rebaseline", refused[0].Suggestion, StringComparison.Ordinal);
        Assert.Contains($"Scores by rubric '{Asking("Is it polite?").Rubric}' cannot be compared with baseline 'support-1'", refused[1].What, StringComparison.Ordinal);

        var baseline = ledger.Watch.Baseline!;
        Assert.Single(baseline.Check(baseline.Judge, new RubricHash("another")));
        Assert.Empty(baseline.Bridged(new("new judge"), new Shift(0.1, 0.01)).Check(new JudgeVersion("new judge"), new RubricHash("another")));
    }

    [Fact]
    public void ABaselineThatSomebodyWantedSaysWhoWhenAndWhatFor()
    {
        var drifted = MonitorLedger.Begin(SomeMonitor.Spec()).Fed(0, 600).Fed(600, 400, worse: 1);
        var wanted = drifted.Acknowledge(1, new Acknowledgement(AlarmState.Resolved, "ann", "the new tone is meant", Rebaseline: true), Now).Fed(1000, 400, worse: 1);

        Assert.Equal(("support-2", new Acceptance(Now, "ann", "the new tone is meant")), (wanted.Watch.Baseline!.Id.Value, wanted.Watch.Baseline.Accepted));
        Assert.Equal(new Acceptance(Now, null, ""), drifted.Update(SomeMonitor.Stricter, rebaseline: true, Now).Fed(1000, 400).Watch.Baseline!.Accepted);
        Assert.Equal("support-1", drifted.Watch.Alarms.All[0].Baseline.Value);
    }

    [Fact]
    public void ABaselineOfBeforeThatIsReadWithWhatItDoesNotKnow()
    {
        var stored = JsonNode.Parse(JsonSerializer.Serialize(MonitorLedger.Begin(SomeMonitor.Spec()).Fed(0, 210), EvaluationJson.Plain.MonitorLedger))!;
        Assert.True(stored["watch"]!["drift"]!["baseline"]!.AsObject().Remove("rubric"));
        Assert.True(stored.AsObject().Remove("held"));

        var read = stored.Deserialize<MonitorLedger>(EvaluationJson.Stored)!;

        Assert.Equal((null, null, 0), (read.Watch.Baseline!.Rubric, read.Watch.Baseline.Accepted, read.Held.Length));
        Assert.Empty(read.Watch.Baseline.Check(SomeMonitor.Spec().Judge, SomeMonitor.Spec().Rubric));
        Assert.Equal(211, read.Fed(210, 1).Watch.Sequence - 9);
    }
}
