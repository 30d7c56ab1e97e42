using System.Collections.Immutable;
using Assize.Evaluation.Statistics;

namespace Assize.Evaluation.Monitors;

/// <summary>The runs of a scheduled benchmark, and what the gate said of each.</summary>
public sealed record BenchmarkBook
{
    /// <summary>Results kept; the oldest go first.</summary>
    public const int Most = 50;

    /// <summary>Runs begun so far; the number of the last one.</summary>
    public long Runs { get; init; }

    /// <summary>When the next run is due.</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>The run under way; while there is one, no other is begun.</summary>
    public BenchmarkRun? Open { get; init; }

    /// <summary>The run that others are compared with; null before there is one.</summary>
    public RunId? Baseline { get; init; }

    /// <summary>Whether that run is not kept any more, so that nothing can be compared.</summary>
    public bool Lost { get; init; }

    /// <summary>What the runs have shown together; nothing where the stored ledger is older than that.</summary>
    public BenchmarkEvidence Evidence { get; init; } = new();

    public ImmutableArray<BenchmarkResult> Results { get; init; } = [];

    /// <summary>Begins the next run where one is due: one for all that were missed. The first is due at once where nothing is there to compare with, else by the schedule.</summary>
    public BenchmarkBook Next(MonitorSpec spec, DateTimeOffset now)
    {
        if (Open is not null || (Due ?? (Baseline is null ? now : spec.Definition.Benchmark!.Schedule.Next(spec.Changed))) > now)
        {
            return this;
        }

        return this with { Runs = Runs + 1, Open = BenchmarkRun.Of(spec, Runs + 1, now) };
    }

    /// <summary>Notes that the suite has taken the run under way in: whoever does not find it there from now on may take it for removed.</summary>
    public BenchmarkBook Taken(BenchmarkRun run) => Open is { } open && open == run ? this with { Open = open with { Started = true } } : this;

    /// <summary>The book where a benchmark is given other settings for the same comparison: the runs go on, and evidence begins anew where it was held against another promise.</summary>
    public BenchmarkBook Under(MonitorSpec before, MonitorSpec spec, DateTimeOffset now)
    {
        var (old, settings) = (before.Definition.Benchmark!, spec.Definition.Benchmark!);
        var (oldAlarm, alarm) = (before.Definition.Alarm, spec.Definition.Alarm);
        return (old with { DetectorOnly = settings.DetectorOnly }) == settings && (oldAlarm.Days, oldAlarm.DropWeight) == (alarm.Days, alarm.DropWeight)
            ? this
            : this with { Evidence = Evidence.Anew(), Due = Due is null || old.Schedule == settings.Schedule ? Due : settings.Schedule.Next(now) };
    }

    /// <summary>Without a baseline run: the next complete one is the baseline.</summary>
    public BenchmarkBook Anew() => this with { Baseline = null, Lost = false, Evidence = Evidence.Anew() };

    /// <summary>Notes what a run came to; the first complete one becomes the baseline where none was named.</summary>
    public BenchmarkBook Done(MonitorSpec spec, BenchmarkResult result, bool complete, DateTimeOffset now) => this with
    {
        Open = null,
        Due = spec.Definition.Benchmark!.Schedule.After(Due, now),
        Baseline = Baseline ?? (complete ? result.Run : null),
        Results = [.. Results.Skip(Results.Length - Most + 1), result],
    };
}

/// <summary>What a benchmark's run came to.</summary>
/// <param name="Lines">What the gate says, by criterion; none where nothing was compared.</param>
/// <param name="Why">Why nothing was compared; null where something was.</param>
public sealed record BenchmarkResult(long Number, RunId Run, DateTimeOffset At, ImmutableArray<BenchmarkLine> Lines, string? Why)
{
    /// <summary>Fail where any criterion fails, else undecided where any is; null where nothing was compared.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public GateVerdict? Verdict => Lines.IsEmpty ? null
        : Lines.Any(line => line.Verdict is GateVerdict.Fail) ? GateVerdict.Fail
        : Lines.Any(line => line.Verdict is GateVerdict.Undecided) ? GateVerdict.Undecided : GateVerdict.Pass;
}
