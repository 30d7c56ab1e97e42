namespace Assize.Evaluation.Models;

/// <summary>
/// Stops asking an endpoint that only fails: after ten failures in a row nobody asks for a second; then one request tries, and each one that fails doubles the wait up to half a minute.
/// Meanwhile requests wait; none of their attempts is used up.
/// </summary>
public sealed record Breaker
{
    /// <summary>Failures in a row that open it.</summary>
    public const int Limit = 10;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>A try whose outcome is never told counts for nothing after so long: its silo is gone.</summary>
    private static readonly TimeSpan TryLife = TimeSpan.FromMinutes(2);

    public static Breaker Closed { get; } = new();

    public int FailuresInARow { get; init; }

    /// <summary>How long nobody asks, when open.</summary>
    public TimeSpan Wait { get; init; }

    /// <summary>When the next request may try; null when closed.</summary>
    public DateTimeOffset? TryAt { get; init; }

    /// <summary>When the request that tries is given up; null when none is under way.</summary>
    public DateTimeOffset? Trying { get; init; }

    public bool IsOpen => TryAt is not null;

    /// <summary>Takes in what was served and what failed since the last time.</summary>
    public Breaker Learn(int served, int failed, DateTimeOffset now)
    {
        // While it is open and nothing is tried, what is served was asked before it broke.
        if (served > 0 && (!IsOpen || Trying is not null))
        {
            return Closed;
        }

        if (failed == 0)
        {
            return Trying < now ? this with { Trying = null } : this;
        }

        var failures = FailuresInARow + failed;
        if (failures < Limit || (IsOpen && Trying is null))
        {
            // While it is open, what fails without being a try was in flight before.
            return this with { FailuresInARow = failures };
        }

        var wait = IsOpen ? Wait * 2 : TimeSpan.FromSeconds(1);
        wait = wait < Longest ? wait : Longest;
        return new Breaker { FailuresInARow = failures, Wait = wait, TryAt = now + wait };
    }

    /// <summary>Whether one request may try now.</summary>
    public bool MayTry(DateTimeOffset now) => TryAt <= now && Trying is null;

    public Breaker Try(DateTimeOffset now) => this with { Trying = now + TryLife };
}
