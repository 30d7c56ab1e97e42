using System.Net;
using System.Net.Sockets;

namespace Assize.Evaluation.Traffic;

/// <summary>Numbers of payment cards, written together or in the groups that cards show, whose check digit is right (Luhn; ISO/IEC 7812-1).</summary>
internal sealed record CardDetector() : PatternDetector("card", @"[0-9](?:[ \-]?[0-9]){12,}")
{
    private const int Fewest = 13;

    private const int Most = 19;

    protected override Place? Look(string text, Place candidate)
    {
        for (var start = candidate.Start; start < candidate.End; start++)
        {
            if (IsDigit(text, start) && !IsDigit(text, start - 1) && Longest(text, start, candidate.End) is { } end)
            {
                return new Place(start, end);
            }
        }

        return null;
    }

    /// <summary>Where the longest card number that begins here ends.</summary>
    private static int? Longest(string text, int start, int end)
    {
        Span<char> digits = stackalloc char[Most];
        Span<int> groups = stackalloc int[Most];
        var (count, group) = (0, 0);
        int? found = null;
        for (var at = start; at < end; at++)
        {
            if (!IsDigit(text, at))
            {
                group++;
                continue;
            }

            if (count == Most)
            {
                break;
            }

            digits[count++] = text[at];
            groups[group]++;
            if (count >= Fewest && !IsDigit(text, at + 1) && Shown(groups[..(group + 1)]) && digits[0] is >= '2' and <= '6' && Luhn(digits[..count]))
            {
                found = at + 1;
            }
        }

        return found;
    }

    /// <summary>Together, or 4-4-4-n, 4-4-4-4-n and 4-6-n as on cards: a row of other numbers is none.</summary>
    private static bool Shown(ReadOnlySpan<int> groups) =>
        groups.Length == 1 || groups is [4, 4, 4, >= 1 and <= 4] or [4, 4, 4, 4, >= 1 and <= 3] or [4, 6, 4 or 5];

    private static bool Luhn(ReadOnlySpan<char> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] - '0';
            var twice = i % 2 == 0 ? digit : digit * 2;
            sum += twice > 9 ? twice - 9 : twice;
        }

        return sum % 10 == 0;
    }
}

/// <summary>International bank account numbers, together or in groups, whose check digits are right (modulus 97; ISO 13616).</summary>
internal sealed record IbanDetector() : PatternDetector("iban", @"\b[A-Za-z]{2}[0-9]{2}(?:[ \-]?[A-Za-z0-9]){11,40}")
{
    private const int Fewest = 15;

    private const int Most = 34;

    protected override Place? Look(string text, Place candidate)
    {
        var count = 0;
        int? end = null;
        for (var at = candidate.Start; at < candidate.End && count < Most; at++)
        {
            count += char.IsAsciiLetterOrDigit(text[at]) ? 1 : 0;
            // What follows in the same line may be words: an account ends where a group does.
            if (count >= Fewest && char.IsAsciiLetterOrDigit(text[at]) && !IsWord(text, at + 1) && Remainder(text.AsSpan(candidate.Start, at + 1 - candidate.Start)) == 1)
            {
                end = at + 1;
            }
        }

        return end is { } to ? new Place(candidate.Start, to) : null;
    }

    /// <summary>The number that the account stands for (country and check digits last, A as 10 to Z as 35), modulo 97.</summary>
    private static int Remainder(ReadOnlySpan<char> account)
    {
        var (rest, last) = (0, 0);
        for (var i = 0; i < account.Length; i++)
        {
            // The first four are letters and digits without a separator, and are taken last.
            rest = i < 4 ? rest : Taken(rest, account[i]);
            last = i;
        }

        for (var i = 0; i < Math.Min(4, last + 1); i++)
        {
            rest = Taken(rest, account[i]);
        }

        return rest;
    }

    private static int Taken(int rest, char next) => next switch
    {
        >= '0' and <= '9' => (rest * 10 + (next - '0')) % 97,
        >= 'A' and <= 'Z' => (rest * 100 + (next - 'A' + 10)) % 97,
        >= 'a' and <= 'z' => (rest * 100 + (next - 'a' + 10)) % 97,
        _ => rest,
    };
}

/// <summary>Internet addresses, of version 4 and 6.</summary>
internal sealed record IpDetector() : PatternDetector(
    "ip",
    @"[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:\.[0-9]{1,3}){0,3}|\b[0-9]{1,3}(?:\.[0-9]{1,3}){3}\b")
{
    protected override Place? Look(string text, Place candidate)
    {
        var end = candidate.End;
        while (end > candidate.Start + 2 && text[end - 1] == ':' && text[end - 2] != ':')
        {
            end--;
        }

        var shown = text.AsSpan(candidate.Start, end - candidate.Start);
        // A part of something longer is none, as in std::vector or a version 1.2.3.4.5; and an address has a digit.
        if (IsWord(text, candidate.Start - 1) || IsWord(text, end) || shown.IndexOfAnyInRange('0', '9') < 0
            || (candidate.Start > 1 && text[candidate.Start - 1] == '.' && IsDigit(text, candidate.Start - 2)) || (end < text.Length && text[end] == '.' && IsDigit(text, end + 1)))
        {
            return null;
        }

        var v6 = shown.Contains(':');
        return IPAddress.TryParse(shown, out var address) && address.AddressFamily == (v6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork)
            ? new Place(candidate.Start, end)
            : null;
    }
}
