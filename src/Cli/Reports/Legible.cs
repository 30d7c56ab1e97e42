using System.Globalization;
using System.Text;

namespace Assize.Cli.Reports;

/// <summary>Text from outside made fit to be shown: nothing in it can move the cursor, colour the terminal or turn the line around.</summary>
internal static class Legible
{
    private const int NameLimit = 80;

    /// <summary>
    /// The text with every line break and tab as a space, and every other control, invisible or direction character as U+FFFD:
    /// replaced and not removed, so that two ids that differ still look different.
    /// </summary>
    public static string Of(string? text) => Shown(text, lines: false);

    /// <summary>The same of a text that has lines: its line breaks and tabs stay what they are.</summary>
    public static string Lines(string? text) => Shown(text, lines: true);

    /// <summary>The text as a name in a line or a column, cut where nobody would read on.</summary>
    public static string Name(string? text)
    {
        var shown = Of(text);
        if (shown.Length <= NameLimit)
        {
            return shown;
        }

        var end = char.IsHighSurrogate(shown[NameLimit - 1]) ? NameLimit - 1 : NameLimit;
        return string.Concat(shown.AsSpan(0, end), "…");
    }

    /// <summary>The text as one word of a shell command that can be pasted as it stands; a word that hides something is written in <c>$'…'</c> form.</summary>
    public static string ShellWord(string text)
    {
        if (text.Length > 0 && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' or '/' or ':' or '@' or '+' or '='))
        {
            return text;
        }

        if (!text.EnumerateRunes().Any(Hidden))
        {
            return $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
        }

        var word = new StringBuilder("$'");
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is '\'' or '\\')
            {
                word.Append('\\').Append((char)rune.Value);
            }
            else if (Hidden(rune))
            {
                word.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}");
            }
            else
            {
                word.Append(rune);
            }
        }

        return word.Append('\'').ToString();
    }

    private static string Shown(string? text, bool lines)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        var shown = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            shown.Append(rune.Value switch
            {
                '\n' or '\t' when lines => rune,
                '\n' or '\r' or '\t' => new Rune(' '),
                _ => Hidden(rune) ? Rune.ReplacementChar : rune,
            });
        }

        return shown.ToString();
    }

    // The two joiners are left alone: Persian, Hindi and composed emoji need them.
    private static bool Hidden(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate => true,
        UnicodeCategory.Format => rune.Value is not (0x200C or 0x200D),
        _ => false,
    };
}
