using System.Collections.Immutable;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Monitors;

/// <summary>How a daily budget is split over slices: half of it as the traffic is, floors, and the rest where scores vary most. Without it every slice is drawn at the same rate.</summary>
public sealed record AllocationSettings
{
    /// <summary>Samples a day that every slice gets where it has so many: what an alarm of its own needs.</summary>
    public long Floor { get; init; }

    /// <summary>Floors of slices that have one of their own.</summary>
    public ImmutableSortedDictionary<Slice, long> Floors { get; init; } = ImmutableSortedDictionary<Slice, long>.Empty;

    public long FloorOf(Slice slice) => Floors.TryGetValue(slice, out var own) ? own : Floor;

    /// <summary>What is wrong with a sampler that splits its budget.</summary>
    public static IEnumerable<Mistake> Check(SamplerSettings sampler, bool sliced)
    {
        if (sampler.Allocation is not { } allocation)
        {
            yield break;
        }

        if (sampler.PerDay is null)
        {
            yield return new Mistake("A budget is split over slices by the day, and there is none.", "Give the judged interactions a day.") { Field = "sampler.perDay" };
        }

        if (!sliced)
        {
            yield return new Mistake("A budget is split over slices, and the monitor has none.", "Name the properties under 'slices'.") { Field = "slices" };
        }

        if (!sampler.Strata.IsEmpty)
        {
            yield return new Mistake("A slice has either a rate of its own or a share of the budget.", "Leave 'strata' or 'allocation' out.") { Field = "sampler.strata" };
        }

        (string Field, long Floor)[] floorsByField = [("floor", allocation.Floor), .. allocation.Floors.Select(one => ($"floors.{one.Key}", one.Value))];
        foreach (var (field, _) in floorsByField.Where(one => one.Floor < 0))
        {
            yield return new Mistake("A floor is a number of judged interactions a day, 0 or more.") { Field = $"sampler.allocation.{field}" };
        }

        if (allocation.Floors.Values.Where(floor => floor > 0).Sum() is var floors && floors > sampler.PerDay / 2)
        {
            yield return new Mistake(
                FormattableString.Invariant($"The floors of single slices are {floors} samples a day, more than half of the daily budget of {sampler.PerDay}."),
                "Lower them or raise the budget: the other half is drawn as the traffic is.") { Field = "sampler.allocation.floors" };
        }
    }
}
