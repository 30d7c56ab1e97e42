namespace Assize.Evaluation.Models;

/// <summary>What a model endpoint allows, over all silos together.</summary>
public sealed record ModelLimits
{
    /// <summary>What calls in flight start at where no limit is declared.</summary>
    public const int UsualStart = 20;

    /// <summary>Calls in flight at once, at most; from 1. Null finds it out: it starts at 20, grows while the provider bears it and shrinks when it says 429.</summary>
    public int? Concurrency { get; init; }

    /// <summary>How far calls in flight may grow where <see cref="Concurrency"/> is not declared; from 1.</summary>
    public int MaxConcurrency { get; init; } = 200;

    /// <summary>Requests a minute; null for no limit.</summary>
    public int? RequestsPerMinute { get; init; }

    /// <summary>Input and output tokens a minute together; null for no limit.</summary>
    public int? TokensPerMinute { get; init; }

    /// <summary>Attempts at one completion that end in an error of the provider, the first included; from 1. A 429 is not one: it is waited out.</summary>
    public int MaxAttempts { get; init; } = 6;

    /// <summary>The share of permits that monitors get when they want them, from 0 to 1; what they leave goes to runs.</summary>
    public double MonitorShare { get; init; } = 0.2;

    internal int Ceiling => Concurrency ?? MaxConcurrency;

    internal int Start => Concurrency ?? Math.Min(UsualStart, MaxConcurrency);
}
