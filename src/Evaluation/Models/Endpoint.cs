using System.Collections.Immutable;
using Assize.Evaluation.Judges;

namespace Assize.Evaluation.Models;

/// <summary>
/// The permits of one model endpoint, shared by all silos: concurrency, requests and tokens a minute are divided among the runs by fair share, and among the silos by where the runs' calls
/// are. Silos renew their leases every 100 ms while somebody waits; what is leased and not used goes back.
/// </summary>
public sealed record Endpoint
{
    /// <summary>How long a fresh endpoint believes that silos hold leases of which it does not know.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(5);

    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(100);

    public required ModelLimits Limits { get; init; }

    public required Tolerance Tolerance { get; init; }

    public Breaker Breaker { get; init; } = new();

    public ImmutableSortedDictionary<string, Holding> Holdings { get; init; } = ImmutableSortedDictionary.Create<string, Holding>(StringComparer.Ordinal);

    public Meter? Requests { get; init; }

    public Meter? Tokens { get; init; }

    /// <summary>The learned rate of requests.</summary>
    public Meter? Pace { get; init; }

    public Counts Counts { get; init; } = new();

    private DateTimeOffset Born { get; init; }

    private int Silos { get; init; }

    /// <summary>An endpoint of which nothing is known: its limits count as used up, and other silos may hold their part of the concurrency.</summary>
    /// <param name="silos">The silos of the cluster.</param>
    public static Endpoint Of(ModelLimits limits, DateTimeOffset now, int silos = 1) => new()
    {
        Limits = limits,
        Tolerance = Tolerance.Of(limits, now),
        Requests = limits.RequestsPerMinute is { } requests ? Meter.Of(requests, declared: true, now) : null,
        Tokens = limits.TokensPerMinute is { } tokens ? Meter.Of(tokens, declared: true, now) : null,
        Born = now,
        Silos = silos,
    };

    /// <summary>Takes the leases of silos back that are no longer members of the cluster.</summary>
    public Endpoint Without(Func<string, bool> gone) => Holdings.Keys.Where(gone).ToArray() is { Length: > 0 } dead
        ? this with { Holdings = Holdings.RemoveRange(dead), Breaker = Breaker.Without(dead) }
        : this;

    /// <summary>Takes in a worker's report and says what it may do next.</summary>
    public (Endpoint Next, Lease Lease) Renew(LeaseRequest request, DateTimeOffset now) =>
        Without(holder => holder != request.Holder && Holdings[holder].Expires <= now).Learning(request, now) is var learned && request.Leaving
            ? (learned.Without(holder => holder == request.Holder), new Lease(0, 0, Lease.Life))
            : learned.Leasing(request, now);

    private Endpoint Learning(LeaseRequest request, DateTimeOffset now)
    {
        var before = Holdings.GetValueOrDefault(request.Holder);
        var holdings = Holdings.SetItem(request.Holder, new Holding(request.Demands, request.NextTokens, Math.Max(before?.Held ?? 0, request.InFlight), now + Lease.Life)
        {
            Due = before?.Due ?? 0, Granted = before?.Granted ?? 0, Reserved = before?.Reserved ?? 0,
        });
        var breaker = Breaker.Learn(request, now);
        var tolerance = Tolerance.Learn(request, holdings.Values.Sum(one => one.Demand), now);
        return this with
        {
            Holdings = holdings,
            Breaker = breaker,
            Tolerance = breaker.State is BreakerState.Closed && Breaker.State is not BreakerState.Closed ? tolerance.Halved() : tolerance,
            Requests = Requests?.Take(request.Holder, -request.UnusedRequests, 1, now).Return(request.Holder, request.RetryAfter is null ? 0 : request.Limited, 1),
            Tokens = Tokens?.Take(request.Holder, -request.UnusedTokens, request.NextTokens, now),
            Pace = tolerance.Rate is not { } rate ? null
                // After a complaint nothing is left over.
                : Pace is null || rate < Pace.PerMinute ? Meter.Of(rate, declared: false, now)
                : Pace.Take(request.Holder, -request.UnusedRequests, 1, now) with { PerMinute = rate },
            Counts = Counts.Add(request),
        };
    }

