using System.Collections.Immutable;

namespace Assize.Evaluation.Judges;

/// <summary>Passes an answer that equals one of the expected values, character by character.</summary>
public sealed record ExactJudge : ComparingJudge
{
    /// <summary>Whether upper and lower case are the same.</summary>
    public bool IgnoreCase { get; init; }

    /// <summary>Whether white space around answer and expected value is left out of account.</summary>
    public bool Trim { get; init; } = true;

    protected override Verdict Compare(string answer, ImmutableArray<string> expected)
    {
        var said = Trim ? answer.AsSpan().Trim() : answer;
        foreach (var value in expected)
        {
            if (said.Equals(Trim ? value.AsSpan().Trim() : value, IgnoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal))
            {
                return Passes(true);
            }
        }

        return Passes(false);
    }
}
