using System.Collections.Immutable;

namespace Assize.Evaluation.Models;

/// <summary>
/// A limit per minute, handed out to silos as it accrues. A bucket of at most half a second's worth and one call smooths it; for a declared limit it fills at 98 % of the limit, and a sum over
/// the last 61 seconds forbids what would be more than 102 % in any minute, however unevenly it was taken. What a silo was entitled to and has not fetched is owed to it
/// (deficit round robin: Shreedhar and Varghese 1996), so that nobody's share depends on when it asks.
/// </summary>
public sealed record Meter
{
    private const double Burst = 0.5;

    private const int Memory = 61;

    private const double Bound = 1.02;

    public required double PerMinute { get; init; }

    /// <summary>Declared by the operator and kept in every minute; otherwise learned, and only a pace.</summary>
    public required bool Declared { get; init; }

    /// <summary>What may be handed out now; negative after calls that took more than was reserved.</summary>
    public double Level { get; init; }

    private DateTimeOffset Filled { get; init; }

    private ImmutableSortedDictionary<string, double> Owed { get; init; } = ImmutableSortedDictionary.Create<string, double>(StringComparer.Ordinal);

    private Seconds Handed { get; init; } = null!;

    private double PerSecond => PerMinute / 60 * (Declared ? 0.98 : 1);

    /// <summary>Begins empty, and takes the minute before as used up: nobody may know any more what was handed out in it.</summary>
    public static Meter Of(double perMinute, bool declared, DateTimeOffset now) => new()
    {
        PerMinute = perMinute,
        Declared = declared,
        Filled = now,
        Handed = Seconds.Of(Memory, now, perMinute * 0.98 / Memory),
    };

    /// <summary>Whether what accrues is used up about as fast: otherwise something else holds calls up.</summary>
    public bool Scarce(double unit) => Level < unit + Slack(unit) / 2;

    /// <summary>Lets time pass: what accrues is owed to the silos by their shares.</summary>
    /// <param name="shares">The shares of those with demand; 1 in sum.</param>
    /// <param name="unit">The most that one call takes.</param>
    public Meter Refill(DateTimeOffset now, ImmutableSortedDictionary<string, double> shares, double unit)
    {
        var seconds = Math.Max(0, (now - Filled).TotalSeconds);
        var full = Full(unit);
        var level = Math.Min(Level + seconds * PerSecond, full);
        var owed = shares.ToImmutableSortedDictionary(
            one => one.Key,
            // A full bucket is one that somebody does not fetch from: from then on it is everybody's.
            one => level >= full ? 0 : Owed.GetValueOrDefault(one.Key) + Math.Max(0, level - Level) * one.Value,
            StringComparer.Ordinal);
        return this with { Filled = now > Filled ? now : Filled, Level = level, Owed = owed };
    }

    /// <summary>How long until there is a call's worth.</summary>
    public TimeSpan Until(double unit) => Level >= unit ? TimeSpan.Zero : TimeSpan.FromMilliseconds(1 + Math.Ceiling((unit - Level) / PerSecond * 1000));

    /// <summary>What a silo can make use of: twice what it used the last time, once it has left a call's worth unused; no silo is to hoard what another could use.</summary>
    public static double Useful(double wanted, double granted, double unused, double unit) =>
        unused < Math.Max(unit, 1) ? wanted : Math.Min(wanted, Math.Max(unit, 2 * (granted - unused)));

    /// <summary>What a silo may have of what it wants: what it is owed, at least one call's worth, and what is owed to nobody.</summary>
    public double Offer(string holder, double wanted, double unit, DateTimeOffset now)
    {
        var room = Declared ? Math.Min(Level, PerMinute * Bound - Handed.Total(now, Memory)) : Level;
        if (wanted <= 0 || room < Math.Min(unit, wanted))
        {
            return 0;
        }

        var mine = Owed.GetValueOrDefault(holder);
        var free = room - Owed.Where(one => one.Key != holder).Sum(one => Math.Max(0, one.Value));
        var most = Math.Max(mine > 0 ? Math.Max(unit, mine) : 0, free >= unit ? free : 0);
        return Math.Min(Math.Min(most, room), wanted);
    }

    /// <summary>Hands out, or with a negative amount takes back; of what a silo could not use, it is owed one call's worth again.</summary>
    public Meter Take(string holder, double amount, double unit, DateTimeOffset now) =>
        amount == 0 ? this : Moved(holder, amount, unit) with { Handed = Handed.Add(now, amount) };

    /// <summary>
    /// Takes back what was turned away by a provider that said when to come again: it took nothing of the provider's bucket. In the sum over a minute it stays, for some providers count it.
    /// </summary>
    public Meter Return(string holder, double amount, double unit) => amount == 0 ? this : Moved(holder, -amount, unit);

    private Meter Moved(string holder, double amount, double unit) => this with
    {
        Level = Level - amount,
        Owed = Owed.TryGetValue(holder, out var mine) ? Owed.SetItem(holder, amount > 0 ? Math.Max(mine - amount, -Math.Max(unit, 1)) : Math.Max(mine, Math.Min(unit, mine - amount))) : Owed,
    };

    private double Full(double unit) => unit + Slack(unit);

    /// <summary>How much lateness is made up for: a provider's bucket is believed to hold a second's worth, and where that is one call, not two calls in less than their distance.</summary>
    private double Slack(double unit) => Math.Max(0.02 * unit, Math.Min(Burst * PerSecond, PerSecond - unit));
}
