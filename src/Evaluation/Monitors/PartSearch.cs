using System.Collections.Immutable;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Statistics;

namespace Assize.Evaluation.Monitors;

/// <summary>
/// Which part of the traffic a change lies in: every value of a property and every pair of values of two properties with at least 30 scores before and since, each as a part of the exact split by
/// its own properties (<see cref="Attribution"/>), p values after Holm. The one that explains the change is found by splitting greedily over at most two properties: the value that moved most surely
/// further in the alarm's direction than all others, and within it the same once more. A search after an alarm, which is no alarm of its own. Source: statistics.md 1.13.
/// </summary>
public static class PartSearch
{
    /// <summary>A part that does not differ from the rest at this level, after Holm among all that were tried, explains nothing.</summary>
    private const double Level = 0.05;

    /// <summary>Every part that is large enough, the one that contributes most in the alarm's direction first.</summary>
    /// <param name="unsure">The standard error of the judge's known shift, in points.</param>
    public static ImmutableArray<SliceEffect> Ranked(TrafficParts traffic, Direction direction, double carry, double unsure = 0)
    {
        var found = new List<(SliceEffect Effect, PartChange? Change)>();
        for (var first = 0; first < traffic.Properties.Length; first++)
        {
            found.AddRange(Split(traffic, traffic.By(first), carry, unsure));
            for (var second = first + 1; second < traffic.Properties.Length; second++)
            {
                found.AddRange(Split(traffic, traffic.By(first, second), carry, unsure));
            }
        }

        var p = Adjusted.Holm([.. found.Select(one => one.Change?.P ?? 1)]);
        var sign = direction is Direction.Drop ? 1 : -1;
        return [.. found.Select((one, i) => one.Effect with { P = p[i] }).OrderBy(effect => sign * effect.Within).ThenBy(effect => effect.Slice)];
    }

    /// <summary>The value, or the pair of values, that explains the change; null where no part moved further than the rest.</summary>
    public static TrafficPart? Cause(TrafficParts traffic, Direction direction, double carry)
    {
        TrafficPart? cause = null;
        for (var depth = 0; depth < 2; depth++)
        {
            var inside = cause is null ? traffic : traffic.Only(cause, inside: true);
            var tried = (
                from place in Enumerable.Range(0, traffic.Properties.Length)
                where cause?.Values[place] is null
                from part in inside.By(place)
                where part.Large
                let rest = inside.Only(part, inside: false).All()
                where rest.Large
                let change = PartChange.Of(part.Before, part.After, carry)
                let other = PartChange.Of(rest.Before, rest.After, carry)
                where change is not null && other is not null
                select (Part: part, P: change.Value.Less(other.Value).PTowards(direction))).ToArray();
            var p = Adjusted.Holm([.. tried.Select(one => one.P)]);
            if (tried.Zip(p).Where(one => one.Second <= Level).OrderBy(one => one.First.P).Select(one => one.First.Part).FirstOrDefault() is not { } found)
            {
                break;
            }

            cause = cause is null ? found : found with { Values = [.. found.Values.Zip(cause.Values, (own, before) => own ?? before)] };
        }

        return cause;
    }

    private static IEnumerable<(SliceEffect Effect, PartChange? Change)> Split(TrafficParts traffic, ImmutableArray<TrafficPart> parts, double carry, double unsure)
    {
        var (before, after) = (parts.Sum(part => part.Before.Total), parts.Sum(part => part.After.Total));
        SliceEffect[] effects = [.. parts.Select(part => new SliceEffect(
            part.Name(traffic.Properties),
            part.Before.Count > 0 ? part.Before.Total / before : 0,
            part.After.Count > 0 ? part.After.Total / after : 0,
            part.Before.Count > 0 ? part.Before.Mean : null,
            part.After.Count > 0 ? part.After.Mean : null) { Scores = part.After.Count })];
        return Explanation.Split(effects).Zip(parts).Where(pair => pair.Second.Large).Select(pair =>
        {
            var change = PartChange.Of(pair.Second.Before, pair.Second.After, carry, unsure);
            return (pair.First.Told(change), change);
        });
    }
}
