using System.Collections.Immutable;
using System.Globalization;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Statistics;

namespace Assize.Gateway.Translation;

/// <summary>Reports from the API's messages back to the domain: what a client of the API shows and compares.</summary>
public static class ReportReading
{
    public static Report ToDomain(this V1.Report report) => new()
    {
        Run = new(report.Run),
        Status = report.Status.ToDomain(),
        Provenance = ToDomain(report.Provenance),
        Cases = report.Cases,
        CasesDone = report.CasesDone,
        Simulated = report.Simulated,
        Scores = [.. report.Scores.Select(ToDomain)],
        Differences = [.. report.Differences.Select(ToDomain)],
        Preferences = [.. report.Preferences.Select(ToDomain)],
        Usage = [.. report.Usage.Select(ToDomain)],
        Changes = [.. report.Changes.Select(ToDomain)],
        Budgets = [.. report.Budgets.Select(BudgetTranslation.ToDomain)],
        StoppedBy = report.StoppedBy.Length > 0 ? report.StoppedBy : null,
        Unsettled = report.UnsettledCalls,
    };

    public static RunStatus ToDomain(this V1.RunStatus status) => status switch
    {
        V1.RunStatus.Running => RunStatus.Running,
        V1.RunStatus.Completed => RunStatus.Completed,
        V1.RunStatus.Cancelled => RunStatus.Cancelled,
        V1.RunStatus.OutOfBudget => RunStatus.OutOfBudget,
        _ => throw new InvalidOperationException($"the server sent a run status this program does not know: {status}"),
    };

    public static Reason ToDomain(this V1.Reason reason) => reason is V1.Reason.Unspecified || !Enum.IsDefined((Reason)((int)reason - 1))
        ? throw new InvalidOperationException($"the server sent a reason this program does not know: {reason}")
        : (Reason)((int)reason - 1);

    public static ModelCard ToDomain(this V1.ModelCard card) => new()
    {
        Name = new(card.Name),
        Provider = card.Provider,
        Model = card.Model,
        Fingerprint = card.Fingerprint,
        StructuredOutput = card.StructuredOutput,
        Simulated = card.Simulated,
        InputPrice = decimal.Parse(card.InputPrice, CultureInfo.InvariantCulture),
        OutputPrice = decimal.Parse(card.OutputPrice, CultureInfo.InvariantCulture),
        MaxTokens = card.MaxTokens,
    };

    private static Provenance ToDomain(V1.Provenance provenance) => new()
    {
        Suite = new(provenance.Suite),
        Version = new(provenance.Version),
        Description = provenance.HasDescription ? provenance.Description : null,
        Seed = provenance.Seed,
        Candidates = [.. provenance.Candidates.Select(one => new CandidateLine(new(one.Name), one.HasModel ? new(one.Model) : null))],
        Judges = [.. provenance.Judges.Select(one => new JudgeLine(new(one.Name), one.Kind, one.Fingerprint, [.. one.Models.Select(Evaluation.ModelName.Of)]))],
        Models = [.. provenance.Models.Select(ToDomain)],
        Program = provenance.Program,
        Started = provenance.StartTime.ToDateTimeOffset(),
        Ended = provenance.EndTime?.ToDateTimeOffset(),
    };

    private static Estimate ToDomain(V1.Estimate estimate) => new(
        estimate.HasValue ? estimate.Value : null,
        estimate.HasLow ? estimate.Low : null,
        estimate.HasHigh ? estimate.High : null,
        estimate.Method,
        estimate.HasUndefined ? estimate.Undefined : null);

    private static Coverage ToDomain(V1.Coverage coverage) => new(
        coverage.Trials,
        coverage.Scored,
        coverage.Unscored.ToImmutableSortedDictionary(one => one.Reason.ToDomain(), one => one.Count));

    private static Bounds? ToDomain(V1.Bounds? bounds) => bounds is null ? null : new Bounds(bounds.Worst, bounds.Best);

    private static ScoreLine ToDomain(V1.ScoreLine line) => new()
    {
        Candidate = new(line.Candidate),
        Judge = new(line.Judge),
        Criterion = new(line.Criterion),
        Slice = new(line.Slice),
        Scale = JudgeTranslation.ToDomain(line.Scale),
        Clusters = line.Clusters,
        Coverage = ToDomain(line.Coverage),
        Estimate = ToDomain(line.Estimate),
        DesignEffect = line.HasDesignEffect ? line.DesignEffect : null,
        Bounds = ToDomain(line.Bounds),
    };

    private static DifferenceLine ToDomain(V1.DifferenceLine line) => new()
    {
        A = new(line.A),
        B = new(line.B),
        Judge = new(line.Judge),
        Criterion = new(line.Criterion),
        Slice = new(line.Slice),
        Scale = JudgeTranslation.ToDomain(line.Scale),
        Pairs = line.Pairs,
        Unpaired = line.Unpaired,
        Clusters = line.Clusters,
        Estimate = ToDomain(line.Estimate),
        P = line.HasP ? line.P : null,
        Test = line.Test,
        Better = line.Better,
        Worse = line.Worse,
        Equal = line.Equal,
        StandardError = line.HasStandardError ? line.StandardError : null,
        Bounds = ToDomain(line.Bounds),
    };

    private static PreferenceLine ToDomain(V1.PreferenceLine line) => new()
    {
        A = new(line.A),
        B = new(line.B),
        Judge = new(line.Judge),
        Slice = new(line.Slice),
        Clusters = line.Clusters,
        Coverage = ToDomain(line.Coverage),
        AWins = line.AWins,
        BWins = line.BWins,
        Ties = line.Ties,
        Inconsistent = line.Inconsistent,
        WinRate = ToDomain(line.WinRate),
        StandardError = line.HasStandardError ? line.StandardError : null,
        P = line.HasP ? line.P : null,
        Consistency = ToDomain(line.Consistency),
        FirstShown = ToDomain(line.FirstShown),
        Bounds = ToDomain(line.Bounds),
    };

    private static UsageLine ToDomain(V1.UsageLine line) => new()
    {
        Model = new(line.Model),
        Reported = line.Reported.ToImmutableSortedDictionary(one => one.Name, one => one.Count, StringComparer.Ordinal),
        Completions = line.Completions,
        Reused = line.Reused,
        FailedAttempts = line.FailedAttempts,
        Usage = ToDomain(line.Usage),
        FailedUsage = ToDomain(line.FailedUsage),
        Uncounted = line.Uncounted is { } uncounted ? new Uncounted(uncounted.Completions, ToDomain(uncounted.Usage)) : null,
    };

    private static Usage ToDomain(V1.Usage usage) => new(usage.InputTokens, usage.OutputTokens, usage.CostMicros);

    private static Change ToDomain(V1.Change change) => new()
    {
        Case = new(change.CaseId),
        Judge = new(change.Judge),
        Criterion = new(change.Criterion),
        A = new(change.A),
        B = new(change.B),
        ValueA = change.ValueA,
        ValueB = change.ValueB,
        Shift = change.Shift,
    };
}
