using System.Collections.Immutable;
using System.Globalization;
using Assize.Evaluation;
using Assize.Evaluation.Budgets;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Suites;

namespace Assize.Cli.Reports;

/// <summary>What things are called in a report.</summary>
internal sealed class Labels
{
    private readonly ImmutableHashSet<CriterionName> _shared;

    public Labels(Report report) => _shared = report.Scores.Select(line => (line.Judge, line.Criterion))
        .Concat(report.Differences.Select(line => (line.Judge, line.Criterion)))
        .Distinct()
        .GroupBy(pair => pair.Criterion)
        .Where(group => group.Count() > 1)
        .Select(group => group.Key)
        .ToImmutableHashSet();

    /// <summary>The criterion's name, with its judge's where two judges use the same.</summary>
    public string Of(JudgeName judge, CriterionName criterion) =>
        _shared.Contains(criterion) ? $"{Legible.Name(criterion.Value)} ({Legible.Name(judge.Value)})" : Legible.Name(criterion.Value);

    public static string Of(Slice slice) => slice == Slice.All ? "all cases" : Legible.Name(slice.Value);

    public static string Of(Scale scale) => scale.IsPassFail
        ? "pass rate"
        : $"mean on a scale from {Unit.Of(scale).Print(scale.Min, Whole(scale.Min))} to {Unit.Of(scale).Print(scale.Max, Whole(scale.Max))}";

    public static string Of(Reason reason) => reason switch
    {
        Reason.Refused => "refused",
        Reason.Unparsed => "unreadable",
        Reason.OutOfRange => "outside the scale",
        Reason.RateLimited => "rate limited",
        Reason.Timeout => "timed out",
        Reason.ProviderError => "failed at the provider",
        Reason.ContentFilter => "content filtered",
        Reason.ContextTooLong => "too long for the model",
        Reason.Budget => "over budget",
        Reason.Cancelled => "cancelled",
        Reason.NoModel => "without a model",
        Reason.Expired => "too old to be kept",
        _ => reason.ToString(),
    };

    /// <summary>The unscored by reason, most frequent first, as in <c>3 refused, 1 timed out</c>; empty when all was scored.</summary>
    public static string Unscored(Coverage coverage) => string.Join(", ", coverage.Unscored
        .Where(pair => pair.Value > 0)
        .OrderByDescending(pair => pair.Value)
        .ThenBy(pair => pair.Key)
        .Select(pair => $"{Figures.Count(pair.Value)} {Of(pair.Key)}"));

    public static string Of(RunStatus status) => status switch
    {
        RunStatus.Running => "still running",
        RunStatus.Completed => "completed",
        RunStatus.Cancelled => "cancelled",
        RunStatus.OutOfBudget => "stopped by a budget",
        _ => status.ToString(),
    };

    /// <summary>What a budget that ended the run was spent for and why not wholly, as a sentence; null where the report does not know.</summary>
    public static string? Spent(Report report)
    {
        if (report.Budgets.FirstOrDefault(one => one.Purse.Told(new Budget { Amount = one.Amount, Per = one.Per }) == report.StoppedBy) is not { } line)
        {
            return null;
        }

        var (spent, left) = (line.SpentMicros / 1e6m, line.Amount - (line.SpentMicros / 1e6m));
        var who = line.Purse == PurseName.Run ? "The run has spent" : "All who share it have spent";
        return string.Create(CultureInfo.InvariantCulture, $"{who} {spent:0.00####} of {line.Amount:0.00####}") + (left > 0
            ? string.Create(CultureInfo.InvariantCulture, $"; the {left:0.00####} that is left is less than the next call may cost, and a budget is not overdrawn.")
            : ".");
    }

    /// <summary>Why the numbers rest on fewer cases than the suite has; null when they do not.</summary>
    public static string? Partial(Report report)
    {
        var cases = $"{Figures.Count(report.CasesDone)} of {Figures.Plural(report.Cases, "case", "cases")}";
        return report.Status == RunStatus.Completed && report.CasesDone >= report.Cases
            ? null
            : "Partial: " + report.Status switch
            {
                RunStatus.OutOfBudget => $"stopped by {Legible.Of(report.StoppedBy)} after {cases}, which are a random sample.",
                RunStatus.Cancelled => $"{cases} finished; the run was cancelled.{Unsettled(report)}",
                RunStatus.Running => $"{cases} finished; the run is still going on.",
                _ => $"{cases} finished.",
            }
            + (report.CasesDone > 0 ? " Every number here rests on those alone."
                : report.Usage.Any(line => line.Completions > 0) ? " There is nothing to score yet. The replies that were paid for are kept: another run of the suite does not pay for them again."
                : " There is nothing to score yet.");
    }

    private static string Unsettled(Report report) => report.Unsettled == 0
        ? ""
        : $" {Figures.Plural(report.Unsettled, "call was", "calls were")} in flight then and still unanswered: what they cost is not in this report yet.";

    /// <summary>The warning of a report with made-up answers or judgements; null when a real model gave them all.</summary>
    public static string? Simulated(Report report) => report.Simulated
        ? "Simulated: a simulated model answered or judged here. These numbers show how Assize works, not how good a system is."
        : null;

    /// <summary>The command that shows a case's judgements.</summary>
    public static string Command(RunId run, CaseId @case)
    {
        var id = Legible.ShellWord(@case.Value);
        return $"assize results {Legible.ShellWord(run.Value)} --case{(id.StartsWith('-') ? '=' : ' ')}{id}";
    }

    private static int Whole(double value) => value == Math.Round(value) ? 0 : 2;
}
