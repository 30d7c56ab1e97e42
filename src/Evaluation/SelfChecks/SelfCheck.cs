using System.Collections.Immutable;
using System.Globalization;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Sampling;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.SelfChecks;

/// <summary>
/// The same scores on both sides, split by hash again and again: where nothing differs, the shipped comparisons have to say so as often as they promise, and the shipped detectors
/// have to be silent. Source: statistics.md 5.
/// </summary>
/// <param name="Seed">Another one makes other splits.</param>
/// <param name="Splits">How often each set is split.</param>
public sealed record SelfCheck(long Seed, int Splits)
{
    /// <summary>How much worse B is made where the gate has to see that it is: just so much that it must not pass.</summary>
    private const double Margin = 0.25;

    private const int Streams = 200;

    /// <summary>Scores of one stream, a tenth of those between two false alarms: so at most a tenth of the streams has one.</summary>
    private const int Watched = 1000;

    /// <summary>Everything that is promised of a set; nothing of one that is too small or does not vary.</summary>
    public IEnumerable<Claim> Of(ScoreSet set)
    {
        if (set.Clusters < ScoreSet.FewestClusters)
        {
            yield break;
        }

        if (set.IsIndependent && set.Varies)
        {
            foreach (var claim in Halves(set).Append(Quiet(set)))
            {
                yield return claim;
            }
        }

        if (set.IsPaired && set.Differs)
        {
            foreach (var claim in Swapped(set))
            {
                yield return claim;
            }
        }
    }

    /// <summary>Half of the items against the other half, by Welch's test.</summary>
    private IEnumerable<Claim> Halves(ScoreSet set)
    {
        var ps = new List<double>();
        var covered = 0;
        for (var split = 0; split < Splits; split++)
        {
            var salt = Salted("halves", split);
            var sides = set.Items.ToLookup(item => KeyHash.Of(salt, item.Key).Below(0.5), item => item.First);
            if (Welch.Of(Sample.Of([.. sides[true]]), Sample.Of([.. sides[false]])) is { P: { } p, StandardError: { } error, Df: { } df } welch)
            {
                ps.Add(p);
                covered += Math.Abs(welch.Difference) <= Student.Quantile(0.975, df) * error ? 1 : 0;
            }
        }

        yield return Claim.Uniform(set.Name, "Welch's t, halves", ps);
        yield return Claim.Share(set.Name, "Welch's interval", "95 % intervals hold the truth", ps.Count, covered, 0.95, Claim.Step(ps, 0.05));
    }

    /// <summary>The scores of each cluster, swapped or not: no side is better.</summary>
    private IEnumerable<Claim> Swapped(ScoreSet set)
    {
        var clusters = set.Items.GroupBy(item => item.Cluster, StringComparer.Ordinal).Select(cluster => (cluster.Key, Differences: cluster.Select(item => item.Second!.Value - item.First).ToArray())).ToArray();
        var (clustered, paired) = (new List<double>(), new List<double>());
        int covered = 0, pairedCovered = 0, signed = 0, gated = 0, failed = 0;
        for (var split = 0; split < Splits; split++)
        {
            var salt = Salted("swaps", split);
            var swapped = clusters.Select(cluster => KeyHash.Of(salt, cluster.Key).Below(0.5) ? cluster.Differences : [.. cluster.Differences.Select(difference => -difference)]).ToArray();
            var moments = swapped.Aggregate(Moments.Empty, (sum, cluster) => sum.Merge(Moments.Of(cluster)));
            if (ClusteredMean.P(moments, 0) is { } p)
            {
                clustered.Add(p);
                covered += ClusteredMean.Of(moments) is { Low: <= 0, High: >= 0 } ? 1 : 0;
            }

            var worse = Gate.NonInferiority(swapped.Aggregate(Moments.Empty, (sum, cluster) => sum.Merge(Moments.Of([.. cluster.Select(difference => difference - Margin)]))), Margin);
            gated += worse.Verdict is GateVerdict.Pass ? 1 : 0;
            failed += worse.Verdict is GateVerdict.Fail ? 1 : 0;
            if (set.IsIndependent)
            {
                double[] differences = [.. swapped.SelectMany(cluster => cluster)];
                var test = Paired.Of(new double[differences.Length], differences);
                if (test.P is { } own)
                {
                    paired.Add(own);
                    pairedCovered += test.Difference.Interval(0.95) is (<= 0, >= 0) ? 1 : 0;
                }

                signed += test.SignP <= 0.05 ? 1 : 0;
            }
        }

        yield return Claim.Uniform(set.Name, "clustered t, swapped", clustered);
        yield return Claim.Share(set.Name, "clustered interval", "95 % intervals hold the truth", clustered.Count, covered, 0.95, Claim.Step(clustered, 0.05));
        // One-sided at 5 %, which is one of both sides at 10 %.
        var step = Claim.Step(clustered, 0.1) / 2;
        yield return Claim.AtMost(set.Name, "gate", "passes at most 5 % of what is worse by just the margin", Splits, gated, 0.05, step);
        yield return Claim.AtMost(set.Name, "gate", "fails at most 5 % of what is worse by no more than the margin", Splits, failed, 0.05, step);
        if (set.IsIndependent)
        {
            yield return Claim.Uniform(set.Name, "paired t, swapped", paired);
            yield return Claim.Share(set.Name, "paired interval", "95 % intervals hold the truth", paired.Count, pairedCovered, 0.95, Claim.Step(paired, 0.05));
            yield return Claim.AtMost(set.Name, "sign test", "finds a difference in at most 5 %", Splits, signed, 0.05);
        }
    }

    /// <summary>The same scores in an order and a choice of chance, before the detectors that watch production: P(alarm within N scores) ≤ N/A.</summary>
    private Claim Quiet(ScoreSet set)
    {
        var scale = new Scale(Math.Floor(set.Items.Min(item => item.First)), Math.Ceiling(set.Items.Max(item => item.First)));
        var patience = new Patience(Watched, 10);
        var alarmed = 0;
        for (var stream = 0; stream < Streams; stream++)
        {
            var salt = Salted("streams", stream);
            double Score(int i) => set.Items[(int)(KeyHash.Of(salt, i.ToString(CultureInfo.InvariantCulture)).Fraction * set.Items.Length)].First;
            var baseline = BaselineScores.Of(new("self-check"), scale, [.. Enumerable.Range(0, BaselineScores.Enough).Select(i => new BaselineScore(Slice.All, Score(i)))]);
            var watch = Watch.Of(baseline, patience, detectors: UsualDetectors.Of(baseline, patience));
            var quiet = true;
            for (var i = 1; i <= Watched && quiet; i++)
            {
                (watch, var alarms) = watch.Observe(new Observation { Sequence = i, Sample = new(i.ToString(CultureInfo.InvariantCulture)), Score = Score(BaselineScores.Enough + i) });
                quiet = alarms.IsEmpty;
            }

            alarmed += quiet ? 0 : 1;
        }

        return Claim.AtMost(set.Name, "drift detectors", string.Create(CultureInfo.InvariantCulture, $"of streams in control at most {100 * Watched / patience.Threshold:0} % have an alarm in a tenth of the promised time"), Streams, alarmed, Watched / patience.Threshold);
    }

    private Salt Salted(string what, int number) => new(string.Create(CultureInfo.InvariantCulture, $"self-check/{Seed}/{what}/{number}"));
}
