using Assize.Evaluation.Drift;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Suites;
using Assize.Evaluation.Tests.Drift;

namespace Assize.Evaluation.Tests.Monitors;

/// <summary>A baseline that is given up, a judge that was bridged to, and what is said afterwards.</summary>
public sealed class RebaselineTests
{
    private static readonly Acknowledgement Word = new(AlarmState.Resolved, "ann", "the new tone is meant", Rebaseline: true);

    [Fact]
    public void TheSameWordSentAgainGivesNoBaselineUp()
    {
        var ledger = Drifting();
        var making = ledger.Acknowledge(1, Word, SomeMonitor.Start).Fed(5000, 100);
        var again = making.Acknowledge(1, Word, SomeMonitor.Start);
        var made = making.Fed(5100, 150);
        var later = made.Acknowledge(1, Word, SomeMonitor.Start);

        Assert.Equal((100, 100), (making.Watch.Learning.Scores.Count, again.Watch.Learning.Scores.Count));
        Assert.Equal((2, made.Watch.Baseline!.Id), (later.Watch.Baselines, later.Watch.Baseline!.Id));
        // Another word is meant.
        Assert.Null(made.Acknowledge(1, Word with { Note = "and that too" }, SomeMonitor.Start).Watch.Baseline);
    }

    [Fact]
    public void AnAlarmThatWasHeldAgainstAnotherBaselineIsNoReasonToBeSilent()
    {
        var (book, first) = (new AlarmBook(), Explained());
        var watch = Watch.Of(SomeStream.Baseline(), new Patience(100));
        book = book.Raise(SomeMonitor.Drop(5), first, watch, SomeMonitor.Start);
        book = book.Raise(SomeMonitor.Drop(9), first, watch, SomeMonitor.Start);
        var other = watch with { Baseline = watch.Baseline with { Id = new("another") } };

        Assert.Equal((1, 1), (book.All.Length, book.All[0].Repeats));
        Assert.Equal(["b", "another"], book.Raise(SomeMonitor.Drop(20), first, other, SomeMonitor.Start).All.Select(alarm => alarm.Baseline.Value));
        Assert.Equal(2, book.Raise(SomeMonitor.Drop(20), _ => first, 1, other, SomeMonitor.Start).All.Length);
    }

    [Theory]
    [InlineData(AlarmSource.Production)]
    [InlineData(AlarmSource.Corrected)]
    public void AnExplanationKnowsByHowMuchTheJudgeMoved(AlarmSource stream)
    {
        // The judge gives a point less, and the product became better by half a point: what the scores should be is a point less too.
        var (a, b) = (new Slice("plan=a"), new Slice("plan=b"));
        var plain = BaselineScores.Of(new("b"), new Scale(1, 5), [.. Enumerable.Range(0, 200).Select(i => new BaselineScore(i % 2 == 0 ? a : b, (i % 2 == 0 ? 4 : 3) + i / 2 % 2))]);
        var watch = Watch.Of(stream is AlarmSource.Production ? plain.Bridged(new("other"), new Shift(-1, 0.1)) : plain, new Patience(100));
        if (stream is AlarmSource.Corrected)
        {
            watch = watch with { Track = Enumerable.Range(0, 20).Aggregate(new AnchorTrack(), (track, i) => track.Add(new AnchorJudgement(i + 1, 1, new($"item {i % 10}"), -1))) };
        }

        RecentScore[] recent = [.. Enumerable.Range(0, 100).Select(i => new RecentScore(100 + i, new($"s{i}"), i % 2 == 0 ? a : b, (i % 2 == 0 ? 3.5 : 2.5) + i / 2 % 2, 0))];
        var told = Explanation.Of(SomeMonitor.Drop(100) with { Direction = Direction.Rise, Stream = stream }, watch, recent, ["plan"]);

        Assert.Equal((3.0, 3.5), (told.Before, told.After), (x, y) => Math.Abs(x.Item1 - y.Item1) < 1e-9 && Math.Abs(x.Item2 - y.Item2) < 1e-9);
        Assert.All(told.Slices, slice => Assert.Equal(0.25, slice.Within, 9));
        Assert.Equal(3.5, told.Shown.First(example => example.Slice == told.Shown[0].Slice).Expected!.Value + (told.Shown[0].Slice == a ? 0 : 1), 9);
        var unsure = told.Slices[0].ChangeHigh - told.Slices[0].ChangeLow;
        var sure = Explanation.Of(SomeMonitor.Drop(100) with { Direction = Direction.Rise }, Watch.Of(plain, new Patience(100)), recent, ["plan"]).Slices[0] is var known ? known.ChangeHigh - known.ChangeLow : null;
        Assert.Equal(stream is AlarmSource.Production, unsure > sure + 1e-9);
    }

    [Fact]
    public void TheRubricIsTheSameWhoeverIsOnThePanel()
    {
        var panel = Judges.SomeTrial.Panel;
        RubricHash Of(PanelJudge judge) => SomeMonitor.Spec(SomeMonitor.Definition with { Judge = judge }).Rubric;

        Assert.Equal(Of(panel), Of(panel with { Members = [.. panel.Members.Reverse()] }));
        Assert.NotEqual(Of(panel), Of(panel with { Instructions = "Be strict." }));
    }

    [Fact]
    public void ASampleWithoutAVerdictDoesNotWaitForOne()
    {
        var ledger = MonitorLedger.Begin(SomeMonitor.Spec());
        var (taken, fresh) = ledger.Take(SomeMonitor.Batch(1, 0, 1), SomeMonitor.Start);
        var unscored = taken.Record(1, [SomeMonitor.Judged(fresh[0]) with { Score = null, Unscored = Reason.Unparsed }], SomeMonitor.Start.AddMinutes(1));

        Assert.NotNull(taken.Watchdog.WaitingSince);
        Assert.Null(unscored.Watchdog.WaitingSince);
    }

    [Fact]
    public void ThePlanBeforeThereIsABaselineReckonsWithTheBandThatItWillHave()
    {
        var definition = SomeMonitor.Definition with { Baseline = new BaselineSettings { Scores = 500 }, Alarm = new AlarmSettings { PerDay = 5000, Days = 90 } };
        var planned = MonitorPlan.Of(MonitorLedger.Begin(SomeMonitor.Spec(definition)));
        // The same spread, and as many scores as are to come.
        var made = Baseline.Known(new("b"), new Scale(1, 5), 3, 0.8);
        made = made with { Count = 500, Mean = made.Mean with { Error = 0.2 / Math.Sqrt(500) }, Slices = new SliceTable([made.Slices.All[0] with { Count = 500 }]) };
        var known = Planning.Of(Watch.Of(made, new Patience(5000, 90)))!.Sentences();

        Assert.Equal(known, planned.Skip(1));
        Assert.Contains("4,700", planned[1], StringComparison.Ordinal);
    }

    private static MonitorLedger Drifting()
    {
        var ledger = MonitorLedger.Begin(SomeMonitor.Spec()).Fed(0, 600);
        for (var from = 600; ledger.Watch.Alarms.All.IsEmpty; from += 10)
        {
            Assert.True(from < 3000, "no alarm was raised");
            ledger = ledger.Fed(from, 10, worse: 4);
        }

        return ledger;
    }

    private static Explanation Explained() => new() { Since = 5, Scores = 50, Before = 4, After = 3.5, Slices = [], Examples = [] };
}
