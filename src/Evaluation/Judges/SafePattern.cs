using System.Text.RegularExpressions;

namespace Assize.Evaluation.Judges;

/// <summary>
/// A regular expression of a suite's author, matched in time linear in the text: the engine that does not backtrack knows no lookarounds, back references and atomic groups.
/// Patterns have at most 1,000 characters and texts 100,000; a match takes at most a second.
/// </summary>
internal static class SafePattern
{
    public const int LongestText = 100_000;

    private const int LongestPattern = 1_000;

    private static readonly TimeSpan LongestMatch = TimeSpan.FromSeconds(1);

    public static Regex Compile(string pattern, bool ignoreCase = false) => new(
        pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | (ignoreCase ? RegexOptions.IgnoreCase : RegexOptions.None), LongestMatch);

    public static Mistake? Check(string pattern, string field)
    {
        if (pattern.Length > LongestPattern)
        {
            return new Mistake(FormattableString.Invariant($"The pattern has {pattern.Length} characters; {LongestPattern} are allowed.")) { Field = field };
        }

        try
        {
            _ = Compile(pattern);
            return null;
        }
        catch (NotSupportedException)
        {
            return new Mistake(
                "The pattern looks ahead or behind, refers back to a group, or has another part that no matching in linear time can do.", "Write it without them: several judges can each look for one thing.") { Field = field };
        }
        catch (ArgumentException exception)
        {
            return new Mistake($"The pattern is not one that can be used: {exception.Message}") { Field = field };
        }
    }
}
