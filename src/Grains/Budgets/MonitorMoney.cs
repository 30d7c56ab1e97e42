using System.Collections.Concurrent;
using Assize.Evaluation;
using Assize.Evaluation.Budgets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Assize.Grains.Budgets;

/// <summary>
/// What the monitors of this silo spend of the budgets of tenants and models. They draw on the same purses as runs, the whole silo as one: a purse that ten thousand monitors wrote to would do nothing else.
/// </summary>
internal sealed class MonitorMoney(IGrainFactory grains, DeclaredBudgets declared, ILocalSiloDetails silo, TimeProvider time, ILogger<MonitorMoney> log) : BackgroundService
{
    private static readonly TimeSpan TellEvery = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<PurseName, MonitorAdvance> advances = new();

    /// <summary>Whether any budget bounds a tenant's calls of these models; what none bounds is not counted.</summary>
    public bool Binds(TenantName tenant, IEnumerable<ModelName> models) => !declared.Purses(tenant, models).IsEmpty;

    /// <summary>Holds so much in every purse that pays for it, and says which budget has not enough left; null when all have.</summary>
    public async ValueTask<string?> Reserve(TenantName tenant, Costs need)
    {
        var held = new List<MonitorAdvance>();
        foreach (var advance in Paying(tenant, need))
        {
            string? lacking = null;
            try
            {
                lacking = await advance.Reserve(need.In(advance.Name));
            }
            catch
            {
                Free();
                throw;
            }

            if (lacking is not null)
            {
                Free();
                return lacking;
            }

            held.Add(advance);
        }

        return null;

        void Free() => held.ForEach(one => one.Settle(need.In(one.Name), 0));
    }

    /// <summary>What was held is free, and so much of it is spent.</summary>
    public void Settle(TenantName tenant, Costs held, Costs cost)
    {
        foreach (var advance in Paying(tenant, held.Or(cost)))
        {
            advance.Settle(held.In(advance.Name), cost.In(advance.Name));
        }
    }

    /// <summary>Tells every purse what is spent, and gives back what nothing is held for.</summary>
    public async Task Tell(bool last)
    {
        foreach (var advance in advances.Values)
        {
            try
            {
                await advance.Tell(last);
            }
            catch (Exception lost)
            {
                BudgetLog.NotTold(log, advance.Name.Value, lost.GetBaseException().Message);
            }
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        // A purse that cannot be reached any more takes what was held for spent, some minutes later.
        await Tell(last: true).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var often = new PeriodicTimer(TellEvery, time);
        try
        {
            while (await often.WaitForNextTickAsync(stoppingToken))
            {
                await Tell(last: false);
            }
        }
        catch (OperationCanceledException)
        {
            // The end is told when all has stopped.
        }
    }

    private IEnumerable<MonitorAdvance> Paying(TenantName tenant, Costs costs) =>
        declared.Purses(tenant, costs.ByModel.Keys).Where(purse => costs.In(purse) > 0)
            .Select(purse => advances.GetOrAdd(purse, name => new MonitorAdvance(name, grains.Purse(name), silo.SiloAddress.ToParsableString(), time)));
}
