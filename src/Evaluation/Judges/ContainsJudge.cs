using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Assize.Evaluation.Judges;

/// <summary>Passes an answer in which the expected values occur.</summary>
public sealed record ContainsJudge : ComparingJudge
{
    /// <summary>Whether upper and lower case are the same.</summary>
    public bool IgnoreCase { get; init; } = true;

    /// <summary>Whether one of several values is enough.</summary>
    public ContainsMode Mode { get; init; } = ContainsMode.Any;

    /// <summary>Turns the verdict round: what would pass fails.</summary>
    public bool Negate { get; init; }

    protected override Mistake? CheckExpected(string expected) =>
        expected.Length == 0 ? new Mistake("An empty text is contained in every answer.", "Give the text that is to be found.") : null;

    protected override Verdict Compare(string answer, ImmutableArray<string> expected)
    {
        var comparison = IgnoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        var found = 0;
        foreach (var value in expected)
        {
            if (answer.Contains(value, comparison))
            {
                found++;
            }
        }

        return Passes((Mode == ContainsMode.Any ? found > 0 : found == expected.Length) != Negate);
    }
}

/// <summary>How many of several values must occur.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ContainsMode>))]
public enum ContainsMode
{
    Any,
    All,
}
