namespace Assize.Evaluation.Statistics;

/// <summary>Two independent samples with unequal variances, B's mean less A's.</summary>
/// <param name="Difference">m_b − m_a.</param>
/// <param name="StandardError">sqrt(s_a²/n_a + s_b²/n_b); null when undefined.</param>
/// <param name="Df">Satterthwaite's degrees of freedom; null when undefined.</param>
public readonly record struct Welch(double Difference, double? StandardError, double? Df)
{
    /// <summary>Two-sided p of equal means; null when undefined.</summary>
    public double? P => StandardError is { } error && Df is { } df ? Student.TwoSided(Difference / error, df) : null;

    /// <summary>df = (v_a + v_b)²/(v_a²/(n_a − 1) + v_b²/(n_b − 1)), v = s²/n. Source: Welch 1947.</summary>
    public static Welch Of(Sample a, Sample b)
    {
        if (a.Variance / a.Count is not { } va || b.Variance / b.Count is not { } vb || va + vb <= 0)
        {
            return new Welch(b.Mean - a.Mean, null, null);
        }

        return new Welch(b.Mean - a.Mean, Math.Sqrt(va + vb), (va + vb) * (va + vb) / (va * va / (a.Count - 1) + vb * vb / (b.Count - 1)));
    }
}
