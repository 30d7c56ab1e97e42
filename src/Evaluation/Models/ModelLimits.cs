namespace Assize.Evaluation.Models;

/// <summary>What a model endpoint allows, over all silos together.</summary>
public sealed record ModelLimits
{
    /// <summary>Calls in flight at once, at most and at the start; from 1. Null to find out from the provider's complaints: from 20, up to <see cref="MaxConcurrency"/>.</summary>
    public int? Concurrency { get; init; }

    /// <summary>What the search for a bearable concurrency stops at; from 1.</summary>
    public int MaxConcurrency { get; init; } = 200;

    /// <summary>Requests a minute; null for no limit.</summary>
    public int? RequestsPerMinute { get; init; }

    /// <summary>Input and output tokens a minute together; null for no limit.</summary>
    public int? TokensPerMinute { get; init; }

    /// <summary>Attempts at one completion, the first included; from 1. An attempt answered with 429 is none.</summary>
    public int MaxAttempts { get; init; } = 6;

    /// <summary>How long work waits for a provider that does not work or keeps limiting one request, before it ends unscored.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The share that monitors get when they have demand, from 0 to 1; what they leave goes to runs.</summary>
    public double MonitorShare { get; init; } = 0.2;
}
