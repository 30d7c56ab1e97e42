using Assize.Evaluation;
using Assize.Evaluation.Monitors;

namespace Assize.Grains.Monitors;

/// <summary>Puts a tenant's monitors back to work on what they drew and have not judged.</summary>
internal static class MonitorResumption
{
    private const int AtOnce = 16;

    public static async Task ResumeMonitors(this IGrainFactory grains, TenantName tenant, MonitorSet monitors, CancellationToken cancellation) =>
        await Parallel.ForEachAsync(
            monitors.Monitors, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (entry, _) => await grains.Monitor(tenant, entry.Name).Resume());
}
