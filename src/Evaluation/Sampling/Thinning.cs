namespace Assize.Evaluation.Sampling;

/// <summary>
/// Keeps the judged samples within budgets per minute and per day by lowering the rate uniformly. The rate in force is a function of past arrivals only,
/// so it is fixed before a sample is seen, and it thins by the same hash, so that what a lower rate keeps a higher one would have kept.
/// <code>
/// rate = min( base, left / expected arrivals in the rest of the window ), rounded down to 2^(−j/4);  0 when nothing is left
/// </code>
/// Expected arrivals go by the larger of the last window's and this window's pace. Source: statistics.md 1.11.
/// </summary>
public sealed record Thinning
{
    /// <summary>The share wanted when money is no object, 0 to 1.</summary>
    public required double Rate { get; init; }

    public BudgetWindow? Minute { get; init; }

    public BudgetWindow? Day { get; init; }

    /// <param name="rate">The share wanted when money is no object, 0 to 1.</param>
    /// <param name="perMinute">Judged samples a minute at most; null for no limit.</param>
    /// <param name="perDay">Judged samples a day at most; null for no limit.</param>
    public static Thinning Of(double rate, long? perMinute, long? perDay) => new()
    {
        Rate = rate,
        Minute = perMinute is { } minute ? new BudgetWindow(TimeSpan.FromMinutes(1), minute) : null,
        Day = perDay is { } day ? new BudgetWindow(TimeSpan.FromDays(1), day) : null,
    };

    /// <summary>The rate in force for what arrives now.</summary>
    public double RateAt(DateTimeOffset now) => Math.Min(Rate, Math.Min(Minute?.At(now).Rate(Rate, now) ?? 1, Day?.At(now).Rate(Rate, now) ?? 1));

    /// <summary>Decides about a key that arrives now; the draw carries the rate in force as its inclusion probability.</summary>
    public (Thinning Next, Draw Draw) Decide(HashSampler sampler, string key, DateTimeOffset now)
    {
        var draw = sampler.Decide(key, RateAt(now));
        return (this with { Minute = Minute?.At(now).Count(draw.Kept), Day = Day?.At(now).Count(draw.Kept) }, draw);
    }
}

/// <summary>What arrived and was kept in a window of time that holds a budget.</summary>
/// <param name="Length">The window's length; windows start at whole multiples of it since the epoch.</param>
/// <param name="Budget">Samples kept at most in one window.</param>
public sealed record BudgetWindow(TimeSpan Length, long Budget)
{
    // Before so much of a window has passed its own pace says little.
    private const double Settled = 0.05;

    public long Number { get; init; }

    public long Arrived { get; init; }

    public long Kept { get; init; }

    /// <summary>What arrived in the window before.</summary>
    public long Before { get; init; }

    /// <summary>The window at a time: itself, or a fresh one that remembers the last. A clock that steps back stays in the newest window.</summary>
    public BudgetWindow At(DateTimeOffset now)
    {
        var number = now.UtcTicks / Length.Ticks;
        return number <= Number ? this : this with { Number = number, Arrived = 0, Kept = 0, Before = number == Number + 1 ? Arrived : 0 };
    }

    public BudgetWindow Count(bool kept) => this with { Arrived = Arrived + 1, Kept = Kept + (kept ? 1 : 0) };

    /// <summary>The rate that spends what is left evenly over what is still expected, at most the one wanted.</summary>
    public double Rate(double wanted, DateTimeOffset now)
    {
        var left = Budget - Kept;
        if (left <= 0)
        {
            return 0;
        }

        var passed = Math.Clamp((double)(now.UtcTicks - Number * Length.Ticks) / Length.Ticks, 0, 1);
        var expected = (1 - passed) * Math.Max(Before, Arrived / Math.Max(passed, Settled));
        var share = expected <= 0 ? wanted : Math.Min(wanted, left / expected);
        // A rate of few values: samples of one rate can be told by it, and it does not move with every arrival.
        return share >= wanted ? wanted : Math.Pow(2, Math.Floor(4 * Math.Log2(share)) / 4);
    }
}
