using System.Collections.Immutable;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Monitors;

/// <summary>One criterion of a benchmark against its baseline run, case by case.</summary>
/// <param name="Before">The mean of the baseline run.</param>
/// <param name="Difference">The mean difference over pairs; null when nothing was paired.</param>
/// <param name="Lower">The one-sided 95 % bounds of the difference; null when undefined.</param>
/// <param name="Margin">How much worse is still good enough, in the criterion's unit.</param>
public sealed record BenchmarkLine(
    JudgeName Judge, CriterionName Criterion, double? Before, double? Difference, double? Lower, double? Upper, double Margin, long Pairs, GateVerdict Verdict)
{
    /// <summary>The promise that a benchmark's alarm carries.</summary>
    public const string Expected = "A benchmark that is no worse than its margin fails in at most 5 % of its runs, for each criterion.";

    /// <summary>What the candidate is called in its baseline run, and now.</summary>
    public static (CandidateName Before, CandidateName Now) Sides(CandidateName candidate) => (new($"{candidate} (before)"), new($"{candidate} (now)"));

    /// <summary>The lines of a comparison: of the criterion that is watched, or of all.</summary>
    public static ImmutableArray<BenchmarkLine> Of(BenchmarkSettings settings, IEnumerable<ScoreLine> scores, IEnumerable<DifferenceLine> differences, CandidateName before) =>
    [
        .. differences.Where(line => line.Slice == Slice.All && (settings.Criterion is not { } one || one == line.Judge.Value || one == $"{line.Judge}/{line.Criterion}")).Select(line =>
        {
            var margin = settings.Margin * (line.Scale.Max - line.Scale.Min);
            var flip = line.A == before ? 1 : -1;
            var gate = Gate.NonInferiority(flip * line.Estimate.Value, line.StandardError, line.Clusters, line.Pairs, margin, line.Scale.Max - line.Scale.Min);
            var mean = scores.FirstOrDefault(score => score.Candidate == before && score.Judge == line.Judge && score.Criterion == line.Criterion && score.Slice == Slice.All)?.Estimate.Value;
            return new BenchmarkLine(line.Judge, line.Criterion, mean, flip * line.Estimate.Value, gate.Lower, gate.Upper, margin, line.Pairs, gate.Verdict);
        }),
    ];

    /// <summary>The alarm of a criterion that failed, with what it rests on.</summary>
    public (Alarm Alarm, Explanation Explanation) Failed(BenchmarkRun run, DateTimeOffset now)
    {
        var (difference, upper) = (Difference!.Value, Upper!.Value);
        var alarm = new Alarm
        {
            Detector = "gate",
            Sequence = run.Number,
            Sample = new(run.Run.Value),
            Time = now,
            Threshold = Margin,
            Evidence = -upper,
            Stream = AlarmSource.Benchmark,
            Direction = Direction.Drop,
            Slices = [new Slice($"{Judge}/{Criterion}")],
        };
        return (alarm, new Explanation
        {
            Since = run.Number, SinceTime = run.Begun, Scores = Pairs, Before = Before ?? 0, After = (Before ?? 0) + difference, Slices = [], Examples = [],
        });
    }
}
