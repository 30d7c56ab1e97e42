using System.Collections.Immutable;
using Assize.Evaluation.Models;

namespace Assize.Evaluation.Judges;

/// <summary>What a judge does next: ask, or say what it found.</summary>
public abstract record Step
{
    /// <summary>Ask these prompts, all at once; their completions are appended to the answers in this order.</summary>
    public sealed record Ask(ImmutableArray<Prompt> Prompts) : Step;

    /// <summary>Done.</summary>
    public sealed record Judged(Verdict Verdict) : Step;

    public static Step Of(Outcome outcome, string? explanation = null) => new Judged(new Verdict(outcome, explanation));

    public static Step Unscored(Reason reason, string detail) => new Judged(new Verdict(new Outcome.Unscored(reason, detail), null));
}

/// <summary>An outcome with the judge's explanation, which is untrusted text and is never parsed again.</summary>
public sealed record Verdict(Outcome Outcome, string? Explanation);

/// <summary>The completions so far, in the order in which their prompts were asked.</summary>
public sealed record Answers(ImmutableArray<Completion> Completions)
{
    public static Answers None { get; } = new([]);

    public int Count => Completions.Length;

    public Completion this[int index] => Completions[index];

    public Answers Then(IEnumerable<Completion> more) => new(Completions.AddRange(more));
}
