using System.Collections.Immutable;
using System.Globalization;
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
    // The gate's bounds are one-sided at 95 %.
    private const double RunsToAFalseFailure = 20;

    /// <summary>What an alarm is about.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public Slice Name => NameOf(Judge, Criterion);

    /// <summary>A criterion as an alarm names it.</summary>
    public static Slice NameOf(JudgeName judge, CriterionName criterion) => new($"{judge}/{criterion}");

    /// <summary>What the candidate is called in its baseline run, and now.</summary>
    public static (CandidateName Before, CandidateName Now) Sides(CandidateName candidate) => (new($"{candidate} (before)"), new($"{candidate} (now)"));

    /// <summary>The lines of a comparison: of the criterion that is watched, or of all.</summary>
    public static ImmutableArray<BenchmarkLine> Of(BenchmarkSettings settings, IEnumerable<ScoreLine> scores, IEnumerable<DifferenceLine> differences, CandidateName before) =>
    [
        .. differences.Where(line => line.Slice == Slice.All && settings.Watches(line.Judge, line.Criterion)).Select(line =>
        {
            var margin = settings.Margin * (line.Scale.Max - line.Scale.Min);
            var flip = line.A == before ? 1 : -1;
            var gate = line.NonInferiority(margin, from: before);
            var mean = scores.FirstOrDefault(score => score.Candidate == before && score.Judge == line.Judge && score.Criterion == line.Criterion && score.Slice == Slice.All)?.Estimate.Value;
            return new BenchmarkLine(line.Judge, line.Criterion, mean, flip * line.Estimate.Value, gate.Lower, gate.Upper, margin, line.Pairs, gate.Verdict);
        }),
    ];

    /// <summary>
    /// What the alarm of a failed run promises: a criterion exactly at its margin fails 5 % of its runs, any better one fewer, and each criterion by itself. It is a t test, which is calibrated for
    /// means of many cases and guarantees nothing.
    /// </summary>
    /// <param name="perDay">Runs a day.</param>
    public static string Expected(double perDay) => string.Create(
        CultureInfo.InvariantCulture,
        $"Expected false alarms of the gate: about one per {RunsToAFalseFailure / perDay:0.##} days ({RunsToAFalseFailure:0} runs) at most, for each criterion that is no worse than its margin; calibrated by a t test, not guaranteed.");

    /// <summary>The alarm of a criterion that failed.</summary>
    public Alarm Failed(BenchmarkRun run, DateTimeOffset now) => new()
    {
        Detector = BenchmarkEvidence.Gate,
        Sequence = run.Number,
        Sample = new(run.Run.Value),
        Time = now,
        Threshold = Margin,
        Evidence = -Upper!.Value,
        Stream = AlarmSource.Benchmark,
        Direction = Direction.Drop,
        ChangedAt = run.Number,
        Slices = [Name],
    };
}
