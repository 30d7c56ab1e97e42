using System.Threading.Channels;
using Assize.Evaluation;
using Assize.Grains;
using Assize.Grains.Tenants;
using Orleans.Runtime;

namespace Assize.Silo.Clustering;

/// <summary>Puts unfinished runs back to work when this silo starts and whenever another one is lost: a run that was on it would wait for its reminder otherwise.</summary>
internal sealed partial class RunKeeper(ISiloStatusOracle silos, IGrainFactory grains, IConfiguration configuration, TimeProvider time, ILogger<RunKeeper> log)
    : BackgroundService, ISiloStatusListener
{
    /// <summary>The setting, in section <c>Runs</c>, by which unfinished runs are put back to work.</summary>
    public const string AtStart = "ResumeAtStart";

    private readonly Channel<bool> due = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status)
    {
        if (status is SiloStatus.Dead && !updatedSilo.Equals(silos.SiloAddress))
        {
            due.Writer.TryWrite(true);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        silos.SubscribeToSiloStatusEvents(this);
        if (configuration.GetValue($"Runs:{AtStart}", true))
        {
            due.Writer.TryWrite(true);
        }

        try
        {
            await foreach (var _ in due.Reader.ReadAllAsync(stoppingToken))
            {
                while (!await Resumed(stoppingToken))
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(500), time, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException)
        {
            silos.UnSubscribeFromSiloStatusEvents(this);
        }
    }

    private async Task<bool> Resumed(CancellationToken stopping)
    {
        try
        {
            await grains.Resume(TenantName.Default, stopping);
            await grains.Tenant(TenantName.Default).Expire();
            return true;
        }
        catch (Exception lost) when (lost is not OperationCanceledException)
        {
            NotYet(log, lost.GetBaseException().Message);
            return false;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Unfinished runs could not be put back to work yet, trying again: {Why}")]
    private static partial void NotYet(ILogger log, string why);
}
