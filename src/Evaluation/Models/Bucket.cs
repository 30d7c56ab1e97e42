namespace Assize.Evaluation.Models;

/// <summary>
/// A token bucket: so much a minute flows in, and it holds half a second's worth, but at least one, so that no minute sees more than 1/120 over the limit. It starts empty: whoever made it
/// does not know what was spent before. It may be overdrawn, and then pays back first.
/// </summary>
/// <param name="PerMinute">What flows in.</param>
/// <param name="Level">What may be spent now; negative after an overdraft.</param>
/// <param name="Filled">When the level was reckoned.</param>
public sealed record Bucket(double PerMinute, double Level, DateTimeOffset Filled)
{
    public static Bucket Of(double perMinute, DateTimeOffset now) => new(perMinute, 0, now);

    public double Room => Math.Max(1, PerMinute / 120);

    public Bucket At(DateTimeOffset now)
    {
        var seconds = Math.Max(0, (now - Filled).TotalSeconds);
        return this with { Level = Math.Min(Room, Level + seconds * PerMinute / 60), Filled = now > Filled ? now : Filled };
    }

    /// <summary>Spends, or gives back what is negative.</summary>
    public Bucket Spend(double amount) => this with { Level = Level - amount };
}
