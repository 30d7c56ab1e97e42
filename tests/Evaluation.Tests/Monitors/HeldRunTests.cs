using Assize.Evaluation.Models;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Schedules;

namespace Assize.Evaluation.Tests.Monitors;

/// <summary>Which runs a monitor's ledger names as held, and what it says of one that is gone.</summary>
public sealed class HeldRunTests
{
    private static readonly DateTimeOffset Now = SomeMonitor.Start;

    [Fact]
    public void ABaselineRunIsNamedBeforeItIsHeldAndUntilItIsLetGo()
    {
        var ledger = MonitorLedger.Begin(Spec("first"));
        var held = ledger.Holding();

        Assert.Equal((new HeldRun(new("nightly"), new("first")), 0), (ledger.WantedRun(), ledger.Held.Length));
        Assert.Equal([new HeldRun(new("nightly"), new("first"))], held.Held);
        Assert.Same(held, held.Holding());
        Assert.Empty(held.UnwantedRuns());

        var other = held.Update(Spec("second"), rebaseline: false, Now).Holding();
        Assert.Equal(["first", "second"], other.Held.Select(run => run.Run.Value));
        Assert.Equal([new HeldRun(new("nightly"), new("first"))], other.UnwantedRuns());
        Assert.Equal(["second"], other.LetGo(other.UnwantedRuns()[0]).Held.Select(run => run.Run.Value));

        var none = other.Update(SomeMonitor.Spec(), rebaseline: false, Now);
        Assert.Equal((null, 2), (none.WantedRun(), none.UnwantedRuns().Length));
    }

    [Fact]
    public void ABaselineRunThatIsGoneIsATroubleThatSaysWhatToDo()
    {
        var lost = MonitorLedger.Begin(Spec("first")).BaselineLost(new("first"));

        var trouble = Assert.Single(lost.Troubles(Now));
        Assert.Equal(
            "The benchmark compares nothing: its baseline run first is not kept any more. Name another run under benchmark.baseline and apply the file; assize runs --suite nightly lists them.", trouble);
        Assert.Equal(WatchdogTrouble.NoBaselineRun, Assert.Single(lost.Tend(Now).Watch.Alarms.Watchdogs).Trouble);
        Assert.Null(lost.WantedRun());
        Assert.Empty(lost.Update(Spec("second"), rebaseline: false, Now).Troubles(Now));
        Assert.Same(lost, lost.BaselineLost(new("first")));
        var begun = MonitorLedger.Begin(Spec("first"));
        Assert.Same(begun, begun.BaselineLost(new("another")));
    }

    private static MonitorSpec Spec(string baseline) => SomeMonitor.Spec(SomeMonitor.Definition with
    {
        Benchmark = new BenchmarkSettings { Suite = new("nightly"), Baseline = new(baseline), Schedule = Schedule.Daily },
    }) with { Benchmark = new BenchmarkSource(new("nightly"), new("v"), new("assistant"), ModelCards.None, "test") };
}
