using System.Text.Json.Serialization;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Monitors;

/// <summary>
/// One criterion of a scheduled benchmark under the detector that watches production. It sees d, the mean of a cluster of cases in a run less its mean in the baseline run:
/// <code>
/// y = 1/2 + d/(2 w)      m = 1/2      s² = (Σ within runs (d − mean of the run)² + 10·2 s_b²)/(degrees of freedom + 10), over the runs before
/// band = max(margin, z·s/sqrt(2 n))      z = <see cref="UsualDetectors.Errors"/> of n clusters and threshold A
/// </code>
/// w the width of the scale, s_b the spread of the baseline run's clusters. Every run is held against the same baseline run, whose error comes again with each: it is half of the variance of d, and the band covers it. One observation a
/// cluster, for its cases are not independent. All d have one m and one bound, and not the case's own score in the baseline run: what was lucky there comes down again, and bets that are limited by it would take
/// that for a drop. Before any comparison 2 s_b² is the most that the variance of d can be.
/// </summary>
public sealed record BenchmarkWatch
{
    /// <summary>What the guess counts beside what runs have shown, as with anchors.</summary>
    private const double Prior = 10;

    public required JudgeName Judge { get; init; }

    public required CriterionName Criterion { get; init; }

    public required Scale Scale { get; init; }

    /// <summary>Clusters that have a score in the baseline run: no run has more pairs.</summary>
    public required long Clusters { get; init; }

    /// <summary>s_b in points.</summary>
    public required double Spread { get; init; }

    /// <summary>Σ(d − mean of its run)² over all runs so far, in points.</summary>
    public double Squares { get; init; }

    /// <summary>Its degrees of freedom.</summary>
    public double Freedom { get; init; }

    /// <summary>Holds the evidence; its sequence is made of the number of the run and a place in it.</summary>
    public required MixtureDetector Detector { get; init; }

    [JsonIgnore]
    public Slice Name => BenchmarkLine.NameOf(Judge, Criterion);

    /// <summary>How many of its runs, with all their pairs, there are to a false alarm on average, at least.</summary>
    [JsonIgnore]
    public double RunsToAFalseAlarm => Detector.Threshold / Clusters;

    /// <summary>The watch of a criterion, as the baseline run makes it.</summary>
    /// <param name="baseline">The scores of the baseline run.</param>
    /// <param name="runs">Runs to a false alarm, at least.</param>
    public static BenchmarkWatch Of(JudgeName judge, CriterionName criterion, Scale scale, Moments baseline, double runs, MonitorDefinition definition) => new()
    {
        Judge = judge,
        Criterion = criterion,
        Scale = scale,
        Clusters = baseline.Clusters,
        Spread = (baseline.StandardError ?? 0) * Math.Sqrt(baseline.Clusters),
        Detector = MixtureDetector.Of(Math.Max(1, baseline.Clusters * runs)) with
        {
            MeanOnly = true, LeastShift = definition.Benchmark!.Margin * (scale.Max - scale.Min), DropWeight = definition.Alarm.DropWeight,
        },
    };

    /// <summary>The watch where more of the baseline run is found than before, as after a first comparison with a run that was not complete.</summary>
    public BenchmarkWatch Grown(Moments baseline) => baseline.Clusters <= Clusters ? this : this with
    {
        Clusters = baseline.Clusters,
        Spread = (baseline.StandardError ?? 0) * Math.Sqrt(baseline.Clusters),
        Detector = Detector with { Threshold = RunsToAFalseAlarm * baseline.Clusters },
    };

    /// <summary>What the differences of a run are held against.</summary>
    /// <param name="pairs">Clusters of the run that have a score in both; where there are fewer, their part of the baseline is known less well.</param>
    public Baseline Against(BaselineId id, long pairs)
    {
        var width = 2 * (Scale.Max - Scale.Min);
        var variance = (Squares + Prior * 2 * Spread * Spread) / (Freedom + Prior) / (width * width);
        // Where hardly anything ever differed, as much is assumed as if one cluster had.
        var deviation = Math.Max(Math.Sqrt(variance), 0.5 / Math.Sqrt(pairs + 1));
        return new Baseline
        {
            Id = id,
            Scale = new Scale(Scale.Min - Scale.Max, Scale.Max - Scale.Min, 0),
            Count = pairs,
            Mean = new ChannelBaseline(0.5, deviation, 0, Math.Max(deviation / Math.Sqrt(2.0 * pairs), 0.5 / (pairs + 1))),
            Slices = new SliceTable([new SliceBaseline(Slice.All, pairs, 0, variance * width * width)]),
        };
    }

    /// <summary>The watch with what a run showed of how much differences vary.</summary>
    public BenchmarkWatch After(MixtureDetector detector, Sample differences) =>
        this with { Detector = detector, Squares = Squares + differences.Squares, Freedom = Freedom + Math.Max(0, differences.Count - 1) };

    /// <summary>Without evidence; what is known of the spread stays.</summary>
    public BenchmarkWatch Restarted() => this with { Detector = (MixtureDetector)Detector.Restarted() };
}
