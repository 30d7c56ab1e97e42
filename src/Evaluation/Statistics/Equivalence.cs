namespace Assize.Evaluation.Statistics;

/// <summary>Two one-sided tests of a mean difference d against a margin ±M: "unchanged" is shown, never concluded from a difference that is not significant.</summary>
/// <param name="NotBelow">p of d ≤ −M, by P(T ≥ (d + M)/SE): the p of non-inferiority.</param>
/// <param name="NotAbove">p of d ≥ +M, by P(T ≤ (d − M)/SE).</param>
/// <param name="Worse">p of d ≥ 0, by P(T ≤ d/SE): small when B is worse.</param>
public readonly record struct Equivalence(double NotBelow, double NotAbove, double Worse)
{
    /// <summary>The p of a difference outside ±M; equivalent at 5 % exactly when the 90 % interval lies inside ±M.</summary>
    public double P => Math.Max(NotBelow, NotAbove);

    /// <param name="difference">d.</param>
    /// <param name="standardError">SE, above 0.</param>
    /// <param name="df">Degrees of freedom, above 0; infinite for the normal law.</param>
    /// <param name="margin">M ≥ 0. Source: Schuirmann 1987.</param>
    public static Equivalence Of(double difference, double standardError, double df, double margin)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(standardError);
        ArgumentOutOfRangeException.ThrowIfNegative(margin);
        double Lower(double t) => double.IsPositiveInfinity(df) ? Normal.Lower(t) : Student.Lower(t, df);
        return new Equivalence(Lower(-(difference + margin) / standardError), Lower((difference - margin) / standardError), Lower(difference / standardError));
    }
}
