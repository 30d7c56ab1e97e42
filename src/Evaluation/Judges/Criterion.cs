using System.Collections.Immutable;

namespace Assize.Evaluation.Judges;

/// <summary>One question with a scale.</summary>
public sealed record Criterion
{
    public required CriterionName Name { get; init; }

    /// <summary>What the judge is to decide.</summary>
    public string? Question { get; init; }

    public required Scale Scale { get; init; }

    /// <summary>What a level means, by its value; not every level needs a text.</summary>
    public ImmutableSortedDictionary<int, string> Levels { get; init; } = ImmutableSortedDictionary<int, string>.Empty;
}

/// <summary>The values a criterion may take, both ends included.</summary>
/// <param name="Min">The worst value.</param>
/// <param name="Max">The best value, above <paramref name="Min"/>.</param>
/// <param name="Step">The distance between neighbouring values; 0 allows every value between the ends.</param>
public sealed record Scale(double Min, double Max, double Step = 1)
{
    /// <summary>Fail or pass, as 0 or 1.</summary>
    public static Scale PassFail { get; } = new(0, 1);

    /// <summary>Whether values are failures and passes, so that a rate is meant and not a mean.</summary>
    public bool IsPassFail => Min == 0 && Max == 1 && Step == 1;

    public bool Contains(double value)
    {
        if (!double.IsFinite(value) || value < Min || value > Max)
        {
            return false;
        }

        if (Step == 0)
        {
            return true;
        }

        var steps = (value - Min) / Step;
        return Math.Abs(steps - Math.Round(steps)) < 1e-9;
    }
}
