using System.Collections.Immutable;
using Assize.Evaluation.Drift;

namespace Assize.Cli.Streams;

/// <summary>How a recorded stream is gone through.</summary>
internal sealed record DriftSettings
{
    /// <summary>Rows of the baseline; null for the usual number.</summary>
    public long? BaselineRows { get; init; }

    /// <summary>Where the baseline ends in time; rows before it belong to it.</summary>
    public DateTimeOffset? BaselineUntil { get; init; }

    /// <summary>Judged production samples a day; null to take it from the times of the baseline.</summary>
    public double? PerDay { get; init; }

    public double Days { get; init; } = 30;

    public double DropWeight { get; init; } = 0.5;

    /// <summary>In points.</summary>
    public double LeastShift { get; init; }

    /// <summary>Kinds of detectors; none for the usual ones.</summary>
    public ImmutableArray<string> Detectors { get; init; } = [];

    /// <summary>Whether a row lies in the baseline, by its number from 1 and its time.</summary>
    public bool InBaseline(long number, StreamRow row, long rows) => BaselineUntil is { } until
        ? row.Time < until
        : number <= (BaselineRows ?? Math.Min(2000, rows / 2));

    public ImmutableArray<Detector> Make(Baseline baseline, Patience patience) =>
        Detectors.IsEmpty ? UsualDetectors.Of(baseline, patience, LeastShift, DropWeight) : ChosenDetectors.Of(Detectors, baseline, patience, LeastShift, DropWeight);
}
