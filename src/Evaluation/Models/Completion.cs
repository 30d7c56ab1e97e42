using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Assize.Evaluation.Judges;

namespace Assize.Evaluation.Models;

/// <summary>What came back for a prompt: a reply that was paid for, or the reason why there is none.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(Replied), "reply")]
[JsonDerivedType(typeof(Failed), "failure")]
public abstract record Completion
{
    /// <summary>The attempts that failed before this outcome; they are billed too.</summary>
    public ImmutableArray<FailedAttempt> FailedAttempts { get; init; } = [];

    /// <summary>A reply of the model.</summary>
    public sealed record Replied(string Text) : Completion
    {
        /// <summary>Why the model stopped, in the provider's word (stop, length, content_filter).</summary>
        public string? FinishReason { get; init; }

        /// <summary>The model as the provider reports it.</summary>
        public string? ReportedModel { get; init; }

        public Usage Usage { get; init; } = Usage.None;

        /// <summary>The part of <see cref="Usage"/> that is estimated, since the provider did not say; null where it counted all.</summary>
        public Usage? Estimated { get; init; }

        /// <summary>From the request's start to the end of the reply, in milliseconds.</summary>
        public double LatencyMs { get; init; }
    }

    /// <summary>No reply; never stored as an answer, so that asking again asks again.</summary>
    public sealed record Failed(Reason Reason, string Detail) : Completion;
}

/// <summary>An attempt that brought no reply, and what it cost.</summary>
public sealed record FailedAttempt(Reason Reason, string Detail)
{
    public Usage Usage { get; init; } = Usage.None;

    public double LatencyMs { get; init; }
}

/// <summary>Tokens and money of one call; money in millionths of the price's currency unit.</summary>
public sealed record Usage(long InputTokens, long OutputTokens, long CostMicros)
{
    public static Usage None { get; } = new(0, 0, 0);

    public static Usage operator +(Usage a, Usage b) =>
        new(a.InputTokens + b.InputTokens, a.OutputTokens + b.OutputTokens, a.CostMicros + b.CostMicros);

    public static Usage Add(Usage left, Usage right) => left + right;
}
