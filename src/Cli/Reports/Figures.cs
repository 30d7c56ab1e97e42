using System.Globalization;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Statistics;

namespace Assize.Cli.Reports;

/// <summary>How counts, shares, times, money and p are written, the same way on every machine.</summary>
internal static class Figures
{
    /// <summary>What stands where there is no number.</summary>
    public const string None = "—";

    /// <summary>The number with a typographic minus; never a minus before zero.</summary>
    public static string Number(double value, int decimals)
    {
        var text = value.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return !text.StartsWith('-') ? text : text.AsSpan().ContainsAnyInRange('1', '9') ? "−" + text[1..] : text[1..];
    }

    /// <summary>A count with thousands set apart.</summary>
    public static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    public static string Plural(long count, string one, string many) => $"{Count(count)} {(count == 1 ? one : many)}";

    /// <summary>A share in percent; a share that is neither none nor all is never rounded to it.</summary>
    public static string Share(double share) => share switch
    {
        > 0 and < 0.001 => "< 0.1 %",
        > 0.999 and < 1 => "> 99.9 %",
        _ => Number(share * 100, 1) + " %",
    };

    public static string Share(long part, long whole) => whole == 0 ? None : Share((double)part / whole);

    /// <summary>A p value with its sign of comparison, as in <c>p = 0.012</c>; small ones are bounded and never zero.</summary>
    public static string P(double p) => p is < 0.001 or > 0.99 ? $"p\u00a0{BareP(p)}" : $"p\u00a0=\u00a0{BareP(p)}";

    /// <summary>A p value as it stands in a column that is headed so.</summary>
    public static string BareP(double? p) => p switch
    {
        null => None,
        < 0.001 => "<\u00a00.001",
        > 0.99 => ">\u00a00.99",
        < 0.1 => Number(p.Value, 3),
        _ => Number(p.Value, 2),
    };

    /// <summary>Money in the unit in which the prices were declared.</summary>
    /// <param name="micros">Millionths of that unit.</param>
    public static string Money(long micros) => (micros / 1e6m).ToString(
        Math.Abs(micros) switch { 0 => "0", < 10_000 => "F6", < 1_000_000 => "F4", _ => "#,0.00" },
        CultureInfo.InvariantCulture);

    public static string Tokens(Usage usage) => $"{Count(usage.InputTokens)} tokens in, {Count(usage.OutputTokens)} out";

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    public static string Duration(TimeSpan time) => time switch
    {
        { TotalSeconds: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:F0} ms"),
        { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:F1} s"),
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.Minutes} min {time.Seconds} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours} h {time.Minutes} min"),
    };

    /// <summary>The first twelve digits of a fingerprint, for people.</summary>
    public static string Short(string fingerprint) => fingerprint.Length > 12 ? fingerprint[..12] : fingerprint;
}

/// <summary>An estimate as it is printed; where something is missing, <paramref name="Why"/> says why.</summary>
internal sealed record Reading(string Value, string? Low, string? High, string? Why)
{
    /// <summary>The interval in words, or a dash.</summary>
    public string Interval => Low is null || High is null ? Figures.None : $"{Low} to {High}";

    /// <summary>The interval in brackets, or a dash.</summary>
    public string Brackets => Low is null || High is null ? Figures.None : $"[{Low}, {High}]";
}

/// <summary>What a number counts in, and how finely it is printed.</summary>
/// <param name="Factor">What a value is multiplied by before it is printed: 100 for percent.</param>
/// <param name="Symbol">What follows a value, as in <c> %</c>.</param>
/// <param name="Gap">What follows a difference in a sentence, as in <c> points</c>.</param>
/// <param name="GapSymbol">What follows a difference where there is little room: a difference of percentages is not a percentage.</param>
internal sealed record Unit(double Factor, int Decimals, string Symbol, string Gap, string GapSymbol)
{
    private const int MostDecimals = 6;

    /// <summary>Shares of one, printed in percent.</summary>
    public static Unit Share { get; } = new(100, 1, " %", " percentage points", " pp");

    /// <summary>Percent for passes and failures, otherwise points, finer where the scale is narrow.</summary>
    public static Unit Of(Scale scale) => scale.IsPassFail
        ? Share
        : new Unit(1, (scale.Max - scale.Min) switch { >= 50 => 1, > 1.5 => 2, _ => 3 }, "", " points", "");

    public string Print(double value, int? decimals = null) => Figures.Number(value * Factor, decimals ?? Decimals);

    public string Signed(double value, int? decimals = null)
    {
        var text = Print(value, decimals);
        return value > 0 && text.AsSpan().ContainsAnyInRange('1', '9') ? "+" + text : text;
    }

    /// <summary>A value that somebody chose, with as many decimals as he gave it.</summary>
    public string PrintWhole(double value)
    {
        var decimals = Decimals;
        while (decimals < MostDecimals && Math.Abs(Math.Round(value * Factor, decimals) - value * Factor) > 1e-9)
        {
            decimals++;
        }

        return Print(value, decimals);
    }

    /// <summary>Value and ends with as many decimals as show on which side of the anchor an end lies.</summary>
    /// <param name="anchor">The value that would mean no difference: 0, or one half for a win rate; null where there is none.</param>
    public Reading Read(Estimate estimate, double? anchor = null, bool signed = false)
    {
        var decimals = Decimals;
        while (decimals < MostDecimals && ((anchor is { } at && (Hides(estimate.Low, at, decimals) || Hides(estimate.High, at, decimals))) || IsRoundedAway(estimate.Value, decimals)))
        {
            decimals++;
        }

        string Write(double value) => signed ? Signed(value, decimals) : Print(value, decimals);
        var value = estimate.Value is { } v ? Write(v) : Figures.None;
        return estimate is { Value: not null, Low: { } low, High: { } high }
            ? new Reading(value, Write(low), Write(high), estimate.Undefined)
            : new Reading(value, null, null, estimate.Undefined ?? "no reason was recorded");
    }

    /// <summary>Whether a share that is neither none nor all would be printed as that.</summary>
    private bool IsRoundedAway(double? value, int decimals) => this == Share && value is > 0 and < 1 && Print(value.Value, decimals) is var text && (text == Print(0, decimals) || text == Print(1, decimals));

    private bool Hides(double? end, double anchor, int decimals) =>
        end is { } value && value != anchor && Print(value, decimals) == Print(anchor, decimals);
}
