using System.Collections.Immutable;

namespace Assize.Evaluation.Models;

/// <summary>What a silo's worker says when it renews its lease: its demand, and what happened since the last time.</summary>
public sealed record LeaseRequest
{
    /// <summary>The worker, by its silo.</summary>
    public required string Holder { get; init; }

    public required int InFlight { get; init; }

    public required int Waiting { get; init; }

    /// <summary>Requests of the last lease that were not started; they go back.</summary>
    public int Unused { get; init; }

    /// <summary>Replies without a complaint of the provider.</summary>
    public int Served { get; init; }

    /// <summary>Answers with status 429.</summary>
    public int Limited { get; init; }

    /// <summary>Failures that may pass: no connection, no answer in time, status 5xx.</summary>
    public int Failed { get; init; }

    /// <summary>Tokens of the calls that ended, less what was set aside for them.</summary>
    public long Tokens { get; init; }

    /// <summary>Tokens that the next request is expected to take.</summary>
    public int TokensEach { get; init; }

    /// <summary>The longest wait a provider asked for.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Who waits, the longest lines first; not more than a few.</summary>
    public ImmutableArray<Line> Lines { get; init; } = [];
}

/// <summary>Requests of one run, or of the monitors, that wait on a silo.</summary>
public sealed record Line(TenantName Tenant, RunId? Run, int Waiting);

/// <summary>What a worker may do until its next renewal.</summary>
/// <param name="Concurrency">Calls in flight at once.</param>
/// <param name="Requests">Calls it may start; null for any number.</param>
/// <param name="Renew">When to ask again.</param>
public sealed record Lease(int Concurrency, int? Requests, TimeSpan Renew)
{
    /// <summary>Tokens set aside for each request.</summary>
    public int TokensEach { get; init; }

    /// <summary>Whether the requests are there to find out if a broken endpoint works again.</summary>
    public bool Probe { get; init; }
}

/// <summary>One worker's part of an endpoint: what it wants, how many calls it may have or has in flight, until when it is believed, and what each request was reckoned at.</summary>
public sealed record Holding(int Demand, int Held, DateTimeOffset Expires)
{
    public int InFlight { get; init; }

    public int TokensEach { get; init; }

    public ImmutableArray<Line> Lines { get; init; } = [];
}
