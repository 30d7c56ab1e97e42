using System.Buffers;
using System.Globalization;
using System.Text;

namespace Assize.Evaluation.Judges;

/// <summary>
/// Untrusted text as a judge is shown it: verbatim, but for what a reader would not see or a chat template would obey. Each such character is shown by its code
/// point as <c>\u{200B}</c>, so that nothing is hidden and nothing is lost:
/// zero-width and other invisible characters, which hide words from people that a model reads; bidirectional controls, which show text in another order than it is read;
/// tag characters and variation selectors, which carry whole messages invisibly; control characters but line feed and tab; separators that look like a line's end;
/// the <c>&lt;</c> that opens a chat template's token (<c>&lt;|im_start|&gt;</c>), which some servers turn into a change of speaker; and the first <c>&lt;</c> of a line that looks like a data line of ours.
/// Lone surrogates become U+FFFD, since they cannot be sent; CR LF and CR become LF. Joiners stay where they shape text (Persian, Indic scripts, emoji).
/// </summary>
public static class Material
{
    private const int LongestToken = 64;

    private static readonly SearchValues<char> Plain = SearchValues.Create(
        "\t\n !\"#$%&'()*+,-./0123456789:;=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    private static readonly string[] Tokens =
        ["<s>", "</s>", "<bos>", "<eos>", "<start_of_turn>", "<end_of_turn>", "<<SYS>>", "<</SYS>>", "[INST]", "[/INST]"];

    /// <summary>Appends the text as it is shown.</summary>
    public static void Show(StringBuilder to, string text)
    {
        var span = text.AsSpan();
        var shown = 0;
        var at = 0;
        while (at < span.Length)
        {
            var next = span[at..].IndexOfAnyExcept(Plain);
            if (next < 0)
            {
                break;
            }

            at += next;
            if (IsWritten(span[at]))
            {
                do
                {
                    at++;
                }
                while (at < span.Length && IsWritten(span[at]));
                continue;
            }

            var width = char.IsHighSurrogate(span[at]) && at + 1 < span.Length && char.IsLowSurrogate(span[at + 1]) ? 2 : 1;
            if (!IsStrange(span, at, width))
            {
                at += width;
                continue;
            }

            to.Append(span[shown..at]);
            if (span[at] == '\r')
            {
                width = at + 1 < span.Length && span[at + 1] == '\n' ? 2 : 1;
                to.Append('\n');
            }
            else if (width == 1 && char.IsSurrogate(span[at]))
            {
                to.Append('\uFFFD');
            }
            else
            {
                to.Append(CultureInfo.InvariantCulture, $"\\u{{{(width == 2 ? char.ConvertToUtf32(span[at], span[at + 1]) : span[at]):X}}}");
            }

            at += width;
            shown = at;
        }

        to.Append(span[shown..]);
    }

    /// <summary>The text in one line of at most <paramref name="most"/> characters, for a message to people.</summary>
    public static string Line(string text, int most)
    {
        var line = new StringBuilder();
        Show(line, text.Length > most ? text[..most] : text);
        line.Replace('\n', ' ').Replace('\t', ' ');
        if (line.Length <= most && text.Length <= most)
        {
            return line.ToString();
        }

        var end = Math.Min(line.Length, most - 1);
        return line.ToString(0, end > 0 && char.IsHighSurrogate(line[end - 1]) ? end - 1 : end) + "…";
    }

    // Latin, Greek, Cyrillic, Chinese, Japanese and Korean letters, passed over without a closer look: whole answers are made of them.
    private static bool IsWritten(char c) =>
        c is (>= '\u2E80' and <= '\uD7FF' and not '\u3164') or (>= '\u00C0' and <= '\u02FF') or (>= '\u0370' and <= '\u05FF');

    private static bool IsStrange(ReadOnlySpan<char> text, int at, int width) => width == 2
        ? IsHidden(char.ConvertToUtf32(text[at], text[at + 1]))
        : text[at] switch
        {
            '<' => IsToken(text, at) || IsFence(text, at),
            '[' => IsToken(text, at),
            '\u200C' or '\u200D' => !Joins(text, at),
            '\uFE0E' or '\uFE0F' => !Selects(text, at),
            var c => char.IsSurrogate(c) || IsHidden(c),
        };

    private static bool IsHidden(int c) => c switch
    {
        < 0x20 or (>= 0x7F and <= 0x9F) or 0xAD or 0x34F or 0x61C => true,
        0x115F or 0x1160 or 0x17B4 or 0x17B5 or (>= 0x180B and <= 0x180F) => true,
        0x200B or 0x200E or 0x200F or (>= 0x2028 and <= 0x202E) or (>= 0x2060 and <= 0x206F) or 0x2800 => true,
        0x3164 or (>= 0xFE00 and <= 0xFE0D) or 0xFEFF or 0xFFA0 or (>= 0xFFF0 and <= 0xFFFB) => true,
        (>= 0x1BCA0 and <= 0x1BCA3) or (>= 0x1D173 and <= 0x1D17A) or (>= 0xE0000 and <= 0xE0FFF) => true,
        _ => (c & 0xFFFE) == 0xFFFE,
    };

    // Beside a Latin letter, in a row, or beside something hidden a joiner changes nothing that is seen: there it can only hide.
    private static bool Joins(ReadOnlySpan<char> text, int at) =>
        Rune.DecodeLastFromUtf16(text[..at], out var before, out _) == OperationStatus.Done
        && Rune.DecodeFromUtf16(text[(at + 1)..], out var after, out _) == OperationStatus.Done
        && (before.Value is 0xFE0E or 0xFE0F ? Selects(text, at - 1) : IsShaped(before.Value))
        && IsShaped(after.Value);

    // A selector of text or emoji style, behind the one character that it can style.
    private static bool Selects(ReadOnlySpan<char> text, int at) =>
        Rune.DecodeLastFromUtf16(text[..at], out var before, out _) == OperationStatus.Done
        && (before.Value is '#' or '*' or (>= '0' and <= '9') or 0xA9 or 0xAE || IsShaped(before.Value));

    private static bool IsShaped(int c) => c > 0x02FF && c is not (0x200C or 0x200D or 0xFE0E or 0xFE0F) && !IsHidden(c);

    private static bool IsToken(ReadOnlySpan<char> text, int at)
    {
        var rest = text[at..];
        if (rest.Length > 1 && rest[1] is '|' or '\uFF5C')
        {
            for (var i = 2; i < rest.Length - 1 && i < LongestToken; i++)
            {
                if (rest[i] is '|' or '\uFF5C' && rest[i + 1] == '>')
                {
                    return i > 2;
                }

                if (rest[i] == '<' || char.IsWhiteSpace(rest[i]))
                {
                    return false;
                }
            }

            return false;
        }

        // The second letters of all tokens, in lower case: code is full of brackets that open none.
        if (rest.Length < 2 || (char)(rest[1] | 0x20) is not ('s' or 'b' or 'e' or 'i' or '/' or '<'))
        {
            return false;
        }

        foreach (var token in Tokens)
        {
            if (rest.StartsWith(token, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    // Exactly three: a merge conflict's seven stay as they are.
    private static bool IsFence(ReadOnlySpan<char> text, int at)
    {
        if (!text[at..].StartsWith("<<<") || (at + 3 < text.Length && text[at + 3] == '<'))
        {
            return false;
        }

        var before = at - 1;
        while (before >= 0 && text[before] is ' ' or '\t')
        {
            before--;
        }

        return before < 0 || text[before] is '\n' or '\r';
    }
}
