using System.Collections.Immutable;
using System.Globalization;
using Assize.Evaluation;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Statistics;
using Google.Protobuf.WellKnownTypes;

namespace Assize.Gateway.Translation;

/// <summary>Reports from the domain to the API's messages.</summary>
public static class ReportTranslation
{
    public static V1.Report ToProto(this Report report) => new()
    {
        Run = report.Run.Value,
        Status = report.Status.ToProto(),
        Provenance = ToProto(report.Provenance),
        Cases = report.Cases,
        CasesDone = report.CasesDone,
        Simulated = report.Simulated,
        Scores = { report.Scores.Select(ToProto) },
        Differences = { report.Differences.Select(ToProto) },
        Preferences = { report.Preferences.Select(ToProto) },
        Usage = { report.Usage.Select(ToProto) },
        Changes = { report.Changes.Select(ToProto) },
        Budgets = { report.Budgets.Select(BudgetTranslation.ToProto) },
        StoppedBy = report.StoppedBy ?? "",
        UnsettledCalls = report.Unsettled,
    };

    public static V1.RunStatus ToProto(this RunStatus status) => status switch
    {
        RunStatus.Running => V1.RunStatus.Running,
        RunStatus.Completed => V1.RunStatus.Completed,
        RunStatus.OutOfBudget => V1.RunStatus.OutOfBudget,
        _ => V1.RunStatus.Cancelled,
    };

    public static V1.Reason ToProto(this Reason reason) => (V1.Reason)((int)reason + 1);

    public static V1.ModelCard ToProto(this ModelCard card) => new()
    {
        Name = card.Name.Value,
        Provider = card.Provider,
        Model = card.Model,
        Fingerprint = card.Fingerprint,
        StructuredOutput = card.StructuredOutput,
        Simulated = card.Simulated,
        InputPrice = card.InputPrice.ToString(CultureInfo.InvariantCulture),
        OutputPrice = card.OutputPrice.ToString(CultureInfo.InvariantCulture),
        MaxTokens = card.MaxTokens,
    };

    private static V1.Provenance ToProto(Provenance provenance)
    {
        var message = new V1.Provenance
        {
            Suite = provenance.Suite.Value,
            Version = provenance.Version.Value,
            Seed = provenance.Seed,
            Candidates = { provenance.Candidates.Select(ToProto) },
            Judges =
            {
                provenance.Judges.Select(judge => new V1.JudgeLine
                {
                    Name = judge.Name.Value, Kind = judge.Kind, Fingerprint = judge.Fingerprint, Models = { judge.Models.Select(model => model.Value) },
                }),
            },
            Models = { provenance.Models.Select(ToProto) },
            Program = provenance.Program,
            StartTime = Timestamp.FromDateTimeOffset(provenance.Started),
            EndTime = provenance.Ended is { } ended ? Timestamp.FromDateTimeOffset(ended) : null,
        };
        if (provenance.Description is not null)
        {
            message.Description = provenance.Description;
        }

        return message;
    }

    private static V1.CandidateLine ToProto(CandidateLine candidate)
    {
        var message = new V1.CandidateLine { Name = candidate.Name.Value };
        if (candidate.Model is { } model)
        {
            message.Model = model.Value;
        }

        return message;
    }

    private static V1.Estimate ToProto(Estimate estimate)
    {
        var message = new V1.Estimate { Method = estimate.Method };
        if (estimate.Value is { } value)
        {
            message.Value = value;
        }

        if (estimate.Low is { } low)
        {
            message.Low = low;
        }

        if (estimate.High is { } high)
        {
            message.High = high;
        }

        if (estimate.Undefined is not null)
        {
            message.Undefined = estimate.Undefined;
        }

        return message;
    }

    private static V1.Coverage ToProto(Coverage coverage) => new()
    {
        Trials = coverage.Trials,
        Scored = coverage.Scored,
        Unscored = { coverage.Unscored.Select(one => new V1.UnscoredCount { Reason = one.Key.ToProto(), Count = one.Value }) },
    };

    private static V1.Bounds? ToProto(Bounds? bounds) => bounds is null ? null : new V1.Bounds { Worst = bounds.Worst, Best = bounds.Best };

    private static V1.ScoreLine ToProto(ScoreLine line)
    {
        var message = new V1.ScoreLine
        {
            Candidate = line.Candidate.Value,
            Judge = line.Judge.Value,
            Criterion = line.Criterion.Value,
            Slice = line.Slice.Value,
            Scale = JudgeTranslation.ToProto(line.Scale),
            Clusters = line.Clusters,
            Coverage = ToProto(line.Coverage),
            Estimate = ToProto(line.Estimate),
            Bounds = ToProto(line.Bounds),
        };
        if (line.DesignEffect is { } effect)
        {
            message.DesignEffect = effect;
        }

        return message;
    }

    private static V1.DifferenceLine ToProto(DifferenceLine line)
    {
        var message = new V1.DifferenceLine
        {
            A = line.A.Value,
            B = line.B.Value,
            Judge = line.Judge.Value,
            Criterion = line.Criterion.Value,
            Slice = line.Slice.Value,
            Scale = JudgeTranslation.ToProto(line.Scale),
            Pairs = line.Pairs,
            Unpaired = line.Unpaired,
            Clusters = line.Clusters,
            Estimate = ToProto(line.Estimate),
            Test = line.Test,
            Better = line.Better,
            Worse = line.Worse,
            Equal = line.Equal,
            Bounds = ToProto(line.Bounds),
        };
        if (line.StandardError is { } error)
        {
            message.StandardError = error;
        }

        if (line.P is { } p)
        {
            message.P = p;
        }

        return message;
    }

    private static V1.PreferenceLine ToProto(PreferenceLine line)
    {
        var message = new V1.PreferenceLine
        {
            A = line.A.Value,
            B = line.B.Value,
            Judge = line.Judge.Value,
            Slice = line.Slice.Value,
            Clusters = line.Clusters,
            Coverage = ToProto(line.Coverage),
            AWins = line.AWins,
            BWins = line.BWins,
            Ties = line.Ties,
            Inconsistent = line.Inconsistent,
            WinRate = ToProto(line.WinRate),
            Consistency = ToProto(line.Consistency),
            FirstShown = ToProto(line.FirstShown),
            Bounds = ToProto(line.Bounds),
        };
        if (line.StandardError is { } error)
        {
            message.StandardError = error;
        }

        if (line.P is { } p)
        {
            message.P = p;
        }

        return message;
    }

    private static V1.UsageLine ToProto(UsageLine line) => new()
    {
        Model = line.Model.Value,
        Reported = { line.Reported.Select(one => new V1.ReportedModel { Name = one.Key, Count = one.Value }) },
        Completions = line.Completions,
        Reused = line.Reused,
        FailedAttempts = line.FailedAttempts,
        Usage = ToProto(line.Usage),
        FailedUsage = ToProto(line.FailedUsage),
        Uncounted = line.Uncounted is { } uncounted ? new V1.Uncounted { Completions = uncounted.Completions, Usage = ToProto(uncounted.Usage) } : null,
    };

    private static V1.Usage ToProto(Usage usage) => new() { InputTokens = usage.InputTokens, OutputTokens = usage.OutputTokens, CostMicros = usage.CostMicros };

    private static V1.Change ToProto(Change change) => new()
    {
        CaseId = change.Case.Value,
        Judge = change.Judge.Value,
        Criterion = change.Criterion.Value,
        A = change.A.Value,
        B = change.B.Value,
        ValueA = change.ValueA,
        ValueB = change.ValueB,
        Shift = change.Shift,
    };
}
