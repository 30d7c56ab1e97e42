using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Drift;

/// <summary>
/// A mixture detector for every slice of the baseline. The sum of their evidence over slices is itself evidence (Σ R_k − t is a martingale in the whole stream's samples),
/// and e-d-BH names the slices: k* = max{k : R_(k) ≥ K·A_k/k}, A_k = A/K a slice's own share of the threshold.
/// Source: Dandapanthula, Ramdas 2025; statistics.md 1.6 (sharding) and 1.12.
/// </summary>
public sealed record SliceDetector : Detector
{
    /// <summary>A in samples of the whole stream.</summary>
    public required double Threshold { get; init; }

    /// <summary>The share of each slice's weight on drops.</summary>
    public double DropWeight { get; init; } = 0.5;

    /// <summary>The smallest shift of a slice that matters, in points; 0 leaves it at one standard error of the slice's baseline.</summary>
    public double LeastShift { get; init; }

    public ImmutableSortedDictionary<Slice, MixtureDetector> Slices { get; init; } = ImmutableSortedDictionary<Slice, MixtureDetector>.Empty;

    /// <summary>Whether the sum over slices has raised its alarm, which names no slice and is raised once; the slices' evidence goes on.</summary>
    public bool AllRaised { get; init; }

    /// <summary>Σ R over slices: valid as a global alarm at A.</summary>
    [JsonIgnore]
    public double Total => Slices.Values.Sum(slice => slice.Total);

    [JsonIgnore]
    public override double Level => Total / Threshold;

    public static SliceDetector Of(double threshold) => new() { Threshold = threshold };

    public override IEnumerable<Mistake> Check() => (MixtureDetector.Of(Threshold) with { DropWeight = DropWeight, LeastShift = LeastShift }).Check();

    /// <summary>Half the width of a slice's band in standard errors of its baseline.</summary>
    internal static double Errors(SliceBaseline slice, double threshold, Baseline baseline) => UsualDetectors.Errors(slice.EffectiveCount, threshold / baseline.Slices.All.Length);

    public override Promise Promise() => new(Threshold, Guaranteed: true);

    public override Detector Restarted() => this with { Slices = ImmutableSortedDictionary<Slice, MixtureDetector>.Empty, AllRaised = false };

    protected override (Detector Next, Alarm? Alarm) Learn(Observation observation, double share, SliceBaseline slice, Baseline baseline)
    {
        // A slice's own detector never alarms by itself: what counts is the sum.
        var before = Slices.GetValueOrDefault(slice.Slice) ?? MixtureDetector.Of(double.MaxValue) with
        {
            DropWeight = DropWeight, LeastShift = LeastShift, Errors = Errors(slice, Threshold, baseline),
        };
        var after = (MixtureDetector)before.Observe(observation, baseline.Only(slice)).Next;
        var next = this with { Sequence = observation.Sequence, Scored = Scored + 1, Slices = Slices.SetItem(slice.Slice, after) };
        var total = next.Total;
        if (total < Threshold)
        {
            return (next, null);
        }

        // Named slices need R ≥ A/k each, so that nothing can be named before the sum has reached A.
        var names = next.Slices.Keys.ToArray();
        var named = EValues.Detect([.. next.Slices.Values.Select(one => one.Total)], baseline.Slices.All.Length, Threshold / baseline.Slices.All.Length)
            .Select(index => names[index]).Order().ToImmutableArray();
        if (named.IsEmpty && AllRaised)
        {
            return (next, null);
        }

        var strongest = next.Slices.Values.MaxBy(one => one.Total)!.Strongest();
        return (next with { Slices = next.Slices.RemoveRange(named), AllRaised = AllRaised || named.IsEmpty }, Raise(observation, total, Threshold, strongest.Direction) with
        {
            Channel = strongest.Channel, ChangedAt = strongest.ChangedAt, Slices = named,
        });
    }
}
