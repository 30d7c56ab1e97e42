using System.Globalization;
using Assize.Cli.Commands;
using Assize.Cli.Reports;

namespace Assize.Cli.Monitors;

/// <summary>What came of a definition that was held against a monitor's stored scores, as a person reads it.</summary>
internal static class StoredBacktest
{
    public static IEnumerable<string> Lines(string monitor, V1.BacktestMonitorResponse told)
    {
        yield return told.Scores == 0
            ? $"{monitor}: there is no score since its baseline."
            : $"{monitor}, held against {Figures.Plural(told.Scores, "stored score", "stored scores")} of {Day(told.FromTime)} to {Day(told.UntilTime)}. No model is asked, and it costs nothing.";
        yield return $"Baseline: mean {Figures.Number(told.BaselineMean, 2)}, the monitor's own";
        yield return told.ExpectedFalseAlarms;
        foreach (var line in told.Planning)
        {
            yield return line;
        }

        if (told.Scores > 0 && told.Alarms.Count == 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"No alarm. Evidence is at {Figures.Share(Math.Min(1, told.Level))} of the threshold.");
        }

        foreach (var line in told.Alarms.SelectMany(MonitorText.Lines))
        {
            yield return line;
        }
    }

    /// <summary>0 no alarm, 1 alarm, 2 inconclusive.</summary>
    public static int Code(V1.BacktestMonitorResponse told) => told.Scores == 0 ? ExitCode.Inconclusive : told.Alarms.Count == 0 ? ExitCode.Done : ExitCode.GateFailed;

    private static string Day(Google.Protobuf.WellKnownTypes.Timestamp time) => time.ToDateTimeOffset().ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);
}
