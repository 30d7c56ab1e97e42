using System.Collections.Immutable;
using System.Globalization;

namespace Assize.Evaluation.Judges;

/// <summary>
/// The verdict as the last line of a reply that is otherwise free text:
/// <code>
/// line    = "VERDICT-" nonce ": " value *("; " value)      all fields, once each, in their order; spaces and tabs around the line are ignored
/// value   = name "=" (number | word)
/// number  = ["-"] digits ["." digits]                       no leading zeros, no plus, no exponent, at most 24 characters
/// word    = "A" | "B" | "tie"                               for a comparison
/// </code>
/// Any other line that carries the marker must say the same, or be the form as it was shown; a reply that contradicts itself has no verdict.
/// </summary>
internal static class MarkedLine
{
    private const int LongestNumber = 24;

    /// <summary>What every marker begins with.</summary>
    public const string Lead = "VERDICT-";

    public static string Marker(Nonce nonce) => $"{Lead}{nonce.Value}:";

    public static VerdictReading Read(VerdictForm form, string reply, Nonce nonce)
    {
        var text = reply.AsSpan().TrimEnd();
        if (text.IsEmpty)
        {
            return new VerdictReading.Unreadable(Reason.Unparsed, "the reply is empty");
        }

        var start = text.LastIndexOfAny('\n', '\r') + 1;
        var line = text[start..].Trim(" \t");
        var before = text[..start];
        var marker = Marker(nonce);
        var values = new double[form.Fields.Length];
        if (!line.StartsWith(marker, StringComparison.Ordinal))
        {
            return Unparsed("the reply does not end with the verdict line; it ends", line);
        }

        if (!TryValues(form, line[marker.Length..], values))
        {
            return Unparsed("the verdict line does not have the form asked for", line);
        }

        var other = new double[values.Length];
        for (var rest = before; rest.IndexOf(marker, StringComparison.Ordinal) is >= 0 and var at; rest = rest[(at + marker.Length)..])
        {
            var said = rest[(at + marker.Length)..];
            var end = said.IndexOfAny('\n', '\r');
            said = (end < 0 ? said : said[..end]).TrimEnd(" \t");
            var isBlank = said is [' ', ..] && said[1..].SequenceEqual(form.Blank);
            if (!isBlank && !(TryValues(form, said, other) && other.AsSpan().SequenceEqual(values)))
            {
                return Unparsed("the reply gives more than one verdict; another is", said);
            }
        }

        return form.OnScale(ImmutableArray.Create(values), before.Trim().ToString());
    }

    private static bool TryValues(VerdictForm form, ReadOnlySpan<char> text, Span<double> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var field = form.Fields[i];
            var lead = i == 0 ? " " : "; ";
            if (!text.StartsWith(lead, StringComparison.Ordinal)
                || !text[lead.Length..].StartsWith(field.Name, StringComparison.Ordinal)
                || text[(lead.Length + field.Name.Length)..] is not ['=', ..])
            {
                return false;
            }

            text = text[(lead.Length + field.Name.Length + 1)..];
            var end = text.IndexOf(';');
            var value = end < 0 ? text : text[..end];
            text = end < 0 ? [] : text[end..];
            if (!(field.Scale is null ? TryWord(field, value, out values[i]) : TryNumber(value, out values[i])))
            {
                return false;
            }
        }

        return text.IsEmpty;
    }

    private static bool TryWord(VerdictField field, ReadOnlySpan<char> text, out double value)
    {
        for (var i = 0; i < field.Words.Length; i++)
        {
            if (text.SequenceEqual(field.Words[i]))
            {
                value = i;
                return true;
            }
        }

        value = 0;
        return false;
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out double value)
    {
        value = 0;
        if (text.Length > LongestNumber)
        {
            return false;
        }

        var digits = text is ['-', ..] ? text[1..] : text;
        var point = digits.IndexOf('.');
        var whole = point < 0 ? digits : digits[..point];
        return IsDigits(whole)
            && (whole.Length == 1 || whole[0] != '0')
            && (point < 0 || IsDigits(digits[(point + 1)..]))
            && double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value);
    }

    private static bool IsDigits(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExceptInRange('0', '9');

    private static VerdictReading.Unreadable Unparsed(string what, ReadOnlySpan<char> seen) => new(Reason.Unparsed, $"{what}: {seen.Trim()}");
}
