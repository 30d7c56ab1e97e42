using Assize.Cli.Reports;

namespace Assize.Cli.Monitors;

/// <summary>What traffic says of itself, as a person reads it on a terminal.</summary>
internal static class TrafficText
{
    /// <summary>The latest day, and the one before beside it; none where traffic says nothing of itself.</summary>
    public static IEnumerable<string> Lines(V1.Monitor monitor)
    {
        foreach (var day in monitor.Days.Skip(monitor.Days.Count - 2).Reverse())
        {
            string[] told = [.. new[]
            {
                Figure("feedback", day.Feedback, "", 2), Figure("latency", day.LatencyMs, " ms", 0), Figure("cost", day.Cost, " each", 4),
            }.OfType<string>()];
            if (told.Length > 0)
            {
                yield return $"On {day.Day}: {Figures.Plural(day.Interactions, "interaction", "interactions")}; {string.Join(", ", told)}";
            }
        }
    }

    private static string? Figure(string name, V1.TrafficFigure? figure, string unit, int places) => figure is null ? null
        : $"{name} {Figures.Number(figure.Mean, places)}{unit}{(figure.HasStandardError ? $" ± {Figures.Number(figure.StandardError, places)}" : "")} (of {Figures.Count(figure.Values)})";
}
