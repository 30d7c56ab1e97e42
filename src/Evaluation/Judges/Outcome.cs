using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Assize.Evaluation.Judges;

/// <summary>What a judge found: scores, a preference, or why there is neither. Absence is never a number.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(Scored), "scored")]
[JsonDerivedType(typeof(Preferred), "preferred")]
[JsonDerivedType(typeof(Unscored), "unscored")]
public abstract record Outcome
{
    /// <summary>One value per criterion, in the order of the judge's criteria.</summary>
    public sealed record Scored(ImmutableArray<Score> Scores) : Outcome;

    /// <summary>Which of two responses is better, with the verdict of each presentation order.</summary>
    public sealed record Preferred(Preference Preference, Preference Forward, Preference Swapped) : Outcome;

    public sealed record Unscored(Reason Reason, string Detail) : Outcome;
}

/// <summary>A criterion's value, in points of its scale; 0 or 1 for pass or fail.</summary>
public readonly record struct Score(CriterionName Criterion, double Value);

/// <summary>The result of comparing response A with response B.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Preference>))]
public enum Preference
{
    A,
    B,
    Tie,

    /// <summary>The verdict changed when the two were presented in the other order.</summary>
    Inconsistent,
}
