using System.Collections.Immutable;
using Assize.Evaluation.Models;

namespace Assize.Evaluation.Runs;

/// <summary>What one model cost the run.</summary>
public sealed record UsageLine
{
    public required ModelName Model { get; init; }

    /// <summary>The names under which the provider answered, with how often.</summary>
    public ImmutableSortedDictionary<string, long> Reported { get; init; } = ImmutableSortedDictionary<string, long>.Empty;

    /// <summary>Completions that this run paid for.</summary>
    public required long Completions { get; init; }

    /// <summary>Completions that had been paid for before and were used again.</summary>
    public required long Reused { get; init; }

    /// <summary>Attempts that failed, whether or not a later one brought a reply.</summary>
    public required long FailedAttempts { get; init; }

    /// <summary>Tokens and money of completions paid and of failed attempts together.</summary>
    public required Usage Usage { get; init; }

    /// <summary>The part of <see cref="Usage"/> that failed attempts took.</summary>
    public required Usage FailedUsage { get; init; }

    /// <summary>The part of <see cref="Usage"/> that is estimated; null where the provider counted all of it.</summary>
    public Uncounted? Uncounted { get; init; }
}
