using Assize.Evaluation.Judges;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Suites;

namespace Assize.Cli.Reports;

/// <summary>What a line of the report says, in plain language.</summary>
internal static class Sentences
{
    /// <summary>The verdicts on all cases: differences first, then preferences.</summary>
    public static IEnumerable<Verdict> All(Report report) =>
    [
        .. report.Differences.Where(line => line.Slice == Slice.All).Select(Of),
        .. report.Preferences.Where(line => line.Slice == Slice.All).Select(Of),
    ];

    public static Verdict Of(DifferenceLine line)
    {
        var on = $"on {line.Criterion} ({line.Judge})";
        var over = $"over {Cases(line.Pairs)}";
        if (line.Estimate.Value is not { } value)
        {
            return new(Finding.Unknown, $"{line.B} and {line.A} could not be compared {on}: {Why(line.Estimate.Undefined)}.");
        }

        if (line.Estimate is not { Low: { } low, High: { } high })
        {
            return new(
                Finding.Unknown,
                $"{line.B} scored {Figures.Size(value, line.Scale)} {(value < 0 ? "lower" : "higher")} than {line.A} {on} {over}, but without an interval nothing follows from it: {Why(line.Estimate.Undefined)}.");
        }

        var interval = $"95 % interval {Figures.ShiftInterval(line.Estimate, line.Scale)}";
        var test = line.P is { } p ? $", {Figures.PClause(p)}" : "";
        return Excludes(low, high, 0)
            ? new(
                value > 0 ? Finding.BetterB : Finding.BetterA,
                $"{line.B} scores {Figures.Size(value, line.Scale)} {(value > 0 ? "higher" : "lower")} than {line.A} {on} ({interval}{test}) {over}.")
            : new(Finding.Open, $"No difference between {line.B} and {line.A} could be shown {on} (difference {Figures.Shift(value, line.Scale)}{Unit(line.Scale)}, {interval} includes 0{test}) {over}.");
    }

    public static Verdict Of(PreferenceLine line)
    {
        var by = $"by {line.Judge}";
        var over = $"over {Cases(line.Coverage.Scored)}";
        if (line.WinRate.Value is not { } rate)
        {
            return new(Finding.Unknown, $"Whether {line.B} or {line.A} is preferred {by} is unknown: {Why(line.WinRate.Undefined)}.");
        }

        if (line.WinRate is not { Low: { } low, High: { } high })
        {
            return new(Finding.Unknown, $"{line.B} won {Figures.Percent(rate)} against {line.A} {by} {over}, but without an interval nothing follows from it: {Why(line.WinRate.Undefined)}.");
        }

        var interval = $"95 % interval {Figures.Percent(low)} to {Figures.Percent(high)}";
        var test = line.P is { } p ? $", {Figures.PClause(p)}" : "";
        if (!Excludes(low, high, 0.5))
        {
            return new(Finding.Open, $"No preference between {line.B} and {line.A} could be shown {by} (win rate of {line.B} {Figures.Percent(rate)}, {interval} includes 50 %{test}) {over}.");
        }

        return rate > 0.5
            ? new(Finding.BetterB, $"{line.B} is preferred over {line.A} {by}: it wins {Figures.Percent(rate)} ({interval}{test}) {over}.")
            : new(Finding.BetterA, $"{line.A} is preferred over {line.B} {by}: {line.B} wins only {Figures.Percent(rate)} ({interval}{test}) {over}.");
    }

    /// <summary>Whether the interval leaves out the value that means no difference.</summary>
    public static bool Excludes(double? low, double? high, double neutral) => low > neutral || high < neutral;

    /// <summary>What is missing from an unfinished run; null when nothing is.</summary>
    public static string? Partial(Report report) => report.CasesDone < report.Cases || report.Status != RunStatus.Completed
        ? $"Partial: {Figures.Count(report.CasesDone)} of {Cases(report.Cases)} finished ({Status(report.Status)}). Every number here speaks of the finished cases only."
        : null;

    /// <summary>The warning over simulated numbers; null when no simulated model took part.</summary>
    public static string? Simulated(Report report) => report.Simulated
        ? "Simulated: a simulated model answered or judged here. The numbers show how the program works, not how good a model is."
        : null;

    /// <summary>The unscored trials by reason, as in <c>3: 2 refused, 1 timed out</c>.</summary>
    public static string Unscored(Coverage coverage)
    {
        var missing = coverage.Trials - coverage.Scored;
        var reasons = coverage.Unscored.Where(entry => entry.Value > 0).OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key)
            .Select(entry => $"{Figures.Count(entry.Value)} {Figures.Words(entry.Key)}");
        return missing == 0 ? "0" : $"{Figures.Count(missing)}: {string.Join(", ", reasons)}";
    }

    public static string Status(RunStatus status) => status switch
    {
        RunStatus.Running => "still running",
        RunStatus.Cancelled => "cancelled",
        _ => "completed",
    };

    private static string Unit(Scale scale) => scale.IsPassFail ? " percentage points" : "";

    public static string Cases(long count) => $"{Figures.Count(count)} {(count == 1 ? "case" : "cases")}";

    public static string Why(string? undefined) => string.IsNullOrWhiteSpace(undefined) ? "no reason was given" : undefined.TrimEnd('.', ' ');

    /// <summary>The money of all models, the part that failed, and the tokens.</summary>
    public static string Cost(Report report)
    {
        var total = report.Usage.Aggregate(Evaluation.Models.Usage.None, (sum, line) => sum + line.Usage);
        var failed = report.Usage.Aggregate(Evaluation.Models.Usage.None, (sum, line) => sum + line.FailedUsage);
        return $"{Figures.Money(total.CostMicros)} for {Figures.Count(report.Usage.Sum(line => line.Completions))} completions"
            + $" ({Figures.Count(report.Usage.Sum(line => line.Reused))} reused at no cost); {Figures.Count(total.InputTokens)} tokens in, {Figures.Count(total.OutputTokens)} out;"
            + $" {Figures.Count(report.Usage.Sum(line => line.FailedAttempts))} failed attempts took {Figures.Money(failed.CostMicros)}.";
    }

    public static string Origin(Report report) =>
        $"Run {report.Run}, suite {report.Provenance.Suite} {report.Provenance.Version.Short}, seed {report.Provenance.Seed}, Assize {report.Provenance.Program}, started {Figures.Moment(report.Provenance.Started)}.";
}

/// <summary>What a verdict comes to.</summary>
internal enum Finding
{
    BetterB,
    BetterA,
    Open,
    Unknown,
}

/// <summary>A sentence and what it comes to.</summary>
internal sealed record Verdict(Finding Finding, string Text)
{
    /// <summary>The finding in a word, so that colour is never needed to tell.</summary>
    public string Word => Finding switch
    {
        Finding.Open => "open",
        Finding.Unknown => "unknown",
        _ => "shown",
    };
}
