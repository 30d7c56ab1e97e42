namespace Assize.Evaluation.Models;

/// <summary>What a model endpoint allows, over all silos together.</summary>
public sealed record ModelLimits
{
    /// <summary>Calls in flight at once, at most; from 1.</summary>
    public int Concurrency { get; init; } = 32;

    /// <summary>Requests a minute; null for no limit.</summary>
    public int? RequestsPerMinute { get; init; }

    /// <summary>Input and output tokens a minute together; null for no limit.</summary>
    public int? TokensPerMinute { get; init; }

    /// <summary>Attempts at one completion, the first included; from 1.</summary>
    public int MaxAttempts { get; init; } = 6;
}
