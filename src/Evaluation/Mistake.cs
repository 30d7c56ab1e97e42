using System.Collections.Immutable;
using System.Globalization;

namespace Assize.Evaluation;

/// <summary>One thing that is wrong with what a caller gave: what, where, and what to do about it.</summary>
/// <param name="What">What is wrong, as a sentence.</param>
/// <param name="Suggestion">What to do, as a sentence; null when the first says it.</param>
public sealed record Mistake(string What, string? Suggestion = null)
{
    public string? File { get; init; }

    /// <summary>The line in the file, counted from 1.</summary>
    public int? Line { get; init; }

    public CaseId? Case { get; init; }

    /// <summary>The path of the field inside its document, as in judges[0].criteria[1].scale.</summary>
    public string? Field { get; init; }

    public override string ToString()
    {
        var place = File is null ? "" : Line is null ? $"{File}: " : string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}: ");
        var @case = Case is null ? "" : $"case {Case}: ";
        var field = Field is null ? "" : $"{Field}: ";
        return Suggestion is null ? $"{place}{@case}{field}{What}" : $"{place}{@case}{field}{What} {Suggestion}";
    }
}

/// <summary>What a caller got wrong: every mistake at once, and nothing was done.</summary>
public sealed class EvaluationException : Exception
{
    private readonly ImmutableArray<Mistake> mistakes;

    public EvaluationException()
        : base("The input is not valid.")
    {
    }

    public EvaluationException(string message)
        : this([new Mistake(message)])
    {
    }

    public EvaluationException(string message, Exception innerException)
        : base(message, innerException) => mistakes = [new Mistake(message)];

    public EvaluationException(ImmutableArray<Mistake> mistakes)
        : base(string.Join("\n", mistakes)) => this.mistakes = mistakes;

    /// <summary>All that is wrong; where the exception comes from another process, the lines of its message, which is all that is carried.</summary>
    public ImmutableArray<Mistake> Mistakes => mistakes.IsDefault ? [.. Message.Split('\n').Select(line => new Mistake(line))] : mistakes;
}
