using System.Collections.Immutable;

namespace Assize.Evaluation.Models;

/// <summary>Divides an endpoint among silos so that every flow gets its fair share wherever its calls are: a flow's share is spread over silos as its calls are.</summary>
internal static class Holders
{
    /// <summary>A silo's part of the calls in flight, with its equal part of what nobody wants.</summary>
    public static double Part(ImmutableSortedDictionary<string, Holding> holdings, string holder, double total, double monitors)
    {
        var parts = Divided(holdings, total, one => one.Waiting + one.InFlight, monitors);
        return parts.GetValueOrDefault(holder) + (total - parts.Values.Sum()) / holdings.Count;
    }

    /// <summary>The shares of those with calls waiting; 1 in sum, or nothing when nobody waits.</summary>
    public static ImmutableSortedDictionary<string, double> Shares(ImmutableSortedDictionary<string, Holding> holdings, double capacity, double monitors)
    {
        var parts = Divided(holdings, capacity, one => one.Waiting, monitors);
        var sum = parts.Values.Sum();
        return parts.Where(one => one.Value > 0).ToImmutableSortedDictionary(one => one.Key, one => one.Value / sum, StringComparer.Ordinal);
    }

    /// <summary>What each flow of a silo weighs there, so that it gets its share over all silos.</summary>
    public static ImmutableArray<Weight> Weights(ImmutableSortedDictionary<string, Holding> holdings, string holder, double monitors)
    {
        var flows = Merged(holdings);
        var shares = FairShare.Divide(1, flows, _ => double.MaxValue / 1e9, monitors);
        var totals = flows.ToDictionary(one => one.Flow, one => Math.Max(1, one.Waiting + one.InFlight));
        return [.. holdings[holder].Demands.Select(one => new Weight(one.Flow, Math.Max(1e-6, shares[one.Flow] * (one.Waiting + one.InFlight) / totals[one.Flow])))];
    }

    private static Dictionary<string, double> Divided(ImmutableSortedDictionary<string, Holding> holdings, double capacity, Func<Demand, double> wants, double monitors)
    {
        var flows = Merged(holdings);
        var shares = FairShare.Divide(capacity, flows, wants, monitors);
        var wanted = flows.ToDictionary(one => one.Flow, wants);
        return holdings.ToDictionary(one => one.Key, one => one.Value.Demands.Sum(demand =>
            wants(demand) is > 0 and var part ? shares[demand.Flow] * part / wanted[demand.Flow] : 0));
    }

    private static Demand[] Merged(ImmutableSortedDictionary<string, Holding> holdings) =>
        [.. holdings.Values.SelectMany(one => one.Demands).GroupBy(one => one.Flow).Select(flow => flow.First() with
        {
            TenantWeight = flow.Max(one => one.TenantWeight),
            Weight = flow.Max(one => one.Weight),
            Waiting = flow.Sum(one => one.Waiting),
            InFlight = flow.Sum(one => one.InFlight),
        })];
}
