using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Statistics;

namespace Assize.Evaluation.Runs;

/// <summary>A cell of a summary in the making: collects a cluster's values and collapses them when the cluster ends.</summary>
internal sealed class Column
{
    private readonly List<double> cluster = [];
    private readonly List<double> steadyInCluster = [];
    private readonly List<double> shownInCluster = [];
    private readonly SortedDictionary<Reason, long> unscored = [];
    private Moments values = Moments.Empty;
    private Moments steady = Moments.Empty;
    private Moments shown = Moments.Empty;
    private bool touchedInCluster;
    private long trials;
    private long scored;
    private long unpaired;
    private long better;
    private long worse;
    private long equal;
    private long aWins;
    private long bWins;
    private long ties;
    private long inconsistent;
    private long decided;
    private long firstShown;
    private double worstSum;
    private double bestSum;
    private bool single = true;

    public long Passes { get; set; }

    private Coverage Coverage => new(trials, scored, unscored.ToImmutableSortedDictionary());

    /// <summary>Whether this is the first value in the cluster.</summary>
    public bool Touch() => !touchedInCluster && (touchedInCluster = true);

    public void Add(double value) => cluster.Add(value);

    public void Cover(Outcome outcome)
    {
        trials++;
        if (outcome is Outcome.Unscored why)
        {
            unscored[why.Reason] = unscored.GetValueOrDefault(why.Reason) + 1;
        }
        else
        {
            scored++;
        }
    }

    public void Count(Preference preference)
    {
        steadyInCluster.Add(preference is Preference.Inconsistent ? 0 : 1);
        switch (preference)
        {
            case Preference.A: aWins++; break;
            case Preference.B: bWins++; break;
            case Preference.Tie: ties++; break;
            default: inconsistent++; break;
        }
    }

    /// <summary>Notes one order's verdict, which decides for what was shown first or second unless it is a tie.</summary>
    public void Shown(Preference verdict, Preference first)
    {
        if (verdict is Preference.A or Preference.B)
        {
            decided++;
            firstShown += verdict == first ? 1 : 0;
            shownInCluster.Add(verdict == first ? 1 : 0);
        }
    }

    public void Differ(double? difference, double worst, double best, bool one)
    {
        worstSum += worst;
        bestSum += best;
        single &= one;
        if (difference is not { } d)
        {
            unpaired++;
            return;
        }

        Add(d);
        switch (d)
        {
            case > 0: better++; break;
            case < 0: worse++; break;
            default: equal++; break;
        }
    }

    public void EndCluster()
    {
        values = values.Merge(Ended(cluster));
        steady = steady.Merge(Ended(steadyInCluster));
        shown = shown.Merge(Ended(shownInCluster));
        touchedInCluster = false;
    }

    public ScoreCell Cell(ScoreKey key) => new() { Key = key, Coverage = Coverage, Values = values, Passes = Passes };

    public DifferenceCell Cell(DifferenceKey key) => new()
    {
        Key = key, Values = values, Unpaired = unpaired, Better = better, Worse = worse, Equal = equal, Single = single, WorstSum = worstSum, BestSum = bestSum,
    };

    public PreferenceCell Cell(PreferenceKey key) => new()
    {
        Key = key, Coverage = Coverage, Wins = values, AWins = aWins, BWins = bWins, Ties = ties, Inconsistent = inconsistent, Decided = decided, FirstShown = firstShown, Steady = steady, Shown = shown,
    };

    private static Moments Ended(List<double> cluster)
    {
        var moments = Moments.Of(CollectionsMarshal.AsSpan(cluster));
        cluster.Clear();
        return moments;
    }
}
