using Assize.Evaluation;
using Assize.Grains.Monitors;
using Assize.Grains.Suites;

namespace Assize.Grains.Tenants;

/// <summary>Puts a tenant's unfinished runs and removals and its monitors back to work; those that are at work go on as they were.</summary>
public static class Resumption
{
    /// <summary>Runs looked after at once: a silo that was lost may have held a thousand.</summary>
    private const int AtOnce = 16;

    public static async Task Resume(this IGrainFactory grains, TenantName tenant, CancellationToken cancellation)
    {
        var open = await grains.Tenant(tenant).Open();
        await Parallel.ForEachAsync(open.Runs, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (run, _) =>
        {
            if (!await grains.Suite(tenant, run.Suite).Resume(run.Run))
            {
                await grains.Tenant(tenant).Closed(run.Run);
            }
        });
        foreach (var suite in (await grains.Tenant(tenant).LeavingSuites()).Names)
        {
            if (await grains.Suite(tenant, suite).Leave() is not RemovalAnswer.Begun and var answer)
            {
                await grains.Tenant(tenant).Left(suite, gone: answer is RemovalAnswer.Absent);
            }
        }

        await grains.ResumeMonitors(tenant, await grains.Monitors(tenant).List(), cancellation);
    }
}
