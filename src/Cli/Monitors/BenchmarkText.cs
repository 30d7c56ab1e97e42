using Assize.Cli.Reports;

namespace Assize.Cli.Monitors;

/// <summary>A monitor's scheduled benchmark as a person reads it on a terminal.</summary>
internal static class BenchmarkText
{
    public static IEnumerable<string> Lines(string suite, V1.BenchmarkStatus benchmark)
    {
        var next = benchmark.HasOpen ? $"run {benchmark.Open} is under way" : benchmark.Due is { } due ? $"next {Figures.Time(due.ToDateTimeOffset())}" : "not run yet";
        yield return $"Benchmark: suite {suite}, {Figures.Plural(benchmark.Runs, "run", "runs")}, {next}; {(benchmark.HasBaseline ? $"baseline run {benchmark.Baseline}" : "the first complete run will be the baseline")}";
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
            yield return $"  {line.Judge}/{line.Criterion}: {line.Verdict.ToString().ToUpperInvariant()}, difference {(line.HasDifference ? Figures.Number(line.Difference, 3) : Figures.None)} ({bounds}), margin {Figures.Number(line.Margin, 3)}, {Figures.Plural(line.Pairs, "case", "cases")}";
        }
    }
}
