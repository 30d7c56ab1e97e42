namespace Assize.Evaluation.Sampling;

/// <summary>
/// Keeps the judged samples within budgets per minute and per day by lowering the rate uniformly. The rate in force is a function of past arrivals only,
/// so it is fixed before a sample is seen, and it thins by the same hash, so that what a lower rate keeps a higher one would have kept.
/// <code>
/// rate = min( base, left / expected arrivals in the rest of the window ), rounded down to 2^(−j/4);  0 when nothing is left
/// </code>
/// Expected arrivals go by the larger of the last window's pace and this one's since counting began, each arrival weighed by how much oftener than the base rate it is drawn.
/// Source: statistics.md 1.11.
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
        return (Counted(draw.Kept, 1, now), draw);
    }

    /// <summary>With one more arrival, and whether it was kept.</summary>
    /// <param name="kept">Whether it spends of the budgets.</param>
    /// <param name="weight">Its own rate over the base rate.</param>
    /// <param name="now">When it arrived.</param>
    public Thinning Counted(bool kept, double weight, DateTimeOffset now) =>
        Minute is null && Day is null ? this : this with { Minute = Minute?.At(now).Count(kept, weight), Day = Day?.At(now).Count(kept, weight) };

    /// <summary>The same windows with another base rate and other budgets; what arrived and was kept stays counted.</summary>
    public Thinning Under(double rate, long? perMinute, long? perDay)
    {
        var fresh = Of(rate, perMinute, perDay);
        return fresh with { Minute = Under(fresh.Minute, Minute), Day = Under(fresh.Day, Day) };
    }

    /// <summary>The same windows where so many times as much is drawn of the same traffic from now on.</summary>
    public Thinning Rescaled(double change) => this with { Minute = Minute?.Rescaled(change), Day = Day?.Rescaled(change) };

    private static BudgetWindow? Under(BudgetWindow? fresh, BudgetWindow? counted) => fresh is null ? null : (counted ?? fresh) with { Budget = fresh.Budget };
}

/// <summary>What arrived and was kept in a window of time that holds a budget.</summary>
/// <param name="Length">The window's length; windows start at whole multiples of it since the epoch.</param>
/// <param name="Budget">Samples kept at most in one window.</param>
public sealed record BudgetWindow(TimeSpan Length, long Budget)
{
    // Before so much of a window has passed, and at most so long, its own pace says little.
    private const double Settled = 0.05;

    private static readonly TimeSpan SettledAfter = TimeSpan.FromMinutes(5);

    public long Number { get; init; }

    /// <summary>When counting began, where that was in the middle of this window; null where it was counted from its start.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>What arrived, each by its weight.</summary>
    public double Arrived { get; init; }

    public long Kept { get; init; }

    /// <summary>What arrived in the window before.</summary>
    public double Before { get; init; }

    /// <summary>The window at a time: itself, or a fresh one that remembers the last. A clock that steps back stays in the newest window.</summary>
    public BudgetWindow At(DateTimeOffset now)
    {
        var number = now.UtcTicks / Length.Ticks;
        return number <= Number ? this : this with
        {
            Number = number,
            // A window that was counted in part is taken to have gone on like that part.
            Before = number == Number + 1 ? Arrived / Counted(Start(number)) : 0,
            Since = Number == 0 ? now : null,
            Arrived = 0,
            Kept = 0,
        };
    }

    public BudgetWindow Count(bool kept, double weight = 1) => this with { Arrived = Arrived + weight, Kept = Kept + (kept ? 1 : 0) };

    /// <summary>This window with so much of its budget left as is said of the same window; of another one nothing is known.</summary>
    /// <param name="all">The window of all who share the budget.</param>
    /// <param name="sources">How many share what is left.</param>
    public BudgetWindow Sharing(BudgetWindow? all, int sources) =>
        all?.Number == Number ? this with { Budget = Kept + (long)Math.Ceiling(Math.Max(0, all.Budget - all.Kept) / (double)Math.Max(1, sources)) } : this;

    public BudgetWindow Rescaled(double change) => this with { Arrived = Arrived * change, Before = Before * change };

    /// <summary>The rate that spends what is left evenly over what is still expected, at most the one wanted.</summary>
    public double Rate(double wanted, DateTimeOffset now)
    {
        var left = Budget - Kept;
        if (left <= 0)
        {
            return 0;
        }

        var passed = Math.Clamp((now - Start(Number)) / Length, 0, 1);
        var expected = (1 - passed) * Math.Max(Before, Arrived / Counted(now));
        var share = expected <= 0 ? wanted : Math.Min(wanted, left / expected);
        // A rate of few values: samples of one rate can be told by it, and it does not move with every arrival.
        return share >= wanted ? wanted : Math.Pow(2, Math.Floor(4 * Math.Log2(share)) / 4);
    }

    private DateTimeOffset Start(long number) => new(number * Length.Ticks, TimeSpan.Zero);

    /// <summary>The share of the window that was counted by a time, at least what its pace needs to say something.</summary>
    private double Counted(DateTimeOffset now) => Math.Clamp((now - (Since ?? Start(Number))) / Length, Math.Min(Settled, SettledAfter / Length), 1);
}
