using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Runtime;

namespace Assize.Grains;

/// <summary>
/// Knows when this process has slept (a frozen machine, a moved one, a very long collection): the others may have given it up meanwhile and done its work. Until the membership table says that
/// it still belongs to the cluster, nothing that costs money is started.
/// </summary>
internal sealed class Pulse(TimeProvider time, Telemetry telemetry, IServiceProvider services) : IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(500);

    /// <summary>Shorter than a silent silo is waited for.</summary>
    private static readonly TimeSpan Sleep = TimeSpan.FromSeconds(3);

    private ITimer? timer;
    private long last = time.GetTimestamp();
    private volatile bool doubtful;

    /// <summary>Whether the process has been awake all along, or knows that it is still wanted.</summary>
    public bool Steady => !doubtful && time.GetElapsedTime(Interlocked.Read(ref last)) < Sleep;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        timer = time.CreateTimer(_ => _ = Tick(), null, Beat, Beat);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (timer is not null)
        {
            await timer.DisposeAsync();
        }
    }

    private async Task Tick()
    {
        var slept = time.GetElapsedTime(Interlocked.Read(ref last)) >= Sleep;
        doubtful |= slept;
        if (slept)
        {
            telemetry.Paused();
        }

        Interlocked.Exchange(ref last, time.GetTimestamp());
        if (doubtful && await StillMember())
        {
            doubtful = false;
        }
    }

    private async Task<bool> StillMember()
    {
        // A silo that clusters with nobody has no table, and nobody who could have done its work.
        if (services.GetService<IMembershipTable>() is not { } table)
        {
            return true;
        }

        var self = services.GetRequiredService<ILocalSiloDetails>().SiloAddress;
        try
        {
            return (await table.ReadRowAsync(self, CancellationToken.None)).TryGet(self)?.Item1.Status is SiloStatus.Active;
        }
        catch (Exception unreachable) when (unreachable is not OperationCanceledException)
        {
            // Not known; the next beat asks again.
            return false;
        }
    }
}
