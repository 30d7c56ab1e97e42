using Assize.Grains;

namespace Assize.Gateway.Traffic;

/// <summary>
/// How long a monitor is waited for that takes nothing. Only time in which a silo and the store do their work for others is held against it: an outage of those is sat out,
/// however long it is.
/// </summary>
/// <param name="works">Whether a silo and the store do what they are asked.</param>
/// <param name="patience">How long a monitor may fail meanwhile.</param>
/// <param name="time">The clock.</param>
internal sealed class Forbearance(Func<Task<bool>> works, TimeSpan patience, TimeProvider time)
{
    /// <summary>A state that cannot be read stays so, unless a silo of another version reads it: long enough for one that is being replaced.</summary>
    private static readonly TimeSpan ForTheUnreadable = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Often = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private Task<bool>? looking;
    private long? lookedAt;
    private long? failingSince;

    /// <summary>Begins anew: the monitor has answered.</summary>
    public void Renew()
    {
        lock (gate)
        {
            (looking, lookedAt, failingSince) = (null, null, null);
        }
    }

    /// <summary>Whether the monitor has failed for too long, after one failure more. How everything else does is looked at beside it, so that nobody waits for that before the monitor is asked again.</summary>
    public bool IsOver(Exception failure)
    {
        var limit = UnreadableStateException.In(failure) is null || patience < ForTheUnreadable ? patience : ForTheUnreadable;
        var now = time.GetTimestamp();
        lock (gate)
        {
            var over = false;
            if (looking is { IsCompleted: true } looked)
            {
                failingSince = looked.IsCompletedSuccessfully && looked.Result ? failingSince ?? lookedAt : null;
                over = failingSince is { } since && time.GetElapsedTime(since, now) >= limit;
                looking = null;
            }

            if (looking is null && !(lookedAt is { } last && time.GetElapsedTime(last, now) < (limit / 3 < Often ? limit / 3 : Often)))
            {
                (looking, lookedAt) = (works(), now);
            }

            return over;
        }
    }
}
