using Assize.Cli.Reports;

namespace Assize.Cli.Monitors;

/// <summary>How a monitor's daily budget is split, as a person reads it on a terminal.</summary>
internal static class SamplerText
{
    private const int MostSlices = 12;

    public static IEnumerable<string> Lines(V1.Monitor monitor)
    {
        if (monitor.Definition.Sampler?.Allocation is null)
        {
            yield break;
        }

        if (monitor.Plans.Count == 0)
        {
            yield return "Budget: not split over slices yet; that takes an hour of traffic";
            yield break;
        }

        yield return $"Budget: {Figures.Count(monitor.Definition.Sampler.PerDay)} a day, split over {Figures.Plural(monitor.Plans.Count, "slice", "slices")} at {Figures.Time(monitor.PlanTime.ToDateTimeOffset())}";
        foreach (var plan in monitor.Plans.Take(MostSlices))
        {
            var floor = plan.Floor > 0 ? $", floor {Figures.Count(plan.Floor)}" : "";
            yield return $"  {plan.Slice}: {Figures.Count(plan.Planned)} of {Figures.Count((long)Math.Round(plan.Traffic))} expected a day, a rate of {Figures.Share(plan.Rate)}{floor}";
        }

        if (monitor.Plans.Count > MostSlices)
        {
            yield return $"  and {Figures.Plural(monitor.Plans.Count - MostSlices, "other", "others")}: assize monitor show {monitor.Definition.Name} -o json";
        }
    }
}
