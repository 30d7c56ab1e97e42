using System.Collections.Immutable;

namespace Assize.Evaluation.Models;

/// <summary>What a silo's worker says when it renews its lease: its demand, and what happened since the last time.</summary>
public sealed record LeaseRequest
{
    /// <summary>The worker, by its silo.</summary>
    public required string Holder { get; init; }

    public required int InFlight { get; init; }

    public required int Waiting { get; init; }

    /// <summary>Replies without a complaint of the provider.</summary>
    public int Served { get; init; }

    /// <summary>Answers with status 429.</summary>
    public int Limited { get; init; }

    public long Tokens { get; init; }

    /// <summary>The longest wait a provider asked for.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

/// <summary>What a worker may do until its next renewal.</summary>
/// <param name="Concurrency">Calls in flight at once.</param>
/// <param name="Requests">Calls it may start; null for any number.</param>
/// <param name="Renew">When to ask again.</param>
public sealed record Lease(int Concurrency, int? Requests, TimeSpan Renew);

/// <summary>
/// The permits of one model endpoint, shared by all silos: concurrency is divided by demand and shrinks by a fifth when the provider says 429,
/// then grows by a twentieth with every clean round (as Inspect's adaptive connections do); requests and tokens a minute flow from buckets that hold one second's worth.
/// </summary>
public sealed record Endpoint
{
    private static readonly TimeSpan LeaseLife = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan CoolDown = TimeSpan.FromSeconds(1);

    public required ModelLimits Limits { get; init; }

    /// <summary>Calls in flight that the provider seems to bear, from 1 to the declared concurrency.</summary>
    public required double Bearable { get; init; }

    public ImmutableSortedDictionary<string, Holding> Holdings { get; init; } = ImmutableSortedDictionary<string, Holding>.Empty;

    /// <summary>Requests that may be started now; negative after an overshoot.</summary>
    public double RequestBucket { get; init; }

    public double TokenBucket { get; init; }

    public DateTimeOffset Filled { get; init; }

    public DateTimeOffset PausedUntil { get; init; }

    /// <summary>When concurrency last shrank.</summary>
    public DateTimeOffset Shrunk { get; init; }

    public static Endpoint Of(ModelLimits limits, DateTimeOffset now) => new()
    {
        Limits = limits,
        Bearable = limits.Concurrency,
        RequestBucket = PerSecond(limits.RequestsPerMinute),
        TokenBucket = PerSecond(limits.TokensPerMinute),
        Filled = now,
    };

    /// <summary>Takes in a worker's report and says what it may do next.</summary>
    public (Endpoint Next, Lease Lease) Renew(LeaseRequest request, DateTimeOffset now)
    {
        var next = Learn(request, now).Refill(now, request.Tokens);
        var demand = request.InFlight + request.Waiting;
        var others = next.Holdings.RemoveRange(next.Holdings.Where(h => h.Value.Expires <= now).Select(h => h.Key)).Remove(request.Holder);
        var total = Math.Max(1, (int)next.Bearable);
        var all = others.Values.Sum(h => (long)Math.Max(1, h.Demand)) + Math.Max(1, demand);
        var fair = Math.Max(1, (int)(total * (long)Math.Max(1, demand) / all));
        // What others hold is theirs until they renew: a newcomer waits that long for its share, and the limit is never overdrawn.
        var share = Math.Clamp(total - others.Values.Sum(h => h.Held), 0, fair);
        var holdings = others.Add(request.Holder, new Holding(demand, Math.Max(share, request.InFlight), now + LeaseLife));
        var renew = share < Math.Min(fair, demand) || others.Count > 0 ? TimeSpan.FromMilliseconds(100) : TimeSpan.FromSeconds(1);
        if (now < next.PausedUntil)
        {
            var pause = next.PausedUntil - now;
            return (next with { Holdings = holdings }, new Lease(share, 0, pause < TimeSpan.FromSeconds(1) ? pause : TimeSpan.FromSeconds(1)));
        }

        if (Limits.RequestsPerMinute is null && Limits.TokensPerMinute is null)
        {
            return (next with { Holdings = holdings }, new Lease(share, null, renew));
        }

        var affordable = Limits.RequestsPerMinute is null ? double.MaxValue : next.RequestBucket;
        var granted = next.TokenBucket < 0 && Limits.TokensPerMinute is not null
            ? 0
            : (int)Math.Clamp(Math.Min(affordable, request.Waiting), 0, int.MaxValue);
        return (
            next with { Holdings = holdings, RequestBucket = next.RequestBucket - granted },
            new Lease(share, granted, TimeSpan.FromMilliseconds(100)));
    }

    private static double PerSecond(int? perMinute) => perMinute is { } limit ? Math.Max(1, limit / 60.0) : 0;

    private Endpoint Learn(LeaseRequest request, DateTimeOffset now)
    {
        if (request.Limited > 0)
        {
            var pause = request.RetryAfter is { } wait && now + wait > PausedUntil ? now + wait : PausedUntil;
            return now - Shrunk < CoolDown
                ? this with { PausedUntil = pause }
                : this with { PausedUntil = pause, Bearable = Math.Max(1, Bearable * 0.8), Shrunk = now };
        }

        return request.Served > 0
            ? this with { Bearable = Math.Min(Limits.Concurrency, Bearable * (1 + 0.05 * Math.Min(1, request.Served / Bearable))) }
            : this;
    }

    private Endpoint Refill(DateTimeOffset now, long tokensUsed)
    {
        var seconds = Math.Max(0, (now - Filled).TotalSeconds);
        return this with
        {
            Filled = now,
            RequestBucket = Limits.RequestsPerMinute is { } requests
                ? Math.Min(PerSecond(requests), RequestBucket + seconds * requests / 60)
                : 0,
            TokenBucket = Limits.TokensPerMinute is { } tokens
                ? Math.Min(PerSecond(tokens), TokenBucket + seconds * tokens / 60) - tokensUsed
                : 0,
        };
    }
}

/// <summary>One worker's part of an endpoint: what it wants, how many calls it may have or has in flight, and until when it is believed.</summary>
public sealed record Holding(int Demand, int Held, DateTimeOffset Expires);
