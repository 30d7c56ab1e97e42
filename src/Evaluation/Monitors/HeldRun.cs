using System.Collections.Immutable;

namespace Assize.Evaluation.Monitors;

/// <summary>A run that is not to be removed because a monitor's benchmark is held against it.</summary>
public sealed record HeldRun(SuiteName Suite, RunId Run);

/// <summary>Which runs a monitor needs, and which it may be holding.</summary>
public static class HeldRuns
{
    /// <summary>The run that is needed; null where none is, or it is gone.</summary>
    public static HeldRun? WantedRun(this MonitorLedger ledger) =>
        ledger is { Benchmark: { Baseline: { } run, Lost: false }, Spec.Benchmark: { } source } ? new HeldRun(source.Suite, run) : null;

    /// <summary>Runs that may be held and are not needed.</summary>
    public static ImmutableArray<HeldRun> UnwantedRuns(this MonitorLedger ledger) => ledger.WantedRun() is { } wanted ? ledger.Held.Remove(wanted) : ledger.Held;

    /// <summary>Names the run that is needed, before anybody is asked to hold it.</summary>
    public static MonitorLedger Holding(this MonitorLedger ledger) =>
        ledger.WantedRun() is { } wanted && !ledger.Held.Contains(wanted) ? ledger with { Held = ledger.Held.Add(wanted) } : ledger;

    /// <summary>Without a run that is held no more.</summary>
    public static MonitorLedger LetGo(this MonitorLedger ledger, HeldRun run) => ledger.Held.Contains(run) ? ledger with { Held = ledger.Held.Remove(run) } : ledger;
}
