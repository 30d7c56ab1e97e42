using System.Collections.Immutable;

namespace Assize.Evaluation.Models;

/// <summary>
/// Weighted max-min fairness on three levels: lanes, the tenants in a lane, the runs of a tenant. Nobody gets more than it wants, what it leaves goes to the others
/// by their weights, and nobody could get more without taking it from one who has less for its weight (progressive filling: Bertsekas and Gallager, Data Networks, 6.5.2).
/// </summary>
public static class FairShare
{
    /// <param name="monitors">The share of the monitors' lane when both lanes want more than there is.</param>
    public static Dictionary<Flow, double> Divide(double capacity, IReadOnlyCollection<Demand> flows, Func<Demand, double> wants, double monitors)
    {
        var shares = new Dictionary<Flow, double>(flows.Count);
        Fill(capacity, flows.GroupBy(flow => flow.Flow.Lane), (lane, _) => lane is Lane.Monitor ? monitors : 1 - monitors, (ofLane, lane) =>
            Fill(ofLane, lane.GroupBy(flow => flow.Flow.Tenant), (_, tenant) => tenant.Max(flow => flow.TenantWeight), (ofTenant, tenant) =>
                Fill(ofTenant, tenant.GroupBy(flow => flow.Flow), (_, run) => run.Max(flow => flow.Weight), (ofRun, run) => shares[run.First().Flow] = ofRun)));
        return shares;

        void Fill<TKey>(double amount, IEnumerable<IGrouping<TKey, Demand>> groups, Func<TKey, IEnumerable<Demand>, double> weight, Action<double, IEnumerable<Demand>> give)
        {
            var open = groups.Select(group => (Members: group.ToArray(), Weight: Math.Max(1e-6, weight(group.Key, group)), Wants: group.Sum(wants)))
                .OrderBy(group => group.Wants / group.Weight).ToArray();
            var weights = open.Sum(group => group.Weight);
            foreach (var group in open)
            {
                var part = Math.Min(group.Wants, amount * group.Weight / weights);
                give(part, group.Members);
                amount -= part;
                weights -= group.Weight;
            }
        }
    }
}
