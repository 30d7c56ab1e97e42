using Assize.Grains;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Assize.Silo.Clustering;

/// <summary>A gateway is ready while a silo answers it.</summary>
internal sealed class ClientHealth(IGrainFactory grains) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await grains.Models().Cards().WaitAsync(TimeSpan.FromSeconds(5), cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception lost) when (lost is TimeoutException or OrleansException or InvalidOperationException)
        {
            return HealthCheckResult.Unhealthy($"No silo answers: {lost.Message}");
        }
    }
}
