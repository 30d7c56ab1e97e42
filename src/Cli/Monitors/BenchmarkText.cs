using Assize.Cli.Reports;

namespace Assize.Cli.Monitors;

/// <summary>A monitor's scheduled benchmark and its alarms as a person reads them on a terminal.</summary>
internal static class BenchmarkText
{
    public static IEnumerable<string> Lines(string suite, V1.BenchmarkStatus benchmark)
    {
        var next = benchmark.HasOpen ? $"run {benchmark.Open} is under way" : benchmark.Due is { } due ? $"next {Figures.Time(due.ToDateTimeOffset())}" : "not run yet";
        yield return $"Benchmark: suite {suite}, {Figures.Plural(benchmark.Runs, "run", "runs")}, {next}; {(benchmark.HasBaseline ? $"baseline run {benchmark.Baseline}{(benchmark.BaselineLost ? ", which is not kept any more" : "")}" : "the first complete run will be the baseline")}";
        if (benchmark.Results.LastOrDefault() is not { } last)
        {
            yield break;
        }

        if (last.Why.Length > 0)
        {
            yield return $"  run {last.Run}, {Figures.Time(last.Time.ToDateTimeOffset())}: {last.Why}";
        }

        foreach (var line in last.Lines)
        {
            var bounds = line is { HasLower: true, HasUpper: true } ? $"{Figures.Number(line.Lower, 3)} to {Figures.Number(line.Upper, 3)}" : "no bounds";
            yield return $"  {line.Judge}/{line.Criterion}: {line.Verdict.ToString().ToUpperInvariant()}, difference {(line.HasDifference ? Figures.Number(line.Difference, 3) : Figures.None)} ({bounds}), margin {Figures.Number(line.Margin, 3)}, {Figures.Plural(line.Pairs, "case", "cases")}{Evidence(benchmark, line)}";
        }

        if (benchmark.ExpectedFalseAlarms.Length > 0)
        {
            yield return $"  {benchmark.ExpectedFalseAlarms}";
        }
    }

    /// <summary>An alarm without what happened to it.</summary>
    public static IEnumerable<string> Lines(V1.MonitorAlarm alarm, string state)
    {
        var gate = alarm.Detector == Evaluation.Monitors.BenchmarkEvidence.Gate;
        var what = gate ? "the benchmark fails" : $"{(alarm.Direction is V1.AlarmDirection.Drop ? "drop" : "rise")} of the benchmark";
        yield return $"{alarm.Monitor}, alarm {Figures.Count(alarm.Number)}: {what} in {string.Join(" and ", alarm.NamedSlices)} ({state}, {Figures.Time(alarm.RaiseTime.ToDateTimeOffset())})";
        var means = $"  Mean {Figures.Number(alarm.MeanBefore, 2)} in the baseline run {alarm.Baseline}, {Figures.Number(alarm.MeanAfter, 2)}";
        yield return gate
            ? $"{means} now over {Figures.Count(alarm.Scores)} cases; the difference is beyond the margin of {Figures.Number(alarm.Threshold, 2)} by its one-sided 95 % bound"
            : $"{means} in the {Figures.Count(alarm.Scores)} cases since run {Figures.Count(alarm.ChangedAt)}{(alarm.ChangeTime is { } since ? $" ({Figures.Time(since.ToDateTimeOffset())})" : "")}; evidence {Figures.Number(alarm.Evidence, 0)} over threshold {Figures.Number(alarm.Threshold, 0)} in run {Figures.Count(alarm.Sequence)}";
        if (alarm.Examples.Count > 0)
        {
            yield return $"  Cases that {(alarm.Direction is V1.AlarmDirection.Drop ? "fell" : "rose")} most: {string.Join(", ", alarm.Examples)}";
        }

        yield return $"  {alarm.ExpectedFalseAlarms}";
    }

    private static string Evidence(V1.BenchmarkStatus benchmark, V1.BenchmarkLine line) =>
        benchmark.Evidence.FirstOrDefault(one => one.Judge == line.Judge && one.Criterion == line.Criterion) is { } evidence ? $"; evidence of all runs at {Figures.Share(Math.Min(1, evidence.Level))} of the threshold" : "";
}
