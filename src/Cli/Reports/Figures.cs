using System.Globalization;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Statistics;

namespace Assize.Cli.Reports;

/// <summary>Numbers as people read them, the same on every machine.</summary>
internal static class Figures
{
    /// <summary>What stands where there is no number.</summary>
    public const string None = "—";

    private const string Minus = "\u2212";

    public static string Count(long value) => value.ToString("#,##0", CultureInfo.InvariantCulture).Replace("-", Minus, StringComparison.Ordinal);

    /// <summary>A value on the scale: a share as a percentage where the scale is fail or pass.</summary>
    public static string Value(double? value, Scale scale) => value is { } known ? scale.IsPassFail ? Percent(known) : Number(known, Places(scale)) : None;

    /// <summary>A difference on the scale, always with its sign.</summary>
    public static string Shift(double? value, Scale scale) => value is { } known
        ? Signed(known, scale.IsPassFail ? known * 100 : known, scale.IsPassFail ? 1 : Places(scale))
        : None;

    /// <summary>The size of a difference with its unit, as in <c>0.62 points</c> or <c>4.1 percentage points</c>.</summary>
    public static string Size(double value, Scale scale) => scale.IsPassFail
        ? $"{Number(Math.Abs(value) * 100, 1)} percentage points"
        : $"{Number(Math.Abs(value), Places(scale))} points";

    public static string Interval(Estimate estimate, Scale scale) => estimate is { Low: { } low, High: { } high }
        ? $"{Value(low, scale)} to {Value(high, scale)}"
        : None;

    public static string ShiftInterval(Estimate estimate, Scale scale) => estimate is { Low: { } low, High: { } high }
        ? $"{Shift(low, scale)} to {Shift(high, scale)}"
        : None;

    /// <summary>A share between 0 and 1 as a percentage.</summary>
    public static string Percent(double? share) => share is { } known ? Number(known * 100, 1) + " %" : None;

    /// <summary>A rate that is compared with one half, kept as a share.</summary>
    public static string Share(double? share) => share is { } known ? Number(known, 3) : None;

    public static string ShareInterval(Estimate estimate) => estimate is { Low: { } low, High: { } high } ? $"{Share(low)} to {Share(high)}" : None;

    /// <summary>A p value; a small one is never shown as zero.</summary>
    public static string P(double? p) => p is { } known ? known < 0.001 ? "< 0.001" : Number(known, 3) : None;

    /// <summary>A p value in a sentence.</summary>
    public static string PClause(double p) => p < 0.001 ? "p < 0.001" : $"p = {P(p)}";

    public static string Factor(double? value) => value is { } known ? Number(known, 2) : None;

    /// <summary>Money in the unit of the prices, from millionths of it; a small amount is never shown as zero.</summary>
    public static string Money(long micros)
    {
        var amount = micros / 1_000_000m;
        var format = micros != 0 && Math.Abs(amount) < 0.01m ? "0.000000" : "#,##0.00";
        return amount.ToString(format, CultureInfo.InvariantCulture).Replace("-", Minus, StringComparison.Ordinal);
    }

    /// <summary>The part of a whole as a percentage; none of nothing.</summary>
    public static string Part(long part, long whole) => whole == 0 ? None : Percent((double)part / whole);

    public static string Moment(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    public static string Duration(TimeSpan span) => span.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(long)span.TotalHours} h {span.Minutes} min")
        : span.TotalMinutes >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{span.Minutes} min {span.Seconds} s")
            : string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, span.TotalSeconds):0.0} s");

    /// <summary>A coordinate in a drawing.</summary>
    public static string Coordinate(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>A plain number with so many decimal places.</summary>
    public static string Number(double value, int places)
    {
        var text = value.ToString("#,##0." + new string('0', places), CultureInfo.InvariantCulture).Replace("-", Minus, StringComparison.Ordinal);
        return IsZero(text) ? text.TrimStart(Minus[0]) : text;
    }

    /// <summary>The words for a reason.</summary>
    public static string Words(Reason reason) => reason switch
    {
        Reason.Refused => "refused",
        Reason.Unparsed => "no readable verdict",
        Reason.OutOfRange => "verdict outside the scale",
        Reason.RateLimited => "rate limited",
        Reason.Timeout => "timed out",
        Reason.ProviderError => "provider error",
        Reason.ContentFilter => "content filter",
        Reason.ContextTooLong => "context too long",
        Reason.Budget => "budget used up",
        Reason.Cancelled => "cancelled",
        Reason.NoModel => "no such model",
        _ => reason.ToString(),
    };

    private static string Signed(double sign, double value, int places)
    {
        var text = Number(value, places);
        return sign > 0 && !IsZero(text) ? "+" + text : text;
    }

    private static bool IsZero(string text) => text.All(character => character is '0' or '.' or '\u2212');

    // Two decimals on a scale of a few points, fewer where the scale is wide, more where it is narrow.
    private static int Places(Scale scale) => (scale.Max - scale.Min) switch
    {
        >= 50 => 1,
        >= 2 => 2,
        >= 0.05 => 3,
        _ => 6,
    };
}
