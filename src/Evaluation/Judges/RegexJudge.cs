using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Judges;

/// <summary>Passes an answer in which a regular expression matches; see <see cref="SafePattern"/> for its limits.</summary>
public sealed record RegexJudge : DeterministicJudge
{
    private static readonly ConditionalWeakTable<RegexJudge, Regex> Compiled = [];

    public string Pattern { get; init; } = "";

    /// <summary>Whether upper and lower case are the same.</summary>
    public bool IgnoreCase { get; init; }

    /// <summary>Turns the verdict round: what would pass fails.</summary>
    public bool Negate { get; init; }

    public override ImmutableArray<Mistake> Check() => Pattern.Length == 0
        ? [new Mistake("The judge has no pattern.", "Give `pattern` a regular expression.") { Field = "pattern" }]
        : SafePattern.Check(Pattern, "pattern") is { } mistake ? [mistake] : [];

    protected override Verdict Compare(string answer, Case @case, int turn)
    {
        if (answer.Length > SafePattern.LongestText)
        {
            return Unscored(Reason.Unparsed, FormattableString.Invariant($"the answer has {answer.Length} characters; a pattern is matched in at most {SafePattern.LongestText}"));
        }

        try
        {
            return Passes(Compiled.GetValue(this, static judge => SafePattern.Compile(judge.Pattern, judge.IgnoreCase)).IsMatch(answer) != Negate);
        }
        catch (RegexMatchTimeoutException)
        {
            return Unscored(Reason.Timeout, "matching the pattern took more than a second");
        }
    }
}
