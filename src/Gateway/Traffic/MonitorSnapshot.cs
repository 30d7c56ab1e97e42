using Assize.Evaluation;
using Assize.Evaluation.Monitors;
using Assize.Grains;

namespace Assize.Gateway.Traffic;

/// <summary>The tenant's monitors as this gateway knows them: looked up every few seconds, however much traffic there is.</summary>
internal sealed class MonitorSnapshot(IGrainFactory grains, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(3);

    /// <summary>Older than this nothing is decided by it: a monitor may have been told to draw nothing.</summary>
    private static readonly TimeSpan Stale = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private MonitorSet? known;
    private long knownAt;
    private int forgotten;
    private Task<MonitorSet>? looking;

    public async ValueTask<MonitorSet> Current()
    {
        Task<MonitorSet> next;
        lock (gate)
        {
            var age = time.GetElapsedTime(knownAt);
            if (known is not null && age < Fresh)
            {
                return known;
            }

            looking ??= Look(forgotten);
            if (known is not null && age < Stale)
            {
                return known;
            }

            next = looking;
        }

        return await next;
    }

    /// <summary>Makes the next look a new one: something was changed here.</summary>
    public void Forget()
    {
        lock (gate)
        {
            (known, looking) = (null, null);
            forgotten++;
        }
    }

    private async Task<MonitorSet> Look(int since)
    {
        // Off the caller's thread, which holds the gate.
        await Task.Yield();
        try
        {
            var set = await grains.Monitors(TenantName.Default).List();
            lock (gate)
            {
                (known, knownAt) = since == forgotten ? (set, time.GetTimestamp()) : (known, knownAt);
            }

            return set;
        }
        finally
        {
            lock (gate)
            {
                looking = since == forgotten ? null : looking;
            }
        }
    }
}
