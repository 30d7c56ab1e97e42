using Assize.Cli.Commands;
using Assize.Cli.Reports;
using Google.Protobuf;

namespace Assize.Cli.Monitors;

/// <summary>Monitors and alarms as a person reads them on a terminal, or as JSON.</summary>
internal static class MonitorText
{
    public static string Word(V1.MonitorState state) => state switch
    {
        V1.MonitorState.Learning => "learning",
        V1.MonitorState.Watching => "watching",
        V1.MonitorState.Drifting => "drifting",
        V1.MonitorState.Paused => "paused",
        V1.MonitorState.Unreachable => "unreachable",
        _ => "unknown",
    };

    public static void Write(V1.Monitor monitor, OutputForm form) => Write(monitor, Lines(monitor), form);

    public static void Write(V1.MonitorAlarm alarm, OutputForm form) => Write(alarm, Lines(alarm), form);

    public static IEnumerable<string> Lines(V1.Monitor monitor)
    {
        yield return $"{monitor.Definition.Name}: {Word(monitor.State)}, revision {Figures.Count(monitor.Revision)}";
        foreach (var line in monitor.State is V1.MonitorState.Unreachable ? [] : Standing(monitor))
        {
            yield return line;
        }

        foreach (var trouble in monitor.Troubles)
        {
            yield return $"Trouble: {trouble}";
        }
    }

    private static IEnumerable<string> Standing(V1.Monitor monitor)
    {
        var counts = monitor.Counts;
        yield return $"Traffic: {Figures.Count(counts.Seen)} seen, {Figures.Count(counts.Drawn)} drawn ({Figures.Number(counts.Expected, 1)} expected), {Figures.Count(counts.RepeatedSamples)} repeated, {Figures.Count(counts.Late)} late, {Figures.Count(counts.OverBudget)} over budget, {Figures.Count(counts.Thinned)} thinned{(counts.Lost > 0 ? $", {Figures.Count(counts.Lost)} lost while it was set apart" : "")}";
        foreach (var line in TrafficText.Lines(monitor))
        {
            yield return line;
        }

        if (monitor.Definition.Conversations is not null)
        {
            yield return $"Conversations: {Figures.Count(counts.OpenConversations)} open, {Figures.Count(counts.CutConversations)} cut, {Figures.Count(counts.LostConversations)} lost";
        }

        foreach (var line in SamplerText.Lines(monitor))
        {
            yield return line;
        }

        var unscored = counts.Unscored.Count == 0 ? "" : $" ({string.Join(", ", counts.Unscored.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => $"{one.Key} {Figures.Count(one.Value)}"))})";
        yield return $"Judged: {Figures.Count(counts.Scored)} scored, {Figures.Count(counts.Unscored.Values.Sum())} unscored{unscored}, {Figures.Count(counts.Pending)} pending, {Figures.Count(counts.Unplaced)} in slices without a baseline";
        yield return monitor.HasBaselineMean
            ? $"Baseline {monitor.BaselineId}: mean {Figures.Number(monitor.BaselineMean, 2)} {(monitor.BaselineScores > 0 ? $"of {Figures.Count(monitor.BaselineScores)} scores" : "as given")}{BaselineText.Dates(monitor.BaselineFromTime, monitor.BaselineUntilTime)}; evidence at {Figures.Share(Math.Min(1, monitor.Level))} of the threshold"
            : $"Baseline: {Figures.Count(monitor.BaselineScores)} of {Figures.Count(monitor.Definition.Baseline.Scores)} scores; no alarm can be raised yet";
        if (monitor.HasEstimate)
        {
            yield return $"Now: {Figures.Number(monitor.Estimate, 2)}{(monitor.HasEstimateLow ? $" (95 % interval {Figures.Number(monitor.EstimateLow, 2)} to {Figures.Number(monitor.EstimateHigh, 2)})" : "")} in the latest scores, at most 100";
        }

        if (ExplanationText.Detectors(monitor) is { } watching)
        {
            yield return watching;
        }

        if (monitor.Distances is { } distances)
        {
            yield return ExplanationText.Distances(distances);
        }

        if (monitor.ExpectedFalseAlarms.Length > 0)
        {
            yield return monitor.ExpectedFalseAlarms;
        }

        foreach (var line in monitor.Planning)
        {
            yield return line;
        }

        if (monitor.Anchors is { } anchors)
        {
            foreach (var line in Lines(monitor.Definition.Name, anchors))
            {
                yield return line;
            }
        }

        if (monitor.Benchmark is { } benchmark)
        {
            foreach (var line in BenchmarkText.Lines(monitor.Definition.Benchmark.Suite, benchmark))
            {
                yield return line;
            }
        }

        if (monitor.StandingAlarms > 0)
        {
            yield return $"{Figures.Plural(monitor.StandingAlarms, "alarm stands", "alarms stand")}: assize monitor alarms {monitor.Definition.Name}";
        }
    }

