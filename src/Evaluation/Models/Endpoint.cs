using System.Collections.Immutable;

namespace Assize.Evaluation.Models;

/// <summary>
/// The permits of one model endpoint, shared by all silos: calls in flight are divided by demand, requests and tokens a minute flow from buckets, and what the provider does not bear is learnt.
/// </summary>
public sealed record Endpoint
{
    private static readonly TimeSpan LeaseLife = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan Later = TimeSpan.FromSeconds(1);

    public required ModelLimits Limits { get; init; }

    public required Bearing Bearing { get; init; }

    public Breaker Breaker { get; init; } = Breaker.Closed;

    public ImmutableSortedDictionary<string, Holding> Holdings { get; init; } = ImmutableSortedDictionary<string, Holding>.Empty;

    /// <summary>Requests that may be started; null without a limit, declared or learnt.</summary>
    public Bucket? Requests { get; init; }

    public Bucket? Tokens { get; init; }

    /// <summary>Replies, and 429s, since the endpoint began.</summary>
    public (long Served, long Limited) Count { get; init; }

    public static Endpoint Of(ModelLimits limits, DateTimeOffset now) => new()
    {
        Limits = limits,
        Bearing = new Bearing { Concurrency = limits.Start, Served = (now, 0, 0) },
        Requests = limits.RequestsPerMinute is { } requests ? Bucket.Of(requests, now) : null,
        Tokens = limits.TokensPerMinute is { } tokens ? Bucket.Of(tokens, now) : null,
    };

    /// <summary>Takes in a worker's report and says what it may do next.</summary>
    public (Endpoint Next, Lease Lease) Renew(LeaseRequest request, DateTimeOffset now) => Learn(request, now).Grant(request, now);

    private Endpoint Learn(LeaseRequest request, DateTimeOffset now)
    {
        var bearing = Bearing.Learn(request, Limits, now);
        var eachBefore = Holdings.GetValueOrDefault(request.Holder)?.TokensEach ?? 0;
        double? perMinute = Limits.RequestsPerMinute is { } declared ? Math.Min(declared, bearing.PerMinute ?? declared) : bearing.PerMinute;
        return this with
        {
            Bearing = bearing,
            Breaker = Breaker.Learn(request.Served, request.Failed, now),
            Requests = perMinute is { } rate ? ((Requests ?? Bucket.Of(rate, now)) with { PerMinute = rate }).At(now).Spend(-request.Unused) : null,
            Tokens = Tokens?.At(now).Spend(request.Tokens - (long)request.Unused * eachBefore),
            Count = (Count.Served + request.Served, Count.Limited + request.Limited),
        };
    }

    private (Endpoint Next, Lease Lease) Grant(LeaseRequest request, DateTimeOffset now)
    {
        var others = Holdings.RemoveRange(Holdings.Where(one => one.Value.Expires <= now).Select(one => one.Key)).Remove(request.Holder);
        var demand = request.InFlight + request.Waiting;
        var total = Math.Max(1, (int)Bearing.Concurrency);
        var all = others.Values.Sum(other => (long)Math.Max(1, other.Demand)) + Math.Max(1, demand);
        var fair = Math.Max(1, (int)(total * (long)Math.Max(1, demand) / all));
        // What others hold is theirs until they renew: a newcomer waits that long for its share, and the limit is never overdrawn.
        var share = Math.Clamp(total - others.Values.Sum(other => other.Held), 0, fair);
        var (breaker, requests, probe) = Allowed(request, all, now);
        var spent = requests is { } granted && Requests is not null ? granted : 0;
        var next = this with
        {
            Breaker = breaker,
            Holdings = others.Add(request.Holder, new Holding(demand, Math.Max(share, request.InFlight), now + LeaseLife)
            {
                InFlight = request.InFlight, TokensEach = request.TokensEach, Lines = request.Lines,
            }),
            Requests = Requests?.Spend(spent),
            Tokens = Tokens?.Spend((double)(requests ?? 0) * request.TokensEach),
        };
        return (next, new Lease(share, requests, RenewIn(requests is not null || share < Math.Min(fair, demand) || others.Count > 0, now)) { TokensEach = request.TokensEach, Probe = probe });
    }

    private TimeSpan RenewIn(bool soon, DateTimeOffset now)
    {
        var until = Breaker.TryAt > Bearing.PausedUntil ? Breaker.TryAt.Value : Bearing.PausedUntil;
        return until > now ? (until - now < Later ? until - now : Later) : soon ? Soon : Later;
    }

    /// <summary>How many requests may be started now; null for any number.</summary>
    private (Breaker Next, int? Requests, bool Probe) Allowed(LeaseRequest request, long all, DateTimeOffset now)
    {
        if (Breaker.IsOpen)
        {
            return Breaker.MayTry(now) && request.Waiting > 0 ? (Breaker.Try(now), 1, true) : (Breaker, 0, false);
        }

        if (now < Bearing.PausedUntil)
        {
            return (Breaker, 0, false);
        }

        if (Requests is null && Tokens is null)
        {
            return (Breaker, null, false);
        }

        var most = (double)request.Waiting;
        if (Requests is { } requests)
        {
            most = Math.Min(most, Math.Min(Math.Floor(requests.Level), Math.Max(1, Math.Ceiling(requests.Level * Math.Max(1, request.InFlight + request.Waiting) / all))));
        }

        if (Tokens is { } tokens)
        {
            // The last one may overdraw, or what is larger than the bucket would never be asked.
            most = Math.Min(most, Math.Ceiling(tokens.Level / Math.Max(1, request.TokensEach)));
        }

        return (Breaker, (int)Math.Clamp(most, 0, int.MaxValue), false);
    }
}
