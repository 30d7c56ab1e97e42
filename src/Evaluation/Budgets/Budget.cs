using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;

namespace Assize.Evaluation.Budgets;

/// <summary>After what time a budget begins anew.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Period>))]
public enum Period
{
    /// <summary>Never.</summary>
    Total,

    /// <summary>At midnight, UTC.</summary>
    Day,

    /// <summary>On the first of a month, UTC.</summary>
    Month,
}

/// <summary>How much may be spent, in the unit of the prices, and from which share on there is a warning.</summary>
public sealed record Budget
{
    /// <summary>The largest amount: its millionths and their sums stay far from the end of 64 bits.</summary>
    public const decimal Most = 1_000_000_000m;

    public decimal Amount { get; init; }

    public Period Per { get; init; }

    /// <summary>The share of the amount from which on there is a warning; above 0, at most 1.</summary>
    public double WarnAt { get; init; } = 0.8;

    /// <summary>Whether monitors go on when it is used up. What they spend counts all the same.</summary>
    public bool MonitorsGoOn { get; init; }

    /// <summary>The amount in millionths of the unit.</summary>
    [JsonIgnore]
    public long Micros => (long)Math.Round(Amount * 1_000_000m);

    /// <summary>When the period began in which a moment lies; the beginning of time when it never begins anew.</summary>
    public DateTimeOffset Since(DateTimeOffset now) => Per switch
    {
        Period.Day => new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero),
        Period.Month => new DateTimeOffset(now.UtcDateTime.Year, now.UtcDateTime.Month, 1, 0, 0, 0, TimeSpan.Zero),
        _ => DateTimeOffset.MinValue,
    };

    public bool Warns(long spentMicros) => spentMicros >= WarnAt * Micros;

    /// <summary>What is wrong with it; empty when nothing is.</summary>
    public ImmutableArray<Mistake> Check(string field)
    {
        var mistakes = ImmutableArray.CreateBuilder<Mistake>();
        if (Amount is not (> 0 and <= Most) || Micros < 1)
        {
            mistakes.Add(new Mistake(string.Create(CultureInfo.InvariantCulture, $"{Amount} is no budget."), "Give an amount of at least a millionth, and at most a thousand million.") { Field = $"{field}.amount" });
        }

        if (WarnAt is not (> 0 and <= 1))
        {
            mistakes.Add(new Mistake("The share from which on there is a warning lies above 0 and is at most 1.") { Field = $"{field}.warnAt" });
        }

        return mistakes.ToImmutable();
    }

    /// <summary>The amount with its period, as in <c>5.00 a day</c>.</summary>
    public override string ToString() =>
        Amount.ToString("0.00####", CultureInfo.InvariantCulture) + Per switch { Period.Day => " a day", Period.Month => " a month", _ => "" };
}
