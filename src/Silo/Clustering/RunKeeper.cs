using System.Collections.Immutable;
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

    // The store or the directory may be a moment behind; what fails for good must not keep the cluster busy.
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(500), Longest = TimeSpan.FromMinutes(1);

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
                for (var pause = Shortest; !await Resumed(stoppingToken); pause = pause * 2 < Longest ? pause * 2 : Longest)
                {
                    await Task.Delay(pause, time, stoppingToken);
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
        // What cannot be put back to work is no reason to keep what is old.
        var (resumed, expired) = (await Done(() => grains.Resume(TenantName.Default, stopping)), await Done(() => grains.Tenant(TenantName.Default).Expire()));
        return resumed && expired;
    }

    private async Task<bool> Done(Func<Task> work)
    {
        try
        {
            await work();
            return true;
        }
        catch (Exception lost) when (lost is not OperationCanceledException)
        {
            ImmutableArray<Exception> reasons = lost is AggregateException several ? [.. several.InnerExceptions] : [lost];
            NotYet(log, reasons.Length, reasons[0].GetBaseException().Message);
            return false;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Of what is unfinished or due {Count} could not be put back to work yet, trying again: {Why}")]
    private static partial void NotYet(ILogger log, int count, string why);
}
