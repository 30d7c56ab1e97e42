using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Runtime;

namespace Assize.Grains;

/// <summary>
/// Knows when this process has slept (a frozen machine, a moved one, a very long collection) or was cut off from the cluster: the others may have given it up meanwhile and done its work. Until the
/// membership table says that it still belongs to them, nothing that costs money is started.
/// </summary>
internal sealed class Pulse(TimeProvider time, Telemetry telemetry, IServiceProvider services) : IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(500);

    /// <summary>Shorter than a silent silo is waited for.</summary>
    private static readonly TimeSpan Sleep = TimeSpan.FromSeconds(3);

    private ITimer? timer;
    private long last = time.GetTimestamp();
    private long woke = time.GetTimestamp();
    private long wanted = time.GetTimestamp();
    private int asking;

    /// <summary>Whether the process is awake, and has heard a moment ago, and since it last slept, that it is still wanted.</summary>
    public bool Steady => time.GetElapsedTime(Interlocked.Read(ref last)) < Sleep && Interlocked.Read(ref wanted) is var heard && heard >= Interlocked.Read(ref woke) && time.GetElapsedTime(heard) < Sleep;

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
        var now = time.GetTimestamp();
        if (time.GetElapsedTime(Interlocked.Read(ref last), now) >= Sleep)
        {
            Interlocked.Exchange(ref woke, now);
            telemetry.Paused();
        }

        Interlocked.Exchange(ref last, now);
        if (Interlocked.Exchange(ref asking, 1) == 0)
        {
            try
            {
                if (await StillMember())
                {
                    // As of the question: the answer may have been on its way while this process slept.
                    Interlocked.Exchange(ref wanted, now);
                }
            }
            finally
            {
                Interlocked.Exchange(ref asking, 0);
            }
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
            // An answer that takes longer would say nothing any more, and one that never comes may not hold up the next question.
            return (await table.ReadRowAsync(self, CancellationToken.None).WaitAsync(Sleep, time)).TryGet(self)?.Item1.Status is SiloStatus.Active;
        }
        catch (Exception)
        {
            // Not known; the next beat asks again.
            return false;
        }
    }
}
