using System.Collections.Immutable;
using Assize.Evaluation.SelfChecks;

namespace Assize.Cli.SelfChecks;

/// <summary>What a self-check found.</summary>
/// <param name="Of">Where the scores are from.</param>
/// <param name="Check">Its settings.</param>
/// <param name="Claims">What was promised, and what it came to.</param>
/// <param name="PassedOver">Sets of which nothing can be said, and why.</param>
internal sealed record SelfCheckFindings(string Of, SelfCheck Check, ImmutableArray<Claim> Claims, ImmutableArray<string> PassedOver)
{
    /// <summary>Null where nothing could be tried.</summary>
    public bool? Holds => Claims.IsEmpty ? null : Claims.All(claim => claim.Holds);

    /// <summary>P(at least one of the claims fails though all promises are kept) = 1 − (1 − 0.001)ᵏ, at most.</summary>
    public double ByChance => 1 - Math.Pow(1 - Claim.ByChance, Claims.Length);

    public static SelfCheckFindings Made(string of, SelfCheck check, ImmutableArray<ScoreSet> sets)
    {
        var tried = sets.Select(set => (Set: set, Claims: check.Of(set).ToImmutableArray())).ToArray();
        return new SelfCheckFindings(
            of, check, [.. tried.SelectMany(one => one.Claims)],
            [
                .. tried.Where(one => one.Claims.IsEmpty).Select(one => one.Set.Clusters < ScoreSet.FewestClusters
                    ? FormattableString.Invariant($"{one.Set.Name}: {one.Set.Clusters} independent cases are too few, {ScoreSet.FewestClusters} are the least.")
                    : $"{one.Set.Name}: too few of its scores differ from the most usual one."),
            ]);
    }
}
