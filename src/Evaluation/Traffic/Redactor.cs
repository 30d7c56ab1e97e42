using System.Text;
using System.Text.RegularExpressions;

namespace Assize.Evaluation.Traffic;

/// <summary>One kind of text that is not to be kept or sent on, and a placeholder of its kind that is put in its place.</summary>
/// <param name="Name">What it is called in settings and placeholders.</param>
public abstract record Redactor(string Name)
{
    // Linear in the text, whatever the pattern: what is searched was written by strangers.
    private protected const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    public string Placeholder => $"[redacted {Name}]";

    /// <summary>The text with the placeholder in each place; the same string when there is none.</summary>
    /// <param name="found">Hears of each place.</param>
    public string Of(string text, Action<Redactor>? found = null)
    {
        StringBuilder? written = null;
        var from = 0;
        for (var at = 0; Next(text, at) is { } place; at = place.End)
        {
            (written ??= new StringBuilder(text.Length)).Append(text, from, place.Start - from).Append(Placeholder);
            from = place.End;
            found?.Invoke(this);
        }

        return written is null ? text : written.Append(text, from, text.Length - from).ToString();
    }

    /// <summary>The first place at or after a position; it is never empty.</summary>
    protected abstract Place? Next(string text, int from);

    /// <summary>Where something stands.</summary>
    protected readonly record struct Place(int Start, int End);
}

/// <summary>What an operator's pattern finds.</summary>
public sealed record RuleRedactor : Redactor
{
    private readonly Regex pattern;

    private RuleRedactor(string name, Regex pattern)
        : base(name) => this.pattern = pattern;

    /// <summary>The rule, or what is wrong with its pattern.</summary>
    public static (RuleRedactor? Rule, Mistake? Wrong) Of(string name, string pattern)
    {
        try
        {
            var regex = new Regex(pattern, Linear);
            return regex.IsMatch("")
                ? (null, new Mistake("The pattern matches a text without characters.", "Let it match at least one character."))
                : (new RuleRedactor(name, regex), null);
        }
        catch (Exception wrong) when (wrong is ArgumentException or NotSupportedException)
        {
            return (null, new Mistake(
                $"The pattern cannot be used: {wrong.Message}", "Patterns are .NET regular expressions without look-around, back-references and atomic groups, so that no text can make them slow."));
        }
    }

    protected override Place? Next(string text, int from)
    {
        // A pattern may match nothing in the middle of a text only (an end of a line, say): there is nothing to be replaced.
        for (var match = pattern.Match(text, from); match.Success; match = match.NextMatch())
        {
            if (match.Length > 0)
            {
                return new Place(match.Index, match.Index + match.Length);
            }
        }

        return null;
    }
}
