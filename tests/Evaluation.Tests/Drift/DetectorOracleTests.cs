using System.Text.Json;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Suites;
using Assize.Evaluation.Tests.Statistics;

namespace Assize.Evaluation.Tests.Drift;

public sealed class DetectorOracleTests
{
    [Fact]
    public void PageHinkleyAgreesWithTheOracle()
    {
        var compared = Oracle.Read("page_hinkley").Compare((name, input) =>
        {
            Assert.Equal("both", input.GetProperty("mode").GetString());
            var detector = new PageHinkleyDetector
            {
                Slack = input.GetProperty("delta").GetDouble(), Limit = input.GetProperty("threshold").GetDouble(), Memory = input.GetProperty("alpha").GetDouble(),
                Warmup = input.GetProperty("min_instances").GetInt32(), Standardised = false,
            };
            var run = Run(detector, Points(0, 10, 5, 1), input);
            return new Dictionary<string, object>
            {
                ["detections"] = run.Alarms,
                ["increase_every_50"] = Every(50, run, state => ((PageHinkleyDetector)state).Rise),
                ["decrease_every_50"] = Every(50, run, state => ((PageHinkleyDetector)state).Drop),
                ["trace"] = new Lookup(index => new Dictionary<string, object>
                {
                    ["index"] = (double)index,
                    ["increase"] = run.Alarms.Contains(index) ? Evidence(run, index, Direction.Rise) : ((PageHinkleyDetector)run.States[index]).Rise,
                    ["decrease"] = run.Alarms.Contains(index) ? Evidence(run, index, Direction.Drop) : ((PageHinkleyDetector)run.States[index]).Drop,
                }),
            };
        });

        Assert.Equal(6, compared.Cases);
    }

    [Fact]
    public void AdwinAgreesWithTheOracle()
    {
        var compared = Oracle.Read("adwin").Compare((name, input) =>
        {
            var detector = new AdwinDetector
            {
                Delta = input.GetProperty("delta").GetDouble(), Clock = input.GetProperty("clock").GetInt32(), MostBuckets = input.GetProperty("max_buckets").GetInt32(),
                LeastPart = input.GetProperty("min_window").GetInt32(), Grace = input.GetProperty("grace").GetInt32(),
            };
            var run = Run(detector, Points(0, 10, 5, 1), input);
            return new Dictionary<string, object>
            {
                ["detections"] = run.Alarms,
                ["checkpoints"] = new Lookup(index => ((AdwinDetector)run.States[index]).Window is var window ? new Dictionary<string, object>
                {
                    ["index"] = (double)index, ["width"] = (double)window.Width, ["total"] = window.Sum, ["sum_sq_dev"] = window.Squares,
                } : []),
            };
        });

        Assert.Equal(6, compared.Cases);
    }

    [Fact]
    public void ControlChartsAgreeWithTheOracle()
    {
        var compared = Oracle.Read("control_charts").Compare((name, input) =>
        {
            if (name.StartsWith("Siegmund", StringComparison.Ordinal))
            {
                var (k, h) = (input.GetProperty("k").GetDouble(), input.GetProperty("h").GetDouble());
                return new Dictionary<string, object>
                {
                    ["arl0_one_sided"] = CusumDetector.RunLength(h, k, 0),
                    ["arl0_two_sided"] = CusumDetector.RunLength(h, k, 0) / 2,
                    ["arl1_one_sided_at_shift_2k"] = CusumDetector.RunLength(h, k, 2 * k),
                };
            }

            var baseline = Points(1, 10, input.GetProperty("mean").GetDouble(), input.GetProperty("sd").GetDouble());
            Detector detector = name switch
            {
                "tabular CUSUM" => new CusumDetector { Slack = input.GetProperty("k").GetDouble(), Limit = input.GetProperty("h").GetDouble() },
                "EWMA" => new EwmaDetector { Weight = input.GetProperty("lambda").GetDouble(), Limit = input.GetProperty("L").GetDouble() },
                _ => throw Oracle.Unknown(name),
            };
            var run = Run(detector, baseline, input);
            return new Dictionary<string, object>
            {
                ["detections"] = run.Alarms,
                ["trace_every_100"] = Enumerable.Range(1, run.States.Length / 100).Select(object (i) => run.States[(100 * i) - 1] switch
                {
                    CusumDetector cusum => new[] { cusum.Up, cusum.Down },
                    EwmaDetector ewma => new[] { ewma.Mean, ewma.Bound },
                    _ => throw Oracle.Unknown(name),
                }).ToArray(),
            };
        });

        Assert.Equal(6, compared.Cases);
    }

    /// <summary>A known baseline in points.</summary>
    public static Baseline Points(double lo, double hi, double mean, double deviation) => Baseline.Known(new("known"), new Scale(lo, hi, 0), mean, deviation);

    /// <summary>Runs a stream through a detector: the alarms' indices from 0, and the state after every score.</summary>
    public static (double[] Alarms, Detector[] States, Alarm[] Raised) Run(Detector detector, Baseline baseline, JsonElement input)
    {
        var stream = Oracle.Numbers(input.GetProperty("stream"));
        var states = new Detector[stream.Length];
        var raised = new List<Alarm>();
        for (var i = 0; i < stream.Length; i++)
        {
            (detector, var alarm) = detector.Observe(Of(i + 1, stream[i]), baseline);
            states[i] = detector;
            if (alarm is not null)
            {
                raised.Add(alarm);
            }
        }

        return ([.. raised.Select(alarm => (double)alarm.Sequence - 1)], states, [.. raised]);
    }

    public static double[] Every(int step, (double[] Alarms, Detector[] States, Alarm[] Raised) run, Func<Detector, double> value) =>
        [.. Enumerable.Range(1, run.States.Length / step).Select(i => value(run.States[(step * i) - 1]))];

    public static Observation Of(long sequence, double? score, Slice? slice = null) =>
        new() { Sequence = sequence, Sample = new(FormattableString.Invariant($"s{sequence}")), Score = score, Slice = slice ?? Slice.All };

    // After an alarm the sums begin anew; what they were stands in the alarm.
    private static double Evidence((double[] Alarms, Detector[] States, Alarm[] Raised) run, int index, Direction direction) =>
        run.Raised.Single(alarm => alarm.Sequence == index + 1) is { } alarm && alarm.Direction == direction ? alarm.Evidence : double.NaN;
}
