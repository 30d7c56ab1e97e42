using System.Collections.Immutable;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Sampling;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Monitors;

/// <summary>Where a change of the mean comes from, slice by slice (<see cref="Attribution"/>), and samples that show it: the baseline against the scores since the change.</summary>
public sealed record Explanation
{
    private const int MostExamples = 5;

    /// <summary>The first score that was looked at: the change, or the oldest score that is still remembered.</summary>
    public required long Since { get; init; }

    /// <summary>When the interaction of that score took place; null where no score is remembered.</summary>
    public DateTimeOffset? SinceTime { get; init; }

    /// <summary>Scores since then.</summary>
    public required long Scores { get; init; }

    /// <summary>The mean of the baseline, in points; as every mean and share here of the traffic, with each score weighted by one over the probability with which it was drawn.</summary>
    public required double Before { get; init; }

    /// <summary>The mean since the change, in points.</summary>
    public required double After { get; init; }

    /// <summary>The slices, the one that explains most first.</summary>
    public required ImmutableArray<SliceEffect> Slices { get; init; }

    /// <summary>Samples since the change that lie farthest from their slice's mean in the alarm's direction.</summary>
    public required ImmutableArray<SampleId> Examples { get; init; }

    public static Explanation Of(Alarm alarm, Baseline baseline, IEnumerable<RecentScore> recent)
    {
        var since = alarm.ChangedAt ?? 0;
        RecentScore[] window = [.. recent.Where(score => score.Sequence >= since)];
        if (window.Length == 0)
        {
            var mean = baseline.Scale.Min + baseline.Mean.Centre * baseline.Width;
            return new Explanation { Since = since, Scores = 0, Before = mean, After = mean, Slices = [], Examples = [] };
        }

        var sign = alarm.Direction is Direction.Drop ? 1 : -1;
        // In units of the first one, so that scores that were all drawn alike weigh 1 each.
        double Weight(RecentScore score) => window[0].Inclusion / score.Inclusion;
        double Mean(RecentScore[] scores) => scores.Sum(score => Weight(score) * score.Score) / scores.Sum(Weight);
        var places = window.GroupBy(score => baseline.Slices.Find(score.Slice)?.Slice ?? score.Slice).ToDictionary(group => group.Key, group => group.ToArray());
        var all = baseline.Slices.All.Sum(slice => slice.Stands);
        // Numbers that are known and not estimated are about one slice, which is everything.
        var weights = baseline.Slices.All.ToDictionary(slice => slice.Slice, slice => all > 0 ? slice.Stands / all : 1);
        var means = baseline.Slices.All.ToDictionary(slice => slice.Slice, slice => slice.Mean);
        var (before, after) = (weights.Sum(slice => slice.Value * means[slice.Key]), Mean(window));
        SliceEffect[] seen = [.. weights.Keys.Union(places.Keys).Select(slice =>
        {
            var found = places.GetValueOrDefault(slice) ?? [];
            return new SliceEffect(slice, weights.GetValueOrDefault(slice), found.Sum(Weight) / window.Sum(Weight),
                means.TryGetValue(slice, out var mean) ? mean : null, found.Length > 0 ? Mean(found) : null);
        })];
        // A slice that is new or gone has no change of its own: all of it is mix.
        var parts = Attribution.Of([.. seen.Select(one => new SliceChange(
            one.Slice, one.ShareBefore, (one.MeanBefore ?? one.MeanAfter)!.Value, one.ShareAfter, (one.MeanAfter ?? one.MeanBefore)!.Value))]).Parts;
        var changes = seen.Zip(parts, (one, part) => one with { Within = part.Within, Mix = part.Mix });
        return new Explanation
        {
            Since = window[0].Sequence,
            SinceTime = DateTimeOffset.FromUnixTimeSeconds(window[0].At),
            Scores = window.Length,
            Before = before,
            After = after,
            Slices = [.. changes.OrderBy(change => sign * (change.Within + change.Mix)).ThenBy(change => change.Slice)],
            Examples = [.. window.OrderBy(score => sign * (score.Score - (baseline.Slices.Find(score.Slice)?.Mean ?? before))).ThenByDescending(score => score.Sequence)
                .Take(MostExamples).Select(score => score.Sample)],
        };
    }
}

/// <summary>One slice before and after a change.</summary>
/// <param name="ShareBefore">w₀, 0 to 1.</param>
/// <param name="ShareAfter">w₁.</param>
/// <param name="MeanBefore">m₀ in points; null for a slice that the baseline does not have.</param>
/// <param name="MeanAfter">m₁ in points; null for a slice without scores since.</param>
public sealed record SliceEffect(Slice Slice, double ShareBefore, double ShareAfter, double? MeanBefore, double? MeanAfter)
{
    /// <summary>What the slice's own change contributes to the change of the mean, in points.</summary>
    public double Within { get; init; }

    /// <summary>What the change of its share contributes.</summary>
    public double Mix { get; init; }
}
