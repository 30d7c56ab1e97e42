using Microsoft.Extensions.Diagnostics.HealthChecks;
using Orleans.Runtime;

namespace Assize.Silo.Clustering;

/// <summary>
/// A silo is ready while it is active in the membership table itself. An emptied table stops no silo: the old ones would go on as an island beside a second cluster,
/// so a silo that is not listed takes no traffic and says why.
/// </summary>
internal sealed class MembershipHealth(ILocalSiloDetails self, IHostApplicationLifetime lifetime, IServiceProvider services) : IHealthCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return HealthCheckResult.Unhealthy("The silo is stopping.");
        }

        // A silo that clusters with nobody has no table.
        if (services.GetService<IMembershipTable>() is not { } table)
        {
            return HealthCheckResult.Healthy();
        }

        try
        {
            var row = (await table.ReadRowAsync(self.SiloAddress, cancellationToken).WaitAsync(Patience, cancellationToken)).TryGet(self.SiloAddress);
            return row?.Item1.Status switch
            {
                SiloStatus.Active => HealthCheckResult.Healthy(),
                null => HealthCheckResult.Unhealthy($"The membership table does not list this silo ({self.SiloAddress}): it was emptied or belongs to another cluster. Restart the silo, and see to it that the table is kept."),
                var status => HealthCheckResult.Unhealthy($"The membership table lists this silo as {status}."),
            };
        }
        catch (TimeoutException)
        {
            return HealthCheckResult.Unhealthy($"The membership table did not answer in {Patience.TotalSeconds} s.");
        }
        catch (Exception unreachable) when (unreachable is not OperationCanceledException)
        {
            return HealthCheckResult.Unhealthy($"The membership table cannot be read: {unreachable.Message} Where it was emptied, restart the silo, and see to it that the table is kept.");
        }
    }
}
