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

    /// <summary>Calls in flight for cases that were cut off; what they cost is not in <see cref="Usage"/>.</summary>
    public int Unsettled { get; init; }

    /// <summary>The largest changes, largest first.</summary>
    public ImmutableArray<Change> Changes { get; init; } = [];

    /// <summary>
    /// What the finished cases amount to, in the same bits in whatever order they come. Cases of one cluster must all be here. One candidate of one run can be set against
    /// another of a second one: see <see cref="Comparison"/>.
    /// </summary>
    public static Summary Of(SuiteDefinition suite, IEnumerable<(Case Case, CaseRecord Record)> finished)
    {
        var ordered = finished.Select(one => (Key: one.Case.ClusterKey(), one.Case, one.Record)).ToArray();
        Array.Sort(ordered, static (a, b) =>
            string.CompareOrdinal(a.Key, b.Key) is not 0 and var byCluster ? byCluster : string.CompareOrdinal(a.Case.Id.Value, b.Case.Id.Value));
        var fold = new SummaryFold(suite);
        for (var i = 0; i < ordered.Length; i++)
        {
            if (i > 0 && ordered[i].Key != ordered[i - 1].Key)
            {
                fold.EndCluster();
            }

            fold.Add(ordered[i].Case, ordered[i].Record);
        }

        fold.EndCluster();
        return fold.Summary();
    }

    /// <summary>What calls cost that no finished case rests on.</summary>
    /// <param name="ended">Those that are answered, or failed.</param>
    /// <param name="unsettled">How many are still in flight.</param>
    public static Summary Cost(IEnumerable<Call> ended, int unsettled) => new()
    {
        Usage = [.. ended.GroupBy(call => call.Model).Select(calls => calls.Select(UsageSum.Of).Aggregate(UsageSum.Of))],
        Unsettled = unsettled,
    };

    public Summary Merge(Summary other)
    {
        if (other.Nothing)
        {
            return this;
        }

        return Nothing
            ? other
            : new Summary
            {
                Cases = Cases + other.Cases,
                Scores = Merged(Scores, other.Scores, cell => cell.Key, (a, b) => a.Merge(b)),
                Differences = Merged(Differences, other.Differences, cell => cell.Key, (a, b) => a.Merge(b)),
                Preferences = Merged(Preferences, other.Preferences, cell => cell.Key, (a, b) => a.Merge(b)),
                Usage = Merged(Usage, other.Usage, line => line.Model, UsageSum.Of),
                Unsettled = Unsettled + other.Unsettled,
                Changes = Largest(Changes.AddRange(other.Changes)),
            };
    }

    private bool Nothing => Cases == 0 && Usage.IsEmpty && Unsettled == 0;

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
