using Assize.Cli.Reports;

namespace Assize.Cli.Monitors;

/// <summary>What explains an alarm, as a person reads it on a terminal.</summary>
internal static class ExplanationText
{
    private const int MostSlices = 5;

    public static IEnumerable<string> Lines(V1.MonitorAlarm alarm)
    {
        foreach (var slice in alarm.Slices.Take(MostSlices))
        {
            yield return $"  {Line(slice)}";
        }

        if (alarm.Cause is { } cause)
        {
            yield return $"  Explained by {cause.Slice}, which moved further than the rest: {Mean(cause.HasMeanBefore, cause.MeanBefore)} to {Mean(cause.HasMeanAfter, cause.MeanAfter)}{(cause.HasScores ? $" in {Figures.Plural(cause.Scores, "score", "scores")}" : "")}, within {Within(cause)}";
        }

        if (alarm.Parts.Count > 0)
        {
            yield return "  By values, and pairs of values, of the properties (p after Holm):";
            foreach (var part in alarm.Parts.Take(MostSlices))
            {
                yield return $"    {Line(part)}{(part.HasP ? $", {Figures.P(part.P)}" : "")}";
            }
        }

        if (alarm.Criteria.Count > 0)
        {
            yield return $"  Other criteria (p after Holm): {string.Join("; ", alarm.Criteria.Select(Criterion))}";
        }

        if (alarm.Distances is { } distances)
        {
            yield return $"  {Distances(distances)}";
        }

        if (alarm.Shown.Count > 0)
        {
            yield return $"  Examples: {string.Join(", ", alarm.Shown.Select(Example))}";
        }
        else if (alarm.Examples.Count > 0)
        {
            yield return $"  Examples: {string.Join(", ", alarm.Examples)}";
        }
    }

    /// <summary>The sentence of <c>assize drift</c>.</summary>
    public static string Distances(V1.ScoreDistances told) =>
        $"Scores against the baseline (descriptions, never alarms), {Figures.Count(told.Scores)} of them: PSI {Figures.Number(told.Psi, 3)} (sampling alone {Figures.Number(told.PsiBySampling, 3)}), Jensen-Shannon distance {Figures.Number(told.JensenShannon, 3)} ({Figures.Number(told.JensenShannonBySampling, 3)}), Wasserstein {Figures.Number(told.Wasserstein, 3)} points ({Figures.Number(told.WassersteinBySampling, 3)})";

    /// <summary>Null where only the usual detectors watch, of which the monitor's evidence tells.</summary>
    public static string? Detectors(V1.Monitor monitor) => monitor.Definition.Alarm is not { Detectors.Count: > 0 } || monitor.Detectors.Count == 0 ? null
        : $"Watching: {string.Join(", ", monitor.Detectors.Select(one => $"{one.Detector} at {Figures.Share(Math.Min(1, one.Level))} of its threshold"))}";

    private static string Line(V1.SliceChange slice) =>
        $"{slice.Slice}: {Mean(slice.HasMeanBefore, slice.MeanBefore)} to {Mean(slice.HasMeanAfter, slice.MeanAfter)}, share {Figures.Share(slice.ShareBefore)} to {Figures.Share(slice.ShareAfter)}; within {Within(slice)}, mix {Figures.Number(slice.Mix, 2)}";

    private static string Within(V1.SliceChange slice) =>
        $"{Figures.Number(slice.Within, 2)}{(slice.HasWithinLow ? $" (95 % interval {Figures.Number(slice.WithinLow, 2)} to {Figures.Number(slice.WithinHigh, 2)})" : "")}";

    private static string Criterion(V1.CriterionShift told) =>
        $"{told.Criterion} {Figures.Number(told.MeanBefore, 2)} to {Figures.Number(told.MeanAfter, 2)}, by slice {Figures.Number(told.Shift, 2)} (95 % interval {Figures.Number(told.ShiftLow, 2)} to {Figures.Number(told.ShiftHigh, 2)}), {Figures.P(told.P)}";

    private static string Example(V1.ExampleScore example) =>
        $"{example.Sample} ({Figures.Number(example.Score, 2)}{(example.HasBefore ? $"; before {example.Before}, {Figures.Number(example.ScoreBefore, 2)}" : "")})";

    private static string Mean(bool has, double mean) => has ? Figures.Number(mean, 2) : Figures.None;
}
