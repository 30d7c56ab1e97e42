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
            yield return $"  Explained by {cause.Slice}, which moved further than the rest: {Within(cause)} of the change of {Figures.Number(alarm.MeanAfter - alarm.MeanBefore, 2)}";
        }

        if (alarm.Parts.Count > 0)
        {
            yield return "  By values, and pairs of values, of the properties (p after Holm):";
            foreach (var part in alarm.Parts.Take(MostSlices))
            {
                yield return $"    {Line(part)}{(part.HasP ? $", {Figures.P(part.P)}" : "")}";
            }
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

    private static string Line(V1.SliceChange slice) =>
        $"{slice.Slice}: {Mean(slice.HasMeanBefore, slice.MeanBefore)} to {Mean(slice.HasMeanAfter, slice.MeanAfter)}, share {Figures.Share(slice.ShareBefore)} to {Figures.Share(slice.ShareAfter)}; within {Within(slice)}, mix {Figures.Number(slice.Mix, 2)}";

    private static string Within(V1.SliceChange slice) =>
        $"{Figures.Number(slice.Within, 2)}{(slice.HasWithinLow ? $" (95 % interval {Figures.Number(slice.WithinLow, 2)} to {Figures.Number(slice.WithinHigh, 2)})" : "")}";

    private static string Example(V1.ExampleScore example) =>
        $"{example.Sample} ({Figures.Number(example.Score, 2)}{(example.HasBefore ? $"; before {example.Before}, {Figures.Number(example.ScoreBefore, 2)}" : "")})";

    private static string Mean(bool has, double mean) => has ? Figures.Number(mean, 2) : Figures.None;
}
