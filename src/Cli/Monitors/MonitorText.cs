using Assize.Cli.Commands;
using Assize.Cli.Reports;
using Google.Protobuf;

namespace Assize.Cli.Monitors;

/// <summary>Monitors and alarms as a person reads them on a terminal, or as JSON.</summary>
internal static class MonitorText
{
    private const int MostSlices = 5;

    public static string Word(V1.MonitorState state) => state switch
    {
        V1.MonitorState.Learning => "learning",
        V1.MonitorState.Watching => "watching",
        V1.MonitorState.Drifting => "drifting",
        V1.MonitorState.Paused => "paused",
        _ => "unknown",
    };

    public static void Write(V1.Monitor monitor, OutputForm form) => Write(monitor, Lines(monitor), form);

    public static void Write(V1.MonitorAlarm alarm, OutputForm form) => Write(alarm, Lines(alarm), form);

    public static IEnumerable<string> Lines(V1.Monitor monitor)
    {
        var counts = monitor.Counts;
        yield return $"{monitor.Definition.Name}: {Word(monitor.State)}, revision {Figures.Count(monitor.Revision)}";
        yield return $"Traffic: {Figures.Count(counts.Seen)} seen, {Figures.Count(counts.Drawn)} drawn ({Figures.Number(counts.Expected, 1)} expected), {Figures.Count(counts.RepeatedSamples)} repeated, {Figures.Count(counts.Late)} late, {Figures.Count(counts.OverBudget)} over budget, {Figures.Count(counts.Thinned)} thinned";
        if (monitor.Definition.Conversations is not null)
        {
            yield return $"Conversations: {Figures.Count(counts.OpenConversations)} open, {Figures.Count(counts.CutConversations)} cut, {Figures.Count(counts.LostConversations)} lost";
        }

        var unscored = counts.Unscored.Count == 0 ? "" : $" ({string.Join(", ", counts.Unscored.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => $"{one.Key} {Figures.Count(one.Value)}"))})";
        yield return $"Judged: {Figures.Count(counts.Scored)} scored, {Figures.Count(counts.Unscored.Values.Sum())} unscored{unscored}, {Figures.Count(counts.Pending)} pending, {Figures.Count(counts.Unplaced)} in slices without a baseline";
        yield return monitor.HasBaselineMean
            ? $"Baseline: mean {Figures.Number(monitor.BaselineMean, 2)} {(monitor.BaselineScores > 0 ? $"of {Figures.Count(monitor.BaselineScores)} scores" : "as given")}; evidence at {Figures.Share(Math.Min(1, monitor.Level))} of the threshold"
            : $"Baseline: {Figures.Count(monitor.BaselineScores)} of {Figures.Count(monitor.Definition.Baseline.Scores)} scores; no alarm can be raised yet";
        if (monitor.ExpectedFalseAlarms.Length > 0)
        {
            yield return monitor.ExpectedFalseAlarms;
        }

        if (monitor.StandingAlarms > 0)
        {
            yield return $"{Figures.Plural(monitor.StandingAlarms, "alarm stands", "alarms stand")}: assize monitor alarms {monitor.Definition.Name}";
        }

        foreach (var trouble in monitor.Troubles)
        {
            yield return $"Trouble: {trouble}";
        }
    }

    public static IEnumerable<string> Lines(V1.MonitorAlarm alarm)
    {
        var direction = alarm.Direction is V1.AlarmDirection.Drop ? "drop" : "rise";
        var channel = alarm.Channel is V1.AlarmChannel.Mean ? "the mean" : "the share of very low scores";
        var state = alarm.State switch { V1.AlarmState.Open => "open", V1.AlarmState.Acknowledged => "acknowledged", _ => "resolved" };
        yield return $"{alarm.Monitor}, alarm {Figures.Count(alarm.Number)}: {direction} of quality, seen in {channel} ({state}, {Figures.Time(alarm.RaiseTime.ToDateTimeOffset())})";
        yield return $"  Mean {Figures.Number(alarm.MeanBefore, 2)} before, {Figures.Number(alarm.MeanAfter, 2)} in the {Figures.Count(alarm.Scores)} scores since the change{(alarm.HasChangedAt ? $" at score {Figures.Count(alarm.ChangedAt)}" : "")}; evidence {Figures.Number(alarm.Evidence, 0)} over threshold {Figures.Number(alarm.Threshold, 0)}";
        foreach (var slice in alarm.Slices.Take(MostSlices))
        {
            yield return $"  {slice.Slice}: {Mean(slice.HasMeanBefore, slice.MeanBefore)} to {Mean(slice.HasMeanAfter, slice.MeanAfter)}, share {Figures.Share(slice.ShareBefore)} to {Figures.Share(slice.ShareAfter)}; within {Figures.Number(slice.Within, 2)}, mix {Figures.Number(slice.Mix, 2)}";
        }

        yield return $"  Examples: {string.Join(", ", alarm.Examples)}";
        yield return $"  Judge or product: {alarm.Verdict}. {alarm.ExpectedFalseAlarms}";
        foreach (var change in alarm.History.Where(change => change.State is not V1.AlarmState.Open))
        {
            yield return $"  {(change.State is V1.AlarmState.Resolved ? "Resolved" : "Acknowledged")} by {(change.By.Length > 0 ? change.By : "nobody named")}{(change.Note.Length > 0 ? $": {change.Note}" : "")}";
        }
    }

    private static string Mean(bool has, double mean) => has ? Figures.Number(mean, 2) : Figures.None;

    private static void Write(IMessage message, IEnumerable<string> lines, OutputForm form)
    {
        if (form is not OutputForm.Table)
        {
            Console.Out.WriteLine(JsonFormatter.Default.Format(message));
            return;
        }

        foreach (var line in lines)
        {
            Console.Out.WriteLine(Terminal.Clean(line));
        }
    }
}
