using System.Collections.Immutable;
using System.Globalization;
using Assize.Evaluation.Candidates;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Schedules;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Tests.Monitors;

/// <summary>A nightly benchmark of cases of unlike difficulty, whose candidate and judge answer a little otherwise each time; the same on every machine.</summary>
internal sealed class NightlyBenchmark
{
    private const double Noise = 0.7;

    private static readonly CandidateName Before = new("assistant (before)"), Now = new("assistant (now)");

    private readonly Random random;
    private readonly SuiteDefinition suite;
    private readonly double[][] means;
    private readonly double[][] baseline;
    private readonly int inCluster;
    private DateTimeOffset now = SomeMonitor.Start;

    public NightlyBenchmark(int seed, int cases, int criteria = 1, double margin = 0, int inCluster = 1, double days = 30, bool detectorOnly = true)
    {
        (random, this.inCluster) = (new Random(seed), inCluster);
        suite = new SuiteDefinition
        {
            Name = new("nightly"),
            Candidates = [new RecordedCandidate { Name = new("assistant") }],
            Judges = [new ScoreJudge { Name = new("quality"), Model = new("judge"), Asked = [.. Enumerable.Range(0, criteria).Select(i => new Criterion { Name = new($"c{i}"), Question = "?", Scale = new Scale(1, 5) })] }],
        };
        means = [.. Enumerable.Range(0, criteria).Select(_ => Enumerable.Range(0, cases).Select(_ => 2 + 3 * random.NextDouble()).ToArray())];
        baseline = Run(0);
        var settings = new BenchmarkSettings { Suite = suite.Name, Margin = margin, DetectorOnly = detectorOnly, Schedule = new Schedule { EveryHours = 24 } };
        var spec = SomeMonitor.Spec(SomeMonitor.Definition with { Benchmark = settings, Alarm = SomeMonitor.Definition.Alarm with { Days = days } }) with
        {
            Benchmark = new BenchmarkSource(suite.Name, new("v"), new("assistant"), ModelCards.None, "test"),
        };
        var first = MonitorLedger.Begin(spec).BeginBenchmark(now);
        Ledger = first.Record(first.Benchmark!.Open!, new BenchmarkResult(1, first.Benchmark.Open!.Run, now, [], "the first"), complete: true, now);
    }

    public MonitorLedger Ledger { get; private set; }

    /// <summary>Whether differences are held against a band, as they are.</summary>
    public bool Band { get; init; } = true;

    /// <summary>The criterion that no run has a score of; null where all have.</summary>
    public int? Missing { get; set; }

    /// <summary>Runs so many nights, after each of which somebody resolves what rang; answers the alarms of these nights.</summary>
    /// <param name="worse">By how many points the candidate is worse.</param>
    public int Nights(int nights, double worse = 0)
    {
        var before = Ledger.Watch.Alarms.Raised;
        for (var i = 0; i < nights; i++)
        {
            Night(worse);
            foreach (var alarm in Ledger.Watch.Alarms.Standing)
            {
                Ledger = Ledger.Acknowledge(alarm.Number, new Acknowledgement(AlarmState.Resolved, "simulation", "", Rebaseline: false), now);
            }
        }

        return (int)(Ledger.Watch.Alarms.Raised - before);
    }

    /// <summary>Runs one night, and leaves alarms as they are.</summary>
    public BenchmarkResult Night(double worse = 0)
    {
        now = now.AddDays(1);
        var begun = Ledger.BeginBenchmark(now);
        var (run, scores) = (begun.Benchmark!.Open!, Run(worse));
        var moments = (from criterion in Seen select (Criterion: criterion, Then: Spread(criterion, (c, i) => baseline[c][i]), Difference: Spread(criterion, (c, i) => scores[c][i] - baseline[c][i]))).ToArray();
        var judge = suite.Judges[0];
        ScoreKey Key(int criterion) => new(Before, judge.Name, judge.Criteria[criterion].Name, Slice.All);
        var summary = Summary.Empty with
        {
            Scores = [.. moments.Select(one => new ScoreCell { Key = Key(one.Criterion), Coverage = new Coverage(one.Then.Count, one.Then.Count, ImmutableSortedDictionary<Reason, long>.Empty), Values = one.Then })],
            Differences = [.. moments.Select(one => new DifferenceCell { Key = new(Before, Now, judge.Name, judge.Criteria[one.Criterion].Name, Slice.All), Values = one.Difference })],
        };
        var comparison = Comparison.Of(suite, new Side(new("assistant"), Before), new Side(new("assistant"), Now));
        var (lines, differences) = comparison.Lines(summary);
        var settings = begun.Spec.Definition.Benchmark!;
        var pass = BenchmarkPass.Begin(run, begun.Benchmark.Baseline!.Value, begun.Benchmark.Evidence.Begun(begun.Spec, comparison.Suite, summary, Before), differences);
        pass = Band ? pass : pass with { Courses = [.. pass.Courses.Select(course => course with { Detector = course.Detector with { Errors = 0 } })] };
        pass = pass.Take(
            from i in Enumerable.Range(0, baseline[0].Length)
            from c in Seen
            select new PairedScore(new(i.ToString(CultureInfo.InvariantCulture)), (i / inCluster).ToString(CultureInfo.InvariantCulture), judge.Name, judge.Criteria[c].Name, baseline[c][i], scores[c][i]));
        var result = new BenchmarkResult(run.Number, run.Run, now, BenchmarkLine.Of(settings, lines, differences, Before), null);
        Ledger = begun.Record(run, result, complete: true, now, pass);
        return result;
    }

    private IEnumerable<int> Seen => Enumerable.Range(0, means.Length).Where(criterion => criterion != Missing);

    private Moments Spread(int criterion, Func<int, int, double> value) => Enumerable.Range(0, baseline[0].Length).Chunk(inCluster)
        .Aggregate(Moments.Empty, (sum, cluster) => sum.Merge(Moments.Of(cluster.Select(i => value(criterion, i)).ToArray())));

    /// <summary>Half of the noise is a cluster's.</summary>
    private double[][] Run(double worse)
    {
        double[] common = [.. means[0].Select(_ => 0.0)];
        return [.. means.Select(own =>
        {
            for (var i = 0; i < own.Length; i++)
            {
                common[i] = i % inCluster == 0 ? Normal() : common[i - 1];
            }

            return own.Select((mean, i) => Math.Clamp(Math.Round(mean - worse + Noise * (inCluster == 1 ? Normal() : (Normal() + common[i]) / Math.Sqrt(2))), 1, 5)).ToArray();
        })];
    }

    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
