using Assize.Evaluation.Monitors;
using Assize.Evaluation.Statistics;
using Google.Protobuf.WellKnownTypes;

namespace Assize.Gateway.Translation;

/// <summary>Scheduled benchmarks between the API's messages and the domain.</summary>
public static class BenchmarkTranslation
{
    public static V1.BenchmarkSettings ToProto(this BenchmarkSettings benchmark)
    {
        var message = new V1.BenchmarkSettings { Suite = benchmark.Suite.Value, Margin = benchmark.Margin, Schedule = benchmark.Schedule.ToProto(), DetectorOnly = benchmark.DetectorOnly };
        if (benchmark.Candidate is { } candidate)
        {
            message.Candidate = candidate.Value;
        }

        if (benchmark.Criterion is { } criterion)
        {
            message.Criterion = criterion;
        }

        if (benchmark.Baseline is { } baseline)
        {
            message.Baseline = baseline.Value;
        }

        return message;
    }

    public static BenchmarkSettings ToDomain(this V1.BenchmarkSettings benchmark)
    {
        var settings = new BenchmarkSettings
        {
            Suite = new(benchmark.Suite),
            Candidate = benchmark.HasCandidate ? new(benchmark.Candidate) : null,
            Criterion = benchmark.HasCriterion ? benchmark.Criterion : null,
            Baseline = benchmark.HasBaseline ? new(benchmark.Baseline) : null,
            Schedule = benchmark.Schedule?.ToDomain() ?? new(),
            DetectorOnly = benchmark.HasDetectorOnly && benchmark.DetectorOnly,
        };
        return settings with { Margin = benchmark.HasMargin ? benchmark.Margin : settings.Margin };
    }

    /// <summary>How the benchmark stands; null where there is none.</summary>
    public static V1.BenchmarkStatus? BenchmarkToProto(this MonitorLedger ledger)
    {
        if (ledger is not { Benchmark: { } book, Spec.Benchmark: { } source })
        {
            return null;
        }

        var message = new V1.BenchmarkStatus
        {
            Version = source.Version.Value,
            Runs = book.Runs,
            Due = book.Due is { } due ? Timestamp.FromDateTimeOffset(due) : null,
            Results = { book.Results.Select(ToProto) },
            Evidence = { book.Evidence.Watches.Select(ToProto) },
            ExpectedFalseAlarms = book.Evidence.Expected ?? "",
            BaselineLost = book.Lost,
        };
        if (book.Open is { } open)
        {
            message.Open = open.Run.Value;
        }

        if (book.Baseline is { } baseline)
        {
            message.Baseline = baseline.Value;
        }

        return message;
    }

    private static V1.BenchmarkEvidence ToProto(BenchmarkWatch watch) => new()
    {
        Judge = watch.Judge.Value, Criterion = watch.Criterion.Value, Level = watch.Detector.Level, Threshold = watch.Detector.Threshold, Clusters = watch.Clusters,
    };

    private static V1.BenchmarkResult ToProto(BenchmarkResult result) => new()
    {
        Number = result.Number, Run = result.Run.Value, Time = Timestamp.FromDateTimeOffset(result.At), Lines = { result.Lines.Select(ToProto) }, Why = result.Why ?? "",
    };

    private static V1.BenchmarkLine ToProto(BenchmarkLine line)
    {
        var message = new V1.BenchmarkLine
        {
            Judge = line.Judge.Value,
            Criterion = line.Criterion.Value,
            Margin = line.Margin,
            Pairs = line.Pairs,
            Verdict = line.Verdict switch
            {
                GateVerdict.Pass => V1.BenchmarkVerdict.Pass,
                GateVerdict.Fail => V1.BenchmarkVerdict.Fail,
                _ => V1.BenchmarkVerdict.Undecided,
            },
        };
        if (line.Before is { } before)
        {
            message.Before = before;
        }

        if (line.Difference is { } difference)
        {
            message.Difference = difference;
        }

        if (line is { Lower: { } lower, Upper: { } upper })
        {
            (message.Lower, message.Upper) = (lower, upper);
        }

        return message;
    }
}
