using System.Collections.Immutable;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Runs;

/// <summary>
/// What a report needs of any number of cases, in a size that does not grow with them: a commutative monoid. Whole clusters go into one summary
/// (cases are assigned to shards by cluster), so that a cluster's values may be collapsed to their sum and count.
/// </summary>
public sealed record Summary
{
    /// <summary>The most single-case changes kept.</summary>
    public const int MostChanges = 20;

    public static Summary Empty { get; } = new();

    public long Cases { get; init; }

    public ImmutableArray<ScoreCell> Scores { get; init; } = [];

    public ImmutableArray<DifferenceCell> Differences { get; init; } = [];

    public ImmutableArray<PreferenceCell> Preferences { get; init; } = [];

    public ImmutableArray<UsageLine> Usage { get; init; } = [];

    /// <summary>The largest changes, largest first.</summary>
    public ImmutableArray<Change> Changes { get; init; } = [];

    /// <summary>What the finished cases amount to; the order of the cases does not matter beyond rounding, and cases of one cluster must all be here.</summary>
    public static Summary Of(SuiteDefinition suite, IEnumerable<(Case Case, CaseRecord Record)> finished)
    {
        var fold = new SummaryFold(suite);
        foreach (var cluster in finished.GroupBy(one => one.Case.ClusterKey(), StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            foreach (var (@case, record) in cluster)
            {
                fold.Add(@case, record);
            }

            fold.EndCluster();
        }

        return fold.Summary();
    }

    public Summary Merge(Summary other)
    {
        if (other.Cases == 0)
        {
            return this;
        }

        return Cases == 0
            ? other
            : new Summary
            {
                Cases = Cases + other.Cases,
                Scores = Merged(Scores, other.Scores, cell => cell.Key, (a, b) => a.Merge(b)),
                Differences = Merged(Differences, other.Differences, cell => cell.Key, (a, b) => a.Merge(b)),
                Preferences = Merged(Preferences, other.Preferences, cell => cell.Key, (a, b) => a.Merge(b)),
                Usage = Merged(Usage, other.Usage, line => line.Model, UsageSum.Of),
                Changes = Largest(Changes.AddRange(other.Changes)),
            };
    }

    /// <summary>The largest by size of shift; among equals by case, judge, criterion and candidates, so that the choice is always the same.</summary>
    internal static ImmutableArray<Change> Largest(IEnumerable<Change> changes) =>
    [
        .. changes.OrderByDescending(change => Math.Abs(change.Shift))
            .ThenBy(change => change.Case.Value, StringComparer.Ordinal)
            .ThenBy(change => change.Judge.Value, StringComparer.Ordinal)
            .ThenBy(change => change.Criterion.Value, StringComparer.Ordinal)
            .ThenBy(change => change.A.Value, StringComparer.Ordinal)
            .ThenBy(change => change.B.Value, StringComparer.Ordinal)
            .Take(MostChanges),
    ];

    private static ImmutableArray<T> Merged<T, TKey>(ImmutableArray<T> left, ImmutableArray<T> right, Func<T, TKey> key, Func<T, T, T> merge)
        where TKey : notnull
    {
        var merged = left.ToBuilder();
        var places = new Dictionary<TKey, int>(left.Length + right.Length);
        for (var i = 0; i < merged.Count; i++)
        {
            places[key(merged[i])] = i;
        }

        foreach (var cell in right)
        {
            if (places.TryGetValue(key(cell), out var place))
            {
                merged[place] = merge(merged[place], cell);
            }
            else
            {
                merged.Add(cell);
            }
        }

        return merged.ToImmutable();
    }
}
