namespace Assize.Evaluation.Statistics;

/// <summary>Values of A and B on the same independent items, by their differences d = b − a.</summary>
/// <param name="A">A's values by themselves.</param>
/// <param name="B">B's values by themselves.</param>
/// <param name="Difference">The differences b − a.</param>
/// <param name="Better">Items on which B's value is higher.</param>
/// <param name="Worse">Items on which it is lower.</param>
public readonly record struct Paired(Sample A, Sample B, Sample Difference, long Better, long Worse)
{
    /// <summary>The t statistic m/(s/√n) of no difference; null when undefined.</summary>
    public double? T => Difference.StandardError is { } error and > 0 ? Difference.Mean / error : null;

    /// <summary>Two-sided p of no difference by Student's t with n − 1 degrees of freedom; null when undefined.</summary>
    public double? P => T is { } t ? Student.TwoSided(t, Difference.Count - 1) : null;

    /// <summary>The standard error had other items been given to each side: sqrt(s_a²/n + s_b²/n).</summary>
    public double? UnpairedError => A.Variance is { } a && B.Variance is { } b ? Math.Sqrt((a + b) / Difference.Count) : null;

    /// <summary>How much of the unpaired variance pairing leaves; null when undefined.</summary>
    public double? VarianceRatio => Difference.StandardError is { } paired && UnpairedError is { } unpaired and > 0 ? paired * paired / (unpaired * unpaired) : null;

    /// <summary>The correlation of a and b, (s_a² + s_b² − s_d²)/(2 s_a s_b); null when undefined.</summary>
    public double? Correlation =>
        A.Squares > 0 && B.Squares > 0 ? (A.Squares + B.Squares - Difference.Squares) / (2 * Math.Sqrt(A.Squares) * Math.Sqrt(B.Squares)) : null;

    /// <summary>The sign test's exact two-sided p; items without a difference say nothing.</summary>
    public double SignP => Binomial.FairTwoSided(Better, Worse);

    public static Paired Of(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(b.Length, a.Length);
        var differences = new double[a.Length];
        long better = 0, worse = 0;
        for (var i = 0; i < a.Length; i++)
        {
            differences[i] = b[i] - a[i];
            better += differences[i] > 0 ? 1 : 0;
            worse += differences[i] < 0 ? 1 : 0;
        }

        return new Paired(Sample.Of(a), Sample.Of(b), Sample.Of(differences), better, worse);
    }
}
