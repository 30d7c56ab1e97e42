using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Assize.Evaluation.Traffic;

/// <summary>
/// The built-in detectors: what looks like an e-mail address, a telephone number and so on, and where there is a check, passes it.
/// They rather redact a number too many than one too few; names and postal addresses they do not know.
/// </summary>
public static class PersonalData
{
    /// <summary>The catalogue, in the order in which they look at a text: what is longer and surer comes first.</summary>
    public static ImmutableArray<Redactor> All { get; } =
    [
        new KeyDetector(),
        new EmailDetector(),
        new IbanDetector(),
        new CardDetector(),
        new IpDetector(),
        new PhoneDetector(),
    ];
}

/// <summary>A detector that looks closer at what a pattern finds.</summary>
internal abstract record PatternDetector(string Name, string Pattern) : Redactor(Name)
{
    // Made for the first text that may hold one: the tables of the linear engine take 7 MB and a tenth of a second, and most processes see no traffic.
    private readonly Lazy<Regex> pattern = new(() => new Regex(Pattern, Linear));

    protected override Place? Next(string text, int from)
    {
        if (!MayHold(text.AsSpan(from)))
        {
            return null;
        }

        for (var match = pattern.Value.Match(text, from); match.Success;)
        {
            var candidate = new Place(match.Index, match.Index + match.Length);
            if (Look(text, candidate) is { } place)
            {
                return place;
            }

            match = pattern.Value.Match(text, Past(text, candidate));
        }

        return null;
    }

    /// <summary>Where to look on behind a candidate that is none, beyond its start.</summary>
    protected virtual int Past(string text, Place candidate) => candidate.End;

    /// <summary>A quick look that spares most texts the slower one.</summary>
    protected virtual bool MayHold(ReadOnlySpan<char> text) => text.IndexOfAnyInRange('0', '9') >= 0;

    /// <summary>What of a candidate is to go, or nothing.</summary>
    protected virtual Place? Look(string text, Place candidate) => candidate;

    private protected static bool IsWord(string text, int at) => at >= 0 && at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] == '_');

    private protected static bool IsDigit(string text, int at) => at >= 0 && at < text.Length && char.IsAsciiDigit(text[at]);
}

/// <summary>Keys and tokens by the shapes that their issuers gave them: bearer tokens, JSON Web Tokens, private keys in PEM, and keys of OpenAI, Anthropic, AWS, Google, GitHub, GitLab, Slack and Stripe.</summary>
internal sealed record KeyDetector() : PatternDetector(
    "key",
    @"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\z)"
    + @"|\b[Bb][Ee][Aa][Rr][Ee][Rr][ \t]+[A-Za-z0-9._~+/\-]{16,}=*"
    + @"|\beyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]*"
    + @"|\b(?:sk|pk|rk)[_\-][A-Za-z0-9_\-]{20,}"
    + @"|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"
    + @"|\bAIza[0-9A-Za-z_\-]{35}"
    + @"|\bgh[pousr]_[A-Za-z0-9]{36,}|\bgithub_pat_[A-Za-z0-9_]{22,}"
    + @"|\bglpat-[A-Za-z0-9_\-]{20,}"
    + @"|\bxox[abeoprs]-[A-Za-z0-9\-]{10,}")
{
    protected override bool MayHold(ReadOnlySpan<char> text) => true;
}

/// <summary>E-mail addresses, also with letters beyond ASCII.</summary>
internal sealed record EmailDetector() : PatternDetector("email", @"[\p{L}\p{N}._%+'\-]+@[\p{L}\p{N}\-]+(?:\.[\p{L}\p{N}\-]+)+")
{
    protected override bool MayHold(ReadOnlySpan<char> text) => text.Contains('@');
}

/// <summary>Telephone numbers: with a country's code, with a leading zero and a separator, or in the form of North America. Dates are left.</summary>
internal sealed record PhoneDetector() : PatternDetector(
    "phone",
    @"\+[0-9](?:[ ().\-/]{0,2}[0-9]){6,14}"
    + @"|\(?0[0-9]{1,5}\)?[ /.\-]{1,2}[0-9](?:[ .\-/]?[0-9]){4,11}"
    + @"|\(?[2-9][0-9]{2}\)?[ .\-]{1,2}[2-9][0-9]{2}[ .\-][0-9]{4}")
{
    private static readonly Lazy<Regex> Date = new(() => new Regex(@"^[0-9]{1,2}[./\-][0-9]{1,2}[./\-][0-9]{2,4}", Linear));

    private const int LongestDate = 10;

    private static readonly Lazy<Regex> Dates = new(() => new Regex(@"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}[./\-][0-9]{1,2}[./\-][0-9]{2,4}", Linear));

    /// <summary>A candidate that begins in a date may go on in a number.</summary>
    protected override int Past(string text, Place candidate)
    {
        var from = Math.Max(0, candidate.Start - LongestDate);
        for (var date = Dates.Value.Match(text[from..candidate.End]); date.Success; date = date.NextMatch())
        {
            if (from + date.Index <= candidate.Start && from + date.Index + date.Length is var end && end > candidate.Start)
            {
                return end;
            }
        }

        return candidate.End;
    }

    protected override Place? Look(string text, Place candidate) =>
        IsWord(text, candidate.Start - 1) || IsWord(text, candidate.End) || Date.Value.IsMatch(text[candidate.Start..candidate.End]) ? null : candidate;
}
