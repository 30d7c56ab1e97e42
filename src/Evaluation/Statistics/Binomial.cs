namespace Assize.Evaluation.Statistics;

/// <summary>The binomial distribution.</summary>
public static class Binomial
{
    /// <summary>P(X ≤ k) for n trials of probability p: I(1 − p; n − k, k + 1). Source: DLMF 8.17.5.</summary>
    public static double Lower(long k, long n, double p)
    {
        if (n < 0 || p is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(n), $"{n} trials of probability {p:R} are no binomial law");
        }

        return k < 0 ? 0 : k >= n ? 1 : Beta.Regularized(n - k, k + 1, 1 - p, p);
    }

    /// <summary>The two-sided p of so many successes against so many failures when both are equally likely: 2·P(X ≤ the fewer), at most 1; 1 when there are none. Never 0: what is too small for a double is the least that there is.</summary>
    public static double FairTwoSided(long successes, long failures) =>
        Math.Clamp(2 * Lower(Math.Min(successes, failures), successes + failures, 0.5), double.Epsilon, 1);
}