    private (Endpoint Next, Lease Lease) Leasing(LeaseRequest request, DateTimeOffset now)
    {
        var (concurrency, due) = Concurrency(request, now);
        var (breaker, probe) = Breaker.Ask(request, now);
        var largest = Math.Max(1, Holdings.Values.Max(one => one.NextTokens));
        var shares = Holders.Shares(Holdings, Math.Max(1, (Requests ?? Pace)?.PerMinute / 300 ?? double.MaxValue), Limits.MonitorShare);
        var (requests, tokens, pace) = (Requests?.Refill(now, shares, 1), Tokens?.Refill(now, shares, largest), Pace?.Refill(now, shares, 1));
        var stopped = breaker.State is not BreakerState.Closed || now < Tolerance.PausedUntil;
        var limiting = Tolerance.IsHopeless(Limits.Patience, now);
        var before = Holdings[request.Holder];
        var calls = Meter.Useful(request.Waiting, before.Granted, request.UnusedRequests, 1);
        var granted = stopped ? 0 : Math.Floor(Math.Min(requests?.Offer(request.Holder, calls, 1, now) ?? calls, pace?.Offer(request.Holder, calls, 1, now) ?? calls));
        var useful = Meter.Useful(request.WaitingTokens, before.Reserved, request.UnusedTokens, request.NextTokens);
        var reserved = stopped ? 0 : tokens?.Offer(request.Holder, useful, request.NextTokens, now) ?? 0;
        var limited = Limits.RequestsPerMinute is not null || pace is not null || stopped;
        var next = this with
        {
            Breaker = breaker,
            Holdings = Holdings.SetItem(request.Holder, before with { Held = Math.Max(concurrency, request.InFlight), Due = due, Granted = granted, Reserved = reserved }),
            Requests = requests?.Take(request.Holder, granted, 1, now),
            Pace = pace?.Take(request.Holder, granted, 1, now),
            Tokens = tokens?.Take(request.Holder, reserved, request.NextTokens, now),
        };
        return (next, new Lease(concurrency, limited ? (int)granted : null, next.Again(request, concurrency, now))
        {
            Tokens = tokens is null ? null : reserved,
            Probe = probe,
            Hopeless = breaker.State is not BreakerState.Closed && now - breaker.Since > Limits.Patience ? $"the provider has not worked since {breaker.Since:u}: {breaker.Failure}"
                : limiting ? $"the provider has answered nothing but 429 since {Tolerance.LimitedSince:u}, and is to be asked again at {Tolerance.PausedUntil:u}" : null,
            HopelessFor = breaker.State is BreakerState.Closed && limiting ? Reason.RateLimited : Reason.ProviderError,
            Weights = Holders.Weights(Holdings, request.Holder, Limits.MonitorShare),
        });
    }

    /// <summary>A silo's part of the concurrency, and the fraction of a call it is left owing or owed.</summary>
    private (int Calls, double Due) Concurrency(LeaseRequest request, DateTimeOffset now)
    {
        var total = Math.Max(1, (int)Tolerance.Concurrency);
        var mine = Holders.Part(Holdings, request.Holder, total, Limits.MonitorShare) + Holdings[request.Holder].Due;
        // What others hold is theirs until they renew: a newcomer waits that long for its share, and the limit is never overdrawn.
        var free = Math.Max(0, total - Holdings.Where(one => one.Key != request.Holder).Sum(one => one.Value.Held));
        var calls = Math.Clamp((int)Math.Floor(mine + 1e-9), 0, free);
        if (now - Born < Settling && Holdings.Count < Silos)
        {
            calls = Math.Min(calls, Math.Max(request.Leased, Math.Max(1, total / Silos)));
        }

        return (calls, Math.Clamp(mine - calls, -1, 1));
    }

    private TimeSpan Again(LeaseRequest request, int concurrency, DateTimeOffset now)
    {
        if (now < Tolerance.PausedUntil && Breaker.State is BreakerState.Closed)
        {
            var pause = Tolerance.PausedUntil - now;
            return pause < TimeSpan.FromSeconds(1) ? pause : TimeSpan.FromSeconds(1);
        }

        var alone = Holdings.Count == 1 && Breaker.State is BreakerState.Closed;
        var fixedLimit = Limits.Concurrency is not null && Requests is null && Tokens is null && Pace is null && concurrency >= (int)Tolerance.Concurrency;
        if ((alone && (fixedLimit || request.Waiting == 0)) || request.Waiting + request.InFlight == 0)
        {
            return TimeSpan.FromSeconds(1);
        }

        var slowest = new[] { Requests?.Until(1), Pace?.Until(1), Tokens?.Until(request.NextTokens) }.Max() ?? TimeSpan.Zero;
        // To the moment, where a permit comes now and then: what is late is lost.
        return slowest <= TimeSpan.Zero || slowest > Often ? Often : slowest > Soon ? slowest : Soon;
    }
}

/// <summary>One silo's part of an endpoint: what it wants, how many calls it may have or has in flight, and until when it is believed.</summary>
/// <param name="NextTokens">What its next call would reserve.</param>
/// <param name="Held">Calls in flight that it may have or has.</param>
public sealed record Holding(ImmutableArray<Demand> Demands, double NextTokens, int Held, DateTimeOffset Expires)
{
    /// <summary>The fraction of a call in flight that rounding owes it.</summary>
    public double Due { get; init; }

    /// <summary>Requests of its last lease.</summary>
    public double Granted { get; init; }

    /// <summary>Tokens of its last lease.</summary>
    public double Reserved { get; init; }

    public int Waiting => Demands.Sum(demand => demand.Waiting);

    public int InFlight => Demands.Sum(demand => demand.InFlight);

    public int Demand => Waiting + InFlight;
}

/// <summary>What happened at an endpoint since it was activated.</summary>
public sealed record Counts(long Served = 0, long Limited = 0, long Failed = 0)
{
    public Counts Add(LeaseRequest report) => new(Served + report.Served, Limited + report.Limited, Failed + report.Failed);
}
