using System.Collections.Immutable;
using System.Globalization;

namespace Assize.Evaluation.Suites;

/// <summary>What is wrong with a text that a model would read or a judge would judge.</summary>
public static class TextCheck
{
    /// <summary>The first mistake of a text that must say something; null when there is none. It names no place.</summary>
    /// <param name="text">What is checked.</param>
    /// <param name="noun">What the text is: a message, a reference, a response.</param>
    /// <param name="limits">How long it may be.</param>
    public static Mistake? Of(string? text, string noun, SuiteLimits limits)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return new Mistake($"The {noun} is blank.", noun == "response" ? "Record what the candidate said, or remove the case." : "Give it a text, or leave it out.");
        }

        return text.Length > limits.MaxFieldChars
            ? new Mistake(
                string.Create(CultureInfo.InvariantCulture, $"The {noun} has {text.Length:N0} characters, more than the limit of {limits.MaxFieldChars:N0} (option {nameof(SuiteLimits.MaxFieldChars)})."),
                "Shorten it, or raise the limit.")
            : Characters(text);
    }

    /// <summary>The first character that no text may hold: NUL, or half of a surrogate pair; null when there is none.</summary>
    public static Mistake? Characters(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            return new Mistake("The text contains a NUL character (\\u0000).", "Remove it.");
        }

        var rest = text.AsSpan();
        for (var at = rest.IndexOfAnyInRange('\ud800', '\udfff'); at >= 0; at = rest.IndexOfAnyInRange('\ud800', '\udfff'))
        {
            if (at + 1 >= rest.Length || !char.IsSurrogatePair(rest[at], rest[at + 1]))
            {
                return new Mistake(
                    string.Create(CultureInfo.InvariantCulture, $"The text contains half of a character (the lone surrogate \\u{(int)rest[at]:x4})."),
                    "Write both halves, or the character itself.");
            }

            rest = rest[(at + 2)..];
        }

        return null;
    }
}

/// <summary>The mistakes found in one case so far.</summary>
internal sealed class Findings(CaseId? @case, SuiteLimits limits)
{
    private ImmutableArray<Mistake>.Builder? mistakes;

    public SuiteLimits Limits => limits;

    public bool None => mistakes is null;

    public ImmutableArray<Mistake> All() => mistakes?.ToImmutable() ?? [];

    public void Add(string field, string what, string? suggestion = null) => Add(new Mistake(what, suggestion) { Field = field });

    public void Add(Mistake mistake) => (mistakes ??= ImmutableArray.CreateBuilder<Mistake>()).Add(mistake with { Case = @case });

    /// <summary>A text that must say something.</summary>
    public void Text(string field, string? text, string noun) => Place(field, TextCheck.Of(text, noun, limits));

    /// <summary>A text that may be absent, but not blank.</summary>
    public void Label(string field, string? text)
    {
        if (text is not null)
        {
            Text(field, text, "text");
        }
    }

    public void Characters(string field, string text) => Place(field, TextCheck.Characters(text));

    private void Place(string field, Mistake? mistake)
    {
        if (mistake is not null)
        {
            Add(mistake with { Field = field });
        }
    }
}
