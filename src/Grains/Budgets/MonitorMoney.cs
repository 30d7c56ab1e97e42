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

    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LongestTelling = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<PurseName, MonitorAdvance> advances = new();

    /// <summary>Whether any budget bounds a tenant's calls of these models; what none bounds is not counted.</summary>
    public bool Binds(TenantName tenant, IEnumerable<ModelName> models) => !declared.Purses(tenant, models).IsEmpty;

    /// <summary>Holds so much in every purse that pays for it, and says which budget has not enough left; null when all have.</summary>
    /// <param name="begun">For a sample that has begun.</param>
    public async ValueTask<string?> Reserve(TenantName tenant, Costs need, bool begun)
    {
        var held = new List<MonitorAdvance>();
        string? lacking = null;
        var done = false;
        try
        {
            foreach (var advance in Paying(tenant, need))
            {
                lacking = await advance.Reserve(need.In(advance.Name), begun);
                if (lacking is not null)
                {
                    return lacking;
                }

                held.Add(advance);
            }

            done = true;
            return null;
        }
        finally
        {
            foreach (var advance in done ? [] : held)
            {
                advance.Settle(need.In(advance.Name), 0);
            }
        }
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
    public Task Tell(bool last) => Task.WhenAll(advances.Values.Select(async advance =>
    {
        try
        {
            await advance.Tell(last);
        }
        catch (Exception lost)
        {
            BudgetLog.NotTold(log, advance.Name.Value, lost.GetBaseException().Message);
        }
    }));

    /// <summary>Monitors begin nothing new once the silo stops: what only waited for its call has given back in a moment, and what is in flight after some seconds counts with what was expected of it.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        var late = Task.Delay(LongestRest, time, cancellationToken);
        using var often = new PeriodicTimer(TimeSpan.FromMilliseconds(20), time);
        while (!late.IsCompleted && !advances.Values.All(advance => advance.IsQuiet))
        {
            await Task.WhenAny(late, often.WaitForNextTickAsync(CancellationToken.None).AsTask());
        }

        // A purse that hears nothing takes what was held for spent, some minutes later.
        await Tell(last: true).WaitAsync(LongestTelling, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
