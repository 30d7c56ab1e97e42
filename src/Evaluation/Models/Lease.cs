using System.Collections.Immutable;
using Assize.Evaluation.Judges;

namespace Assize.Evaluation.Models;

/// <summary>Which kind of work asks: monitors have a reserved share.</summary>
public enum Lane
{
    Run,
    Monitor,
}

/// <summary>Whose work it is: a run, or a monitor, of a tenant.</summary>
public readonly record struct Flow(Lane Lane, TenantName Tenant, RunId Run);

/// <summary>How much an asker counts against others: its tenant among tenants, and itself among the tenant's own.</summary>
public sealed record Standing(Lane Lane, double TenantWeight, double Weight)
{
    public static Standing Usual { get; } = new(Lane.Run, 1, 1);
}

/// <summary>A flow's calls on one silo.</summary>
public sealed record Demand(Flow Flow, double TenantWeight, double Weight, int Waiting, int InFlight);

/// <summary>What a silo's worker says when it renews its lease: its demand, and what happened since the last time.</summary>
public sealed record LeaseRequest
{
    /// <summary>The worker, by its silo.</summary>
    public required string Holder { get; init; }

    public ImmutableArray<Demand> Demands { get; init; } = [];

    /// <summary>The concurrency of its last lease, which it may still be using; 0 when it has none.</summary>
    public int Leased { get; init; }

    /// <summary>Permits to start a request that were leased and not used; they go back.</summary>
    public int UnusedRequests { get; init; }

    /// <summary>Leased tokens that were not used; negative when calls took more than was reserved for them.</summary>
    public double UnusedTokens { get; init; }

    /// <summary>What the next call to start would reserve, in tokens.</summary>
    public double NextTokens { get; init; }

    /// <summary>What all waiting calls would reserve, in tokens.</summary>
    public double WaitingTokens { get; init; }

    /// <summary>Replies without a complaint of the provider.</summary>
    public int Served { get; init; }

    /// <summary>Answers with status 429.</summary>
    public int Limited { get; init; }

    /// <summary>Passing failures: time-outs, status 5xx, lost connections.</summary>
    public int Failed { get; init; }

    /// <summary>Those of them after which the provider gave no other answer.</summary>
    public int FailedSince { get; init; }

    /// <summary>The last failure in the provider's words.</summary>
    public string? Failure { get; init; }

    /// <summary>The longest wait a provider asked for.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether it holds the permit of a probe, used or not.</summary>
    public bool Probing { get; init; }

    /// <summary>How a probe ended; null when none did.</summary>
    public bool? Probe { get; init; }

    /// <summary>It has no work and gives its lease back.</summary>
    public bool Leaving { get; init; }

    public int Waiting => Demands.Sum(demand => demand.Waiting);

    public int InFlight => Demands.Sum(demand => demand.InFlight);
}

/// <summary>A flow's weight on one silo.</summary>
public sealed record Weight(Flow Flow, double Value);

/// <summary>What a worker may do until its next renewal.</summary>
/// <param name="Concurrency">Calls in flight at once.</param>
/// <param name="Requests">Calls it may start; null for any number.</param>
/// <param name="Renew">When to ask again.</param>
public sealed record Lease(int Concurrency, int? Requests, TimeSpan Renew)
{
    /// <summary>How long a lease is good for when nobody answers any more.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromSeconds(10);

    /// <summary>Tokens that calls may reserve; null for any number.</summary>
    public double? Tokens { get; init; }

    /// <summary>One call may start whatever the concurrency: to see whether the provider works again.</summary>
    public bool Probe { get; init; }

    /// <summary>Why waiting is pointless; null as long as it is not.</summary>
    public string? Hopeless { get; init; }

    /// <summary>What those who wait are told then.</summary>
    public Reason HopelessFor { get; init; } = Reason.ProviderError;

    /// <summary>How the silo divides its permits among the flows.</summary>
    public ImmutableArray<Weight> Weights { get; init; } = [];
}
