using System.Text.Json;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Tests.Drift;

/// <summary>
/// One case of drift_acceptance.json: a law of scores before and after a change, and what the default detector must reach on it. Streams are made as the file says:
/// a stationary Gaussian AR(1) is cut at the quantiles of the law, the slice is drawn by weights that may go up and down over 1,000 samples.
/// </summary>
public sealed class AcceptanceProtocol
{
    public const double Threshold = 10_000;
    private const int BaselineScoresCount = 2000;
    private const int InControl = 30_000;
    private const int BeforeChange = 3000;
    private const int Longest = 15_000;

    private readonly bool binary;
    private readonly bool known;
    private readonly int ramp;
    private readonly double carry;
    private readonly double amplitude;
    private readonly double[][] before;
    private readonly double[][] after;
    private readonly double[]? weightsAfter;
    private readonly JsonElement file;

    public AcceptanceProtocol(JsonElement file)
    {
        this.file = file;
        Name = file.GetProperty("name").GetString()!;
        binary = file.GetProperty("binary").GetBoolean();
        known = file.GetProperty("baseline").GetString() == "known";
        ramp = file.GetProperty("ramp_samples").GetInt32();
        carry = file.GetProperty("gaussian_copula_ar1").GetDouble();
        amplitude = file.GetProperty("diurnal_amplitude").GetDouble();
        before = Laws("law_before_by_slice");
        after = Laws("law_after_by_slice");
        weightsAfter = file.TryGetProperty("slice_weights_after", out var weights) ? [.. weights.EnumerateArray().Select(weight => weight.GetDouble())] : null;
        IsDelay = file.GetProperty("measure").GetString()!.StartsWith("delay", StringComparison.Ordinal);
    }

    /// <summary>Every case of the file that lies beside the program.</summary>
    public static AcceptanceProtocol[] Read()
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "drift_acceptance.json"));
        return [.. JsonDocument.Parse(file).RootElement.GetProperty("cases").EnumerateArray().Select(each => new AcceptanceProtocol(each))];
    }

    public string Name { get; }

    /// <summary>The name with the kind of baseline, which tells two cases of one name apart.</summary>
    public string Title => $"{Name}, {(known ? "known baseline" : "baseline of 2,000")}";

    public bool IsDelay { get; }

    /// <summary>A number that the file gives the case; null where it does not.</summary>
    public double? Goal(string name) => file.TryGetProperty(name, out var goal) && goal.ValueKind == JsonValueKind.Number ? goal.GetDouble() : null;

    /// <summary>What the reference measured, for the record.</summary>
    public string Measured => file.GetProperty("measured").ToString();

    /// <summary>False alarms in one run of 30,000 scores in control.</summary>
    public int FalseAlarms(int seed)
    {
        var (stream, baseline, detector) = Start(seed);
        var alarms = 0;
        for (var i = 0; i < InControl; i++)
        {
            (detector, var alarm) = detector.Observe(stream.Next(false, 0), baseline);
            alarms += alarm is null ? 0 : 1;
        }

        return alarms;
    }

    /// <summary>Scores from a change after 3,000 scores to the next alarm; positive infinity when there was none within 15,000.</summary>
    public double Delay(int seed)
    {
        var (stream, baseline, detector) = Start(seed);
        for (var i = 0; i < BeforeChange; i++)
        {
            detector = detector.Observe(stream.Next(false, 0), baseline).Next;
        }

        for (var i = 1; i <= Longest; i++)
        {
            (detector, var alarm) = detector.Observe(stream.Next(true, ramp == 0 ? 1 : Math.Min(1, (double)i / ramp)), baseline);
            if (alarm is not null)
            {
                return i;
            }
        }

        return double.PositiveInfinity;
    }

    /// <summary>The scale of the scores.</summary>
    public Scale Scale => binary ? Scale.PassFail : new Scale(1, before[0].Length);

    /// <summary>Scores over which a change comes gradually; 0 for a sudden one.</summary>
    public int Ramp => ramp;

    /// <summary>The slices that scores lie in.</summary>
    public int Slices => before.Length;

    /// <summary>Scores by the laws of the case, before the change and after it.</summary>
    public Source Open(int seed) => new(this, seed);

    private (Source Stream, Baseline Baseline, Detector Detector) Start(int seed)
    {
        var stream = new Source(this, seed);
        var scale = Scale;
        if (known)
        {
            var levels = Enumerable.Range(0, before[0].Length).Select(level => (double)level + (binary ? 0 : 1)).ToArray();
            var mean = levels.Zip(before[0], (level, share) => level * share).Sum();
            var variance = levels.Zip(before[0], (level, share) => (level - mean) * (level - mean) * share).Sum();
            return (stream, Baseline.Known(new("known"), scale, mean, Math.Sqrt(variance)), MixtureDetector.Of(Threshold));
        }

        var scores = Enumerable.Range(0, BaselineScoresCount).Select(_ => stream.Next(false, 0)).Select(each => new BaselineScore(each.Slice, each.Score!.Value)).ToArray();
        return (stream, BaselineScores.Of(new("estimated"), scale, scores), MixtureDetector.Of(Threshold));
    }

    private double[][] Laws(string name) => [.. file.GetProperty(name).EnumerateArray().Select(law => law.EnumerateArray().Select(share => share.GetDouble()).ToArray())];

    /// <summary>A stream of scores that is the same on every machine.</summary>
    public sealed class Source(AcceptanceProtocol law, int seed)
    {
        private readonly Random chance = new(seed);
        private readonly Slice[] slices = [.. Enumerable.Range(0, law.before.Length).Select(s => law.before.Length == 1 ? Slice.All : new Slice($"slice={s}"))];
        private double last = double.NaN;
        private long count;

        /// <summary>The next score: of the weights before or after the change, and of the law after it with a probability.</summary>
        public Observation Next(bool changed, double mixed)
        {
            var slice = Draw(changed);
            var u = Uniform();

            // Mixing by chance is a mixed law.
            var table = mixed >= 1 || (mixed > 0 && chance.NextDouble() < mixed) ? law.after[slice] : law.before[slice];
            var level = 0;
            for (; level < table.Length - 1 && u >= table[level]; level++)
            {
                u -= table[level];
            }

            count++;
            return new Observation { Sequence = count, Sample = default, Slice = slices[slice], Score = law.binary ? level : level + 1 };
        }

        private int Draw(bool changed)
        {
            if (slices.Length == 1)
            {
                return 0;
            }

            var u = chance.NextDouble();
            for (var s = 0; s < slices.Length - 1; s++)
            {
                var weight = changed && law.weightsAfter is { } weights ? weights[s]
                    : (1 + law.amplitude * Math.Cos(2 * Math.PI * (count / 1000.0 + (double)s / slices.Length))) / slices.Length;
                if (u < weight)
                {
                    return s;
                }

                u -= weight;
            }

            return slices.Length - 1;
        }

        private double Uniform()
        {
            if (law.carry == 0)
            {
                return chance.NextDouble();
            }

            var z = Math.Sqrt(-2 * Math.Log(1 - chance.NextDouble())) * Math.Cos(2 * Math.PI * chance.NextDouble());
            last = double.IsNaN(last) ? z : law.carry * last + Math.Sqrt(1 - law.carry * law.carry) * z;
            return Normal.Lower(last);
        }
    }
}
