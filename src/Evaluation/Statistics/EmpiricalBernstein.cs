namespace Assize.Evaluation.Statistics;

/// <summary>
/// An interval for the mean of values in [0, 1] that holds at every sample from the first, in seven numbers.
/// <code>
/// low = ( Σλx − ln(2/α) − Σ(x − m_(t−1))²·(−ln(1 − λ) − λ) )/Σλ,   m₀ = 0, λ = min(½, predictable bet);   high by symmetry on 1 − x
/// </code>
/// Source: Waudby-Smith, Ramdas 2024 (predictable mixture); statistics.md 1.5.
/// </summary>
public sealed record EmpiricalBernstein(double Alpha)
{
    public PredictableSpread Spread { get; init; }

    public double Bets { get; init; }

    public double Weighted { get; init; }

    /// <summary>What is paid for the spread, of the lower and of the upper end: they differ by the first value, before which no mean is known.</summary>
    public double LowPenalty { get; init; }

    public double HighPenalty { get; init; }

    /// <summary>The interval, inside 0 and 1; everything before the first value.</summary>
    public (double Low, double High) Interval
    {
        get
        {
            if (Bets == 0)
            {
                return (0, 1);
            }

            var log = Math.Log(2 / Alpha);
            return (Math.Max(0, (Weighted - log - LowPenalty) / Bets), Math.Min(1, (Weighted + log + HighPenalty) / Bets));
        }
    }

    public EmpiricalBernstein Next(double x)
    {
        var bet = Math.Min(0.5, Spread.Bet(Alpha));
        var cost = -Math.Log(1 - bet) - bet;
        var (below, above) = Spread.Count == 0 ? (x, 1 - x) : (x - Spread.Sum / Spread.Count, x - Spread.Sum / Spread.Count);
        return this with
        {
            Spread = Spread.Next(x),
            Bets = Bets + bet,
            Weighted = Weighted + bet * x,
            LowPenalty = LowPenalty + below * below * cost,
            HighPenalty = HighPenalty + above * above * cost,
        };
    }
}

/// <summary>
/// The mixture sequential probability ratio test of standardised differences against mean 0, a normal mixture of variance τ²:
/// ln Λ = −½ ln(1 + nτ²) + τ²S²/(2(1 + nτ²)); p_t = min 1/Λ_s holds whenever one looks. Source: Robbins 1970; Johari, Pekelis, Walsh 2015.
/// </summary>
public sealed record MixtureRatio(double TauSquared)
{
    public long Count { get; init; }

    public double Sum { get; init; }

    /// <summary>The largest ln Λ so far.</summary>
    public double MostLog { get; init; }

    /// <summary>ln Λ.</summary>
    public double Log => -0.5 * Math.Log(1 + Count * TauSquared) + TauSquared * Sum * Sum / (2 * (1 + Count * TauSquared));

    /// <summary>The always valid p; never 0.</summary>
    public double P => Math.Max(double.Epsilon, Math.Exp(-MostLog));

    public MixtureRatio Next(double z)
    {
        var next = this with { Count = Count + 1, Sum = Sum + z };
        return next with { MostLog = Math.Max(MostLog, next.Log) };
    }
}
