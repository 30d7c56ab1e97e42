using System.Collections.Immutable;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Sampling;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Monitors;

/// <summary>Where a change of the mean comes from, slice by slice (<see cref="Attribution"/>), and samples that show it: the baseline against the scores since the change.</summary>
public sealed record Explanation
{
    private const int MostExamples = 5;

    /// <summary>Parts that are kept; those behind them explain less.</summary>
    private const int MostParts = 12;

    /// <summary>The first score that was looked at: the change, or the oldest score that is still remembered.</summary>
    public required long Since { get; init; }

    /// <summary>When the interaction of that score took place; null where no score is remembered.</summary>
    public DateTimeOffset? SinceTime { get; init; }

    /// <summary>Scores since then.</summary>
    public required long Scores { get; init; }

    /// <summary>The mean of the baseline, in points, the judge's known shift included; as every mean and share here of the traffic, with each score weighted by one over the probability with which it was drawn.</summary>
    public required double Before { get; init; }

    /// <summary>The mean since the change, in points.</summary>
    public required double After { get; init; }

    /// <summary>The slices, the one that explains most first.</summary>
    public required ImmutableArray<SliceEffect> Slices { get; init; }

    /// <summary>The value of a property, or the pair of values of two, that explains the change (<see cref="PartSearch"/>); null where no part moved further than the rest, or nothing is known of parts.</summary>
    public SliceEffect? Cause { get; init; }

    /// <summary>Values and pairs of values of several properties, the one that contributes most first; none with one property, whose values are the slices.</summary>
    public ImmutableArray<SliceEffect> Parts { get; init; } = [];

    /// <summary>Samples since the change that added most to the winning bet; without one, those that lie farthest from their slice's mean in the alarm's direction.</summary>
    public required ImmutableArray<SampleId> Examples { get; init; }

    /// <summary>The same with their scores, each beside one from before; none in an explanation that is older than they are.</summary>
    public ImmutableArray<ExampleScore> Shown { get; init; } = [];

    /// <summary>How far the judge's other criteria moved since the change, the one that moved most surely first; none where it has no other, or nothing is known of what they were.</summary>
    public ImmutableArray<CriterionShift> Criteria { get; init; } = [];

    /// <summary>How far the scores since the change lie from the baseline's, as a description; null where that is not known.</summary>
    public ScoreDistances? Distances { get; init; }

    /// <param name="alarm">What was raised.</param>
    /// <param name="watch">Whose alarm it is.</param>
    /// <param name="recent">Scores that are remembered, in the order of their sequence.</param>
    /// <param name="properties">By which the monitor's slices are named.</param>
    public static Explanation Of(Alarm alarm, Watch watch, IReadOnlyCollection<RecentScore> recent, ImmutableArray<string> properties)
    {
        // An alarm of the corrected stream is about what is left when the judge's shift is taken off; others know of a bridge alone.
        var held = alarm.Stream is AlarmSource.Corrected && watch.JudgeShift() is { } shift ? watch.Baseline.Corrected(shift) : watch.Baseline;
        var (since, baseline, unsure) = (alarm.ChangedAt ?? 0, held.AsJudgedNow(), held.Correction?.Error ?? 0);
        RecentScore[] window = [.. recent.Where(score => score.Sequence >= since)];
        if (window.Length == 0)
        {
            var mean = baseline.MeanInPoints;
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
                means.TryGetValue(slice, out var mean) ? mean : null, found.Length > 0 ? Mean(found) : null)
            {
                Scores = found.Length,
            };
        })];
        var changes = Split(seen).Select(effect => baseline.Slices.All.FirstOrDefault(one => one.Slice == effect.Slice) is { } known && places.TryGetValue(effect.Slice, out var found)
            ? effect.Told(PartChange.Of(known.Scores, found.Aggregate(default(WeightedSample), (sum, score) => sum.Add(score.Score, 1 / score.Inclusion)), baseline.Mean.Carry, unsure))
            : effect);
        var shown = ShownBy(alarm, watch, baseline.Slices, recent, window, before);
        return new Explanation
        {
            Since = window[0].Sequence,
            SinceTime = DateTimeOffset.FromUnixTimeSeconds(window[0].At),
            Scores = window.Length,
            Before = before,
            After = after,
            Slices = [.. changes.OrderBy(change => sign * (change.Within + change.Mix)).ThenBy(change => change.Slice)],
            Examples = [.. shown.Select(example => example.Sample)],
            Shown = shown,
            Criteria = CriterionShift.Of(baseline, window),
            Distances = baseline.DistancesOf([.. window.Select(score => (score.Score, 1 / score.Inclusion))]),
        }.In(TrafficParts.Of(properties, baseline, window), alarm.Direction, baseline.Mean.Carry, unsure);
    }

    /// <summary>The effects with what each contributes. A slice that is new or gone has no change of its own: all of it is mix.</summary>
    internal static IEnumerable<SliceEffect> Split(SliceEffect[] effects) => effects.Zip(
        Attribution.Of([.. effects.Select(one => new SliceChange(
            one.Slice, one.ShareBefore, (one.MeanBefore ?? one.MeanAfter)!.Value, one.ShareAfter, (one.MeanAfter ?? one.MeanBefore)!.Value))]).Parts,
        (one, part) => one with { Within = part.Within, Mix = part.Mix });

    private Explanation In(TrafficParts? traffic, Direction direction, double carry, double unsure)
    {
        if (traffic is null)
        {
            return this;
        }

        var ranked = PartSearch.Ranked(traffic, direction, carry, unsure);
        var cause = PartSearch.Cause(traffic, direction, carry)?.Name(traffic.Properties);
        return this with { Cause = ranked.FirstOrDefault(part => part.Slice == cause), Parts = traffic.Properties.Length > 1 ? [.. ranked.Take(MostParts)] : [] };
    }

    private static ImmutableArray<ExampleScore> ShownBy(Alarm alarm, Watch watch, SliceTable slices, IReadOnlyCollection<RecentScore> recent, RecentScore[] window, double before)
    {
        var sign = alarm.Direction is Direction.Drop ? 1 : -1;
        var growth = BetGrowth.Of(alarm, watch, recent, window[0].Sequence);
        var earlier = recent.TakeWhile(score => score.Sequence < window[0].Sequence).Reverse().ToList();
        var shown = ImmutableArray.CreateBuilder<ExampleScore>(MostExamples);
        foreach (var score in window.OrderByDescending(score => growth.GetValueOrDefault(score.Sequence))
            .ThenBy(score => sign * (score.Score - (slices.Find(score.Slice)?.Mean ?? before))).ThenByDescending(score => score.Sequence).Take(MostExamples))
        {
            var beside = earlier.FindIndex(other => other.Slice == score.Slice);
            shown.Add(new ExampleScore(score.Sample, score.Slice, score.Score, slices.Find(score.Slice)?.Mean)
            {
                Growth = growth.TryGetValue(score.Sequence, out var own) ? own : null,
                Before = beside < 0 ? null : earlier[beside].Sample,
                ScoreBefore = beside < 0 ? null : earlier[beside].Score,
            });
            if (beside >= 0)
            {
                earlier.RemoveAt(beside);
            }
        }

        return shown.DrainToImmutable();
    }
}
