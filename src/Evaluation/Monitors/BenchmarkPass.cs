using System.Collections.Immutable;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Sampling;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Monitors;

/// <summary>
/// A run of a benchmark on its way past the detectors, shard by shard. The order of shards, and of clusters in a shard, is that of a hash of the run and their names: other than
/// the run before, and without any part of the scores in it.
/// </summary>
public sealed record BenchmarkPass
{
    // A run's places follow those of all runs before it.
    private const int PlacesOfARun = 32;

    public required BenchmarkRun Run { get; init; }

    /// <summary>The evidence that it began with.</summary>
    public required BenchmarkEvidence Before { get; init; }

    public required ImmutableArray<BenchmarkCourse> Courses { get; init; }

    /// <summary>Clusters that have gone past.</summary>
    public long Place { get; init; }

    /// <summary>The evidence after it.</summary>
    public BenchmarkEvidence After => Before with { Watches = [.. Courses.Select(course => course.Watch.After(course.Detector, course.Differences))] };

    /// <param name="before">With a watch for every criterion.</param>
    /// <param name="differences">How many clusters have a score in both runs.</param>
    public static BenchmarkPass Begin(BenchmarkRun run, RunId baseline, BenchmarkEvidence before, IReadOnlyCollection<DifferenceLine> differences) => new()
    {
        Run = run,
        Before = before,
        Courses = [.. before.Watches.Select(watch => BenchmarkCourse.Of(watch, new(baseline.Value), differences.FirstOrDefault(line => line.Slice == Slice.All && line.Judge == watch.Judge && line.Criterion == watch.Criterion)?.Clusters ?? 0))],
    };

    /// <summary>The order in which a run's shards go past.</summary>
    public static IEnumerable<int> Order(BenchmarkRun run, int shards) => Enumerable.Range(0, shards).OrderBy(shard => Hash(run, FormattableString.Invariant($"shard {shard}")));

    /// <summary>Takes the pairs of a shard in; cases of one cluster lie in one shard.</summary>
    public BenchmarkPass Take(IEnumerable<PairedScore> pairs)
    {
        var clusters = pairs.GroupBy(pair => pair.Cluster).OrderBy(cluster => Hash(Run, $"cluster {cluster.Key}")).Select(cluster => cluster.OrderBy(pair => pair.Case.Value, StringComparer.Ordinal).ToArray());
        return clusters.Aggregate(this, (pass, cluster) => pass with
        {
            Place = pass.Place + 1,
            Courses = [.. pass.Courses.Select(course => course.Take(Run, (Run.Number << PlacesOfARun) + pass.Place + 1, cluster))],
        });
    }

    /// <summary>The run of a place.</summary>
    internal static long RunOf(long sequence) => sequence >> PlacesOfARun;

    private static KeyHash Hash(BenchmarkRun run, string key) => KeyHash.Of(new Salt(run.Run.Value), key);
}

/// <summary>One criterion in a pass.</summary>
public sealed record BenchmarkCourse
{
    private const int MostExamples = 5;

    /// <summary>As it was before the run.</summary>
    public required BenchmarkWatch Watch { get; init; }

    public required Baseline Against { get; init; }

    public required MixtureDetector Detector { get; init; }

    /// <summary>Of clusters, in points.</summary>
    public Sample Differences { get; init; }

    /// <summary>The first time that the evidence reached the threshold in this run; null while it has not.</summary>
    public Alarm? Found { get; init; }

    /// <summary>Cases that fell the most, those that fell most first.</summary>
    public ImmutableArray<PairedScore> Fallen { get; init; } = [];

    /// <summary>Cases that rose the most.</summary>
    public ImmutableArray<PairedScore> Risen { get; init; } = [];

    public static BenchmarkCourse Of(BenchmarkWatch watch, BaselineId baseline, long pairs) => new()
    {
        Watch = watch,
        Against = watch.Against(baseline, Math.Max(1, pairs)),
        Detector = watch.Detector with { Errors = UsualDetectors.Errors(Math.Max(1, pairs), watch.Detector.Threshold) },
    };

    /// <summary>Takes one cluster in; one without a pair of this criterion is left out.</summary>
    public BenchmarkCourse Take(BenchmarkRun run, long sequence, IReadOnlyCollection<PairedScore> cluster)
    {
        PairedScore[] own = [.. cluster.Where(pair => pair.Judge == Watch.Judge && pair.Criterion == Watch.Criterion)];
        if (own.Length == 0)
        {
            return this;
        }

        // Means of scores that lie at the ends of the scale may lie beyond them by what rounding adds.
        var difference = Math.Clamp(own.Average(pair => pair.Difference), Against.Scale.Min, Against.Scale.Max);
        var (detector, alarm) = Detector.Observe(new Observation { Sequence = sequence, Sample = new(own[0].Cluster), Score = difference }, Against);
        return this with
        {
            Detector = (MixtureDetector)detector,
            Differences = Differences.Add(difference),
            Found = Found ?? (alarm is null ? null : Told(alarm, run)),
            Fallen = Largest(Fallen, own, -1),
            Risen = Largest(Risen, own, 1),
        };
    }

    private Alarm Told(Alarm alarm, BenchmarkRun run) => alarm with
    {
        Sequence = run.Number,
        Sample = new(run.Run.Value),
        ChangedAt = BenchmarkPass.RunOf(alarm.ChangedAt!.Value),
        Stream = AlarmSource.Benchmark,
        Slices = [Watch.Name],
    };

    private static ImmutableArray<PairedScore> Largest(ImmutableArray<PairedScore> kept, PairedScore[] more, int sign)
    {
        var worth = more.Where(pair => sign * pair.Difference > 0 && (kept.Length < MostExamples || sign * pair.Difference > sign * kept[^1].Difference)).ToArray();
        return worth.Length == 0 ? kept : [.. kept.Concat(worth).OrderByDescending(pair => sign * pair.Difference).ThenBy(pair => pair.Case.Value, StringComparer.Ordinal).Take(MostExamples)];
    }
}
