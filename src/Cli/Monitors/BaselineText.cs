using Assize.Cli.Reports;
using Google.Protobuf.WellKnownTypes;

namespace Assize.Cli.Monitors;

/// <summary>What a monitor's scores are held against, as a person reads it on a terminal.</summary>
internal static class BaselineText
{
    public static readonly string[] Columns = ["slice", "scores", "mean", "deviation", "very low"];

    /// <summary>When its scores were made, as a part of a sentence; empty where that is not known.</summary>
    public static string Dates(Timestamp? from, Timestamp? until) => from is null || until is null ? "" : $", {Figures.Time(from.ToDateTimeOffset())} to {Figures.Time(until.ToDateTimeOffset())}";

    public static IEnumerable<string> Lines(V1.Baseline baseline)
    {
        yield return $"{baseline.Id}: {(baseline.Scores > 0 ? $"{Figures.Count(baseline.Scores)} scores{Dates(baseline.FromTime, baseline.UntilTime)}" : "known numbers, not estimated")}";
        yield return $"Mean {Figures.Number(baseline.Mean, 3)} ± {Figures.Number(baseline.StandardError, 3)} on {Figures.Number(baseline.ScaleMin, 0)} to {Figures.Number(baseline.ScaleMax, 0)}, deviation {Figures.Number(baseline.Deviation, 3)} inside slices, carry-over {Figures.Number(baseline.Carry, 2)}{(baseline.HasLowCutoff ? $"; very low is {Figures.Number(baseline.LowCutoff, 2)} and below" : "")}";
        yield return $"Judge {Known(baseline.JudgeVersion)}, rubric {Known(baseline.RubricHash)}";
        if (baseline.Bridges.Count > 0)
        {
            yield return $"Also for judge {string.Join(", ", baseline.Bridges)} over a bridge{(baseline.HasBridgeShift ? $": {Figures.Number(baseline.BridgeShift, 2)} ± {Figures.Number(baseline.BridgeError, 2)} points more" : "")}";
        }

        if (baseline.Criteria.Count > 0)
        {
            yield return $"Beside it: {string.Join(", ", baseline.Criteria.Select(one => $"{one.Criterion} with mean {Figures.Number(one.Mean, 3)} and deviation {Figures.Number(one.Deviation, 3)}"))}";
        }

        if (baseline.Accepted is { } accepted)
        {
            yield return $"Wanted {Figures.Time(accepted.Time.ToDateTimeOffset())} by {(accepted.By.Length > 0 ? accepted.By : "nobody named")}{(accepted.Note.Length > 0 ? $": {accepted.Note}" : "")}";
        }
    }

    public static IEnumerable<string[]> Rows(V1.Baseline baseline) => baseline.Slices.Select(slice => new[]
    {
        slice.Pooled.Count > 0 ? $"{slice.Slice}: {string.Join(", ", slice.Pooled)}" : slice.Slice,
        Figures.Count(slice.Scores), Figures.Number(slice.Mean, 3), Figures.Number(slice.Deviation, 3), slice.HasLowShare ? Figures.Share(slice.LowShare) : Figures.None,
    });

    private static string Known(string name) => name.Length > 0 ? name : "not written down";
}
