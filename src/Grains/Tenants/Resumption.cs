using Assize.Evaluation;
using Assize.Grains.Monitors;
using Assize.Grains.Suites;

namespace Assize.Grains.Tenants;

/// <summary>Puts a tenant's unfinished runs and removals and its monitors back to work; those that are at work go on as they were. What cannot be put back holds up nothing else.</summary>
public static class Resumption
{
    /// <exception cref="AggregateException">Some could not be put back to work; all others were.</exception>
    public static async Task Resume(this IGrainFactory grains, TenantName tenant, CancellationToken cancellation)
    {
        var open = await grains.Tenant(tenant).Open();
        var runs = await Undeterred.ForEach(open.Runs, async run =>
        {
            if (!await grains.Suite(tenant, run.Suite).Resume(run.Run))
            {
                await grains.Tenant(tenant).Closed(run.Run);
            }
        }, cancellation);
        var removals = await Undeterred.ForEach((await grains.Tenant(tenant).LeavingSuites()).Names, async suite =>
        {
            if (await grains.Suite(tenant, suite).Leave() is not RemovalAnswer.Begun and var answer)
            {
                await grains.Tenant(tenant).Left(suite, gone: answer is RemovalAnswer.Absent);
            }
        }, cancellation);
        var monitors = await Undeterred.ForEach((await grains.Monitors(tenant).List()).Monitors, monitor => grains.Monitor(tenant, monitor.Name).Resume(), cancellation);
        if (runs.Count + removals.Count + monitors.Count > 0)
        {
            throw new AggregateException([.. runs, .. removals, .. monitors]);
        }
    }
}
