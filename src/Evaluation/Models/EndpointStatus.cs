using System.Collections.Immutable;
using System.Globalization;

namespace Assize.Evaluation.Models;

/// <summary>An endpoint as an operator wants to see it: what it allows, who works, who waits, and why.</summary>
public sealed record EndpointStatus
{
    public required ModelName Model { get; init; }

    public required ModelLimits Limits { get; init; }

    /// <summary>Calls in flight that the provider seems to bear.</summary>
    public required int Bearable { get; init; }

    /// <summary>Requests a minute that the provider seems to bear; null as long as it has not complained.</summary>
    public double? LearnedPerMinute { get; init; }

    public required ImmutableArray<FlowStatus> Flows { get; init; }

    public required ImmutableArray<HolderStatus> Holders { get; init; }

    /// <summary>Counted since the endpoint was activated.</summary>
    public required Counts Counts { get; init; }

    public required double ServedLastMinute { get; init; }

    public DateTimeOffset? PausedUntil { get; init; }

    public required BreakerState Breaker { get; init; }

    /// <summary>The failure that keeps the breaker open.</summary>
    public string? Failure { get; init; }

    public DateTimeOffset? NextProbe { get; init; }

    /// <summary>What those who wait are waiting for; null when nobody does.</summary>
    public string? Why { get; init; }

    /// <summary>Whether they wait for more than their turn: for a limit to accrue, a pause to pass, or the provider to work again.</summary>
    public bool HeldUp { get; init; }

    public static EndpointStatus Of(ModelName model, Endpoint endpoint, DateTimeOffset now)
    {
        var open = endpoint.Breaker.State is not BreakerState.Closed;
        var demands = endpoint.Holdings.Values.SelectMany(one => one.Demands).ToArray();
        return new EndpointStatus
        {
            Model = model,
            Limits = endpoint.Limits,
            Bearable = Math.Max(1, (int)endpoint.Tolerance.Concurrency),
            LearnedPerMinute = endpoint.Tolerance.Rate,
            Flows = [.. demands.GroupBy(one => one.Flow)
                .OrderBy(flow => flow.Key.Lane).ThenBy(flow => flow.Key.Tenant).ThenBy(flow => flow.Key.Run.Value, StringComparer.Ordinal)
                .Select(flow => new FlowStatus(flow.Key, flow.Sum(one => one.Waiting), flow.Sum(one => one.InFlight)))],
            Holders = [.. endpoint.Holdings.Select(one => new HolderStatus(one.Key, one.Value.Waiting, one.Value.InFlight, one.Value.Held))],
            Counts = endpoint.Counts,
            ServedLastMinute = endpoint.Tolerance.Served.Total(now, 60),
            PausedUntil = endpoint.Tolerance.PausedUntil > now ? endpoint.Tolerance.PausedUntil : null,
            Breaker = endpoint.Breaker.State,
            Failure = endpoint.Breaker.Failure,
            NextProbe = open ? endpoint.Breaker.Until : null,
            Why = demands.Any(one => one.Waiting > 0) ? Limit(endpoint, now) ?? Places(endpoint) : null,
            HeldUp = demands.Any(one => one.Waiting > 0) && Limit(endpoint, now) is not null,
        };
    }

    private static string? Limit(Endpoint endpoint, DateTimeOffset now) =>
        endpoint.Breaker.State is not BreakerState.Closed ? $"the provider does not work: {endpoint.Breaker.Failure}"
        // Pauses of moments come with every rate limit and are not worth telling one by one.
        : endpoint.Tolerance.PausedUntil - now > TimeSpan.FromSeconds(1) ? string.Create(CultureInfo.InvariantCulture, $"the provider asked for a pause until {endpoint.Tolerance.PausedUntil:HH:mm:ss}Z")
        : endpoint.Tokens?.Scarce(endpoint.Holdings.Values.Max(one => one.NextTokens)) is true
            ? string.Create(CultureInfo.InvariantCulture, $"rate limit {endpoint.Limits.TokensPerMinute} tokens/min")
        : endpoint.Pace is { } pace && pace.Scarce(1) && (endpoint.Requests is not { } known || pace.PerMinute < known.PerMinute) ? "the rate that the provider seems to bear"
        : endpoint.Requests?.Scarce(1) is true ? string.Create(CultureInfo.InvariantCulture, $"rate limit {endpoint.Limits.RequestsPerMinute} requests/min")
        : null;

    private static string Places(Endpoint endpoint) =>
        string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, (int)endpoint.Tolerance.Concurrency)} calls at once");
}

/// <summary>The calls of one run or monitor.</summary>
public sealed record FlowStatus(Flow Flow, int Waiting, int InFlight);

/// <summary>The calls of one silo, and how many it may have in flight.</summary>
public sealed record HolderStatus(string Silo, int Waiting, int InFlight, int Leased);