    public static IEnumerable<string> Lines(V1.MonitorAlarm alarm)
    {
        var state = alarm.State switch { V1.AlarmState.Open => "open", V1.AlarmState.Acknowledged => "acknowledged", _ => "resolved" };
        if (alarm.Kind is V1.AlarmKind.Watchdog)
        {
            yield return $"{alarm.Monitor}, alarm {Figures.Count(alarm.Number)}: {alarm.What} ({state}, {Figures.Time(alarm.RaiseTime.ToDateTimeOffset())})";
            foreach (var line in History(alarm))
            {
                yield return line;
            }

            yield break;
        }

        if (alarm.Stream is V1.AlarmStream.Benchmark)
        {
            foreach (var line in BenchmarkText.Lines(alarm, state).Concat(History(alarm)))
            {
                yield return line;
            }

            yield break;
        }

        var direction = alarm.Direction is V1.AlarmDirection.Drop ? "drop" : "rise";
        var channel = alarm.Channel is V1.AlarmChannel.Mean ? "the mean" : "the share of very low scores";
        var stream = alarm.Stream switch { V1.AlarmStream.Anchors => " of the anchors", V1.AlarmStream.Corrected => " corrected for the judge", _ => "" };
        var slices = alarm.NamedSlices.Count > 0 ? $" in {string.Join(" and ", alarm.NamedSlices)}" : "";
        yield return $"{alarm.Monitor}, alarm {Figures.Count(alarm.Number)}: {direction} of quality{slices}, seen in {channel}{stream} ({state}, {Figures.Time(alarm.RaiseTime.ToDateTimeOffset())})";
        var means = alarm.Scores > 0 ? $"Mean {Figures.Number(alarm.MeanBefore, 2)} before, {Figures.Number(alarm.MeanAfter, 2)} in the {Figures.Count(alarm.Scores)} scores" : "No score of production";
        yield return $"  {means} since the change{(alarm.HasChangedAt ? $" at score {Figures.Count(alarm.ChangedAt)}" : "")}{(alarm.ChangeTime is { } since ? $" ({Figures.Time(since.ToDateTimeOffset())})" : "")}; evidence {Figures.Number(alarm.Evidence, 0)} over threshold {Figures.Number(alarm.Threshold, 0)}, against baseline {alarm.Baseline}";
        foreach (var line in ExplanationText.Lines(alarm))
        {
            yield return line;
        }

        yield return $"  Judge or product: {alarm.Verdict}. {alarm.ExpectedFalseAlarms}";
        foreach (var line in History(alarm))
        {
            yield return line;
        }
    }

    private static IEnumerable<string> History(V1.MonitorAlarm alarm)
    {
        var before = V1.AlarmState.Open;
        foreach (var change in alarm.History.Skip(1))
        {
            var note = change.Note.Length > 0 ? $": {change.Note}" : "";
            var by = change.By.Length > 0 ? change.By : "nobody named";
            // What leaves the state as it is, is a remark.
            yield return change.State == before ? $"  {Figures.Time(change.Time.ToDateTimeOffset())} {by}{note}" : $"  {(change.State is V1.AlarmState.Resolved ? "Resolved" : "Acknowledged")} by {by}{note}";
            before = change.State;
        }
    }

    private static IEnumerable<string> Lines(string monitor, V1.AnchorStatus anchors)
    {
        var shift = anchors.HasShift ? $"; the judge moved by {Figures.Number(anchors.Shift, 2)} ± {Figures.Number(anchors.ShiftError, 2)} points in the last week, evidence at {Figures.Share(Math.Min(1, anchors.Level))} of the threshold" : "";
        yield return $"Anchors: {Figures.Count(anchors.Items)} of version {anchors.Version[..Math.Min(12, anchors.Version.Length)]}, {Figures.Plural(anchors.Rounds, "round", "rounds")}{(anchors.Ready ? "" : ", their baseline is not made yet")}{(anchors.Judging ? ", one asked for or under way" : "")}{(anchors.Due is { } due ? $", next {Figures.Time(due.ToDateTimeOffset())}" : "")}{shift}";
        if (anchors.Bridge is { Ready: false })
        {
            yield return "Another judge waits: the anchors are being judged by both, and the present one goes on.";
        }
        else if (anchors.Bridge is { } bridge)
        {
            yield return $"Another judge waits: on {Figures.Count(bridge.Items)} anchors it gives {Figures.Number(bridge.Shift, 2)} ± {Figures.Number(bridge.ShiftError, 2)} points more. Decide: assize monitor bridge {monitor} {(bridge.Carries ? "carry|" : "")}rebaseline|keep";
        }

        if (anchors.Decided is { } word)
        {
            var what = word.Decision switch
            {
                V1.BridgeDecision.Carry => "it took over, and the baseline went on",
                V1.BridgeDecision.Rebaseline => "it took over, for a new baseline",
                _ => "it was sent away",
            };
            yield return $"Another judge ({word.JudgeVersion[..Math.Min(12, word.JudgeVersion.Length)]}) was decided about at {Figures.Time(word.Time.ToDateTimeOffset())} by {(word.By.Length > 0 ? word.By : "nobody named")}: {what}.";
        }
    }

    private static void Write(IMessage message, IEnumerable<string> lines, OutputForm form)
    {
        if (form is not OutputForm.Table)
        {
            Console.Out.WriteLine(MessageJson.Of(message));
            return;
        }

        foreach (var line in lines)
        {
            Console.Out.WriteLine(Terminal.Clean(line));
        }
    }
}
