using System.Globalization;

namespace Assize.Evaluation.Judges;

/// <summary>
/// Numbers in running text, read from left to right, each as long as it can be:
/// <code>
/// number  = [sign] (grouped | digits) ["." digits] [exponent]  |  [sign] "." digits [exponent]
/// sign    = "+" | "-" | "−" (U+2212)       not after a letter, digit or closing bracket: 3-4 is 3 and 4, 2024-05-01 ends in 1
/// grouped = 1 to 3 digits, then at least one ("," three digits), and no further digit or "," digit: 1,234,567 is one number; 1,2 and 12,345,67 are several
/// exponent = ("e" | "E") ["+" | "-"] digits
/// </code>
/// Digits are 0 to 9, or those of another script in their place (５, ٥), with its signs and points. A number does not begin inside a word (the 2 of H2O or v2 is none), but letters and signs may follow it (5kg, 45%).
/// Scripts that set words without spaces have no such words: 答案是5 ends in 5. A fraction 1/2 is two numbers.
/// </summary>
internal static class NumberText
{
    /// <summary>The last number of a text; infinite when it is too large for a double.</summary>
    public static bool TryLast(ReadOnlySpan<char> text, out double value, out ReadOnlySpan<char> number)
    {
        value = 0;
        number = default;
        var found = false;
        text = Plain(text);
        for (var at = 0; at < text.Length;)
        {
            var next = text[at..].IndexOfAnyInRange('0', '9');
            if (next < 0)
            {
                break;
            }

            var digit = at + next;
            var start = digit > at && text[digit - 1] == '.' && (digit < 2 || !IsOfWord(text[digit - 2])) ? digit - 1 : digit;
            if (start > 0 && (IsLetter(text[start - 1]) || text[start - 1] == '_'))
            {
                at = SkipWord(text, digit);
                continue;
            }

            var end = End(text, start);
            if (start > at && text[start - 1] is '+' or '-' or '\u2212' && (start < 2 || !(IsOfWord(text[start - 2]) || text[start - 2] is ')' or ']' or '}')))
            {
                start--;
            }

            number = text[start..end];
            value = Parse(number);
            found = true;
            at = end;
        }

        return found;
    }

    /// <summary>Whether a text, but for white space around it, is one finite number.</summary>
    public static bool TryWhole(ReadOnlySpan<char> text, out double value)
    {
        text = text.Trim();
        return TryLast(text, out value, out var number) && number.Length == text.Length && double.IsFinite(value);
    }

    private static bool IsOfWord(char c) => IsLetter(c) || char.IsAsciiDigit(c);

    /// <summary>A letter of a script that sets its words apart: no Chinese, Japanese or Korean one, and none of Thai, Lao, Burmese or Khmer.</summary>
    private static bool IsLetter(char c) => char.IsLetter(c) && c is not ((>= '\u0E00' and <= '\u0EFF') or (>= '\u1000' and <= '\u109F') or (>= '\u1100' and <= '\u11FF') or (>= '\u1780' and <= '\u17FF') or >= '\u2E80');

    /// <summary>The text with digits, signs and points of other scripts as plain ones, each in its place.</summary>
    private static ReadOnlySpan<char> Plain(ReadOnlySpan<char> text)
    {
        var first = 0;
        while (first < text.Length && Plain(text[first]) == text[first])
        {
            first++;
        }

        if (first == text.Length)
        {
            return text;
        }

        var plain = text.ToArray();
        for (var at = first; at < plain.Length; at++)
        {
            plain[at] = Plain(plain[at]);
        }

        return plain;
    }

    private static char Plain(char c) => c < '\u0600' ? c : c switch
    {
        '\u066B' or '\uFF0E' => '.',
        '\u066C' => ',',
        '\uFF0D' => '-',
        '\uFF0B' => '+',
        _ => char.GetUnicodeCategory(c) is UnicodeCategory.DecimalDigitNumber ? (char)('0' + (int)char.GetNumericValue(c)) : c,
    };

    // In H2O and v2.10 no part is a number: digits and points go with the word they stand in.
    private static int SkipWord(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length && (IsOfWord(text[at]) || text[at] == '_' || (text[at] == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1]))))
        {
            at++;
        }

        return at;
    }

    private static int End(ReadOnlySpan<char> text, int start)
    {
        var at = Digits(text, start);
        if (at - start is >= 1 and <= 3)
        {
            at = Groups(text, at);
        }

        if (at < text.Length && text[at] == '.' && Digits(text, at + 1) > at + 1)
        {
            at = Digits(text, at + 1);
        }

        if (at < text.Length && text[at] is 'e' or 'E')
        {
            var power = at + 1 < text.Length && text[at + 1] is '+' or '-' ? at + 2 : at + 1;
            var end = Digits(text, power);
            at = end > power ? end : at;
        }

        return at;
    }

    private static int Groups(ReadOnlySpan<char> text, int start)
    {
        var at = start;
        while (at < text.Length && text[at] == ',')
        {
            var end = Digits(text, at + 1);
            if (end == at + 1)
            {
                break;
            }

            if (end != at + 4)
            {
                return start;
            }

            at = end;
        }

        return at;
    }

    private static int Digits(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        return at;
    }

    private static double Parse(ReadOnlySpan<char> number)
    {
        var negative = number[0] is '-' or '\u2212';
        var magnitude = double.Parse(number[0] is '+' or '-' or '\u2212' ? number[1..] : number, NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
        return negative ? -magnitude : magnitude;
    }
}
