using System.Collections.Immutable;
using System.Globalization;

namespace Assize.Evaluation.Judges;

/// <summary>
/// Passes an answer whose last number x (see <see cref="NumberText"/>) is near an expected number e: |x − e| ≤ max(tolerance, relativeTolerance · |e|), both tolerances at least 0.
/// Where either is above 0, 10⁻¹² of the larger magnitude is added for rounding (0.3 is within 0.01 of 0.29). An answer without a number is wrong, not unscored.
/// </summary>
public sealed record NumberJudge : ComparingJudge
{
    private const double Rounding = 1e-12;

    /// <summary>The largest difference that still passes, in the number's own unit.</summary>
    public double Tolerance { get; init; }

    /// <summary>The largest difference that still passes, as a share of the expected number.</summary>
    public double RelativeTolerance { get; init; }

    public override ImmutableArray<Mistake> Check()
    {
        var mistakes = base.Check();
        if (!(Tolerance >= 0) || !double.IsFinite(Tolerance))
        {
            mistakes = mistakes.Add(new Mistake(string.Create(CultureInfo.InvariantCulture, $"The tolerance is {Tolerance}."), "Give 0 or more.") { Field = "tolerance" });
        }

        if (!(RelativeTolerance >= 0) || !double.IsFinite(RelativeTolerance))
        {
            mistakes = mistakes.Add(new Mistake(
                string.Create(CultureInfo.InvariantCulture, $"The relative tolerance is {RelativeTolerance}."), "Give 0 or more, as a share: 0.01 is one percent.") { Field = "relativeTolerance" });
        }

        return mistakes;
    }

    protected override Mistake? CheckExpected(string expected) => NumberText.TryWhole(expected, out _)
        ? null
        : new Mistake($"'{Material.Line(expected, 60)}' is not a number, which judge '{Name}' needs.", "Write the number alone, as in 1234.5.");

    protected override Verdict Compare(string answer, ImmutableArray<string> expected)
    {
        if (!NumberText.TryLast(answer, out var said, out var text))
        {
            return Passes(false, "the answer has no number");
        }

        foreach (var value in expected)
        {
            if (NumberText.TryWhole(value, out var wanted) && Near(said, wanted))
            {
                return Passes(true);
            }
        }

        return Passes(false, $"the last number is {Material.Line(text.ToString(), 40)}, and {Material.Line(string.Join(" or ", expected), 80)} was expected");
    }

    private bool Near(double said, double wanted)
    {
        if (!double.IsFinite(said))
        {
            return false;
        }

        var allowed = Math.Max(Tolerance, RelativeTolerance * Math.Abs(wanted));
        return Math.Abs(said - wanted) <= (allowed > 0 ? allowed + Rounding * Math.Max(Math.Abs(said), Math.Abs(wanted)) : 0);
    }
}
