using System.Collections.Immutable;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Runs;

/// <summary>Turns a summary's cells into a report's lines, in the order of the suite: candidates, judges, criteria, then slices with all cases first.</summary>
internal sealed class ReportLines(SuiteDefinition suite, Summary summary)
{
    private readonly Dictionary<CandidateName, int> candidates = suite.Candidates.Select((candidate, i) => (candidate.Name, i)).ToDictionary(one => one.Name, one => one.i);
    private readonly Dictionary<JudgeName, (int Place, Judge Judge)> judges = suite.Judges.Select((judge, i) => (judge, i)).ToDictionary(one => one.judge.Name, one => (one.i, one.judge));

    public ImmutableArray<ScoreLine> Scores() =>
    [
        .. summary.Scores
            .OrderBy(cell => judges[cell.Key.Judge].Place).ThenBy(cell => Place(cell.Key.Judge, cell.Key.Criterion))
            .ThenBy(cell => Order(cell.Key.Slice)).ThenBy(cell => cell.Key.Slice.Value, StringComparer.Ordinal)
            .ThenBy(cell => candidates[cell.Key.Candidate]).Select(Line),
    ];

    public ImmutableArray<DifferenceLine> Differences() =>
    [
        .. summary.Differences
            .OrderBy(cell => candidates[cell.Key.A]).ThenBy(cell => candidates[cell.Key.B])
            .ThenBy(cell => judges[cell.Key.Judge].Place).ThenBy(cell => Place(cell.Key.Judge, cell.Key.Criterion))
            .ThenBy(cell => Order(cell.Key.Slice)).ThenBy(cell => cell.Key.Slice.Value, StringComparer.Ordinal).Select(Line),
    ];

    public ImmutableArray<PreferenceLine> Preferences() =>
    [
        .. summary.Preferences
            .OrderBy(cell => candidates[cell.Key.A]).ThenBy(cell => candidates[cell.Key.B]).ThenBy(cell => judges[cell.Key.Judge].Place)
            .ThenBy(cell => Order(cell.Key.Slice)).ThenBy(cell => cell.Key.Slice.Value, StringComparer.Ordinal).Select(Line),
    ];

    private static Estimate Share(long successes, long n, string why) => n == 0
        ? Estimate.Nothing("Wilson", why)
        : Proportion.Wilson(successes, n) is var (low, high) ? new Estimate((double)successes / n, low, high, "Wilson") : throw new InvalidOperationException();

    /// <summary>The same where successes of one cluster hang together, as both verdicts of a comparison do; where no cluster differs from another, each counts once.</summary>
    private static Estimate Share(Moments? clusters, long successes, long n, string why) => clusters switch
    {
        null => Share(successes, n, why),
        _ when clusters.Clusters == clusters.Count => Share(successes, n, why),
        { Centre: { } share, StandardError: null or 0 } when Proportion.Wilson(share, (double)clusters.Clusters) is var (low, high) => new Estimate(share, low, high, "Wilson over clusters"),
        _ => ClusteredMean.Of(clusters, 0, 1),
    };

    private ScoreLine Line(ScoreCell cell)
    {
        var scale = ScaleOf(cell.Key.Judge, cell.Key.Criterion);
        var (scored, trials) = (cell.Coverage.Scored, cell.Coverage.Trials);
        var sum = (cell.Values.Centre ?? 0) * scored;
        return new ScoreLine
        {
            Candidate = cell.Key.Candidate,
            Judge = cell.Key.Judge,
            Criterion = cell.Key.Criterion,
            Slice = cell.Key.Slice,
            Scale = scale,
            Clusters = cell.Values.Clusters,
            Coverage = cell.Coverage,
            Estimate = scale.IsPassFail && cell.Values.Clusters == cell.Values.Count
                ? Share(cell.Passes, scored, "Nothing was scored.")
                : ClusteredMean.Of(cell.Values, scale.Min, scale.Max),
            DesignEffect = cell.Values.DesignEffect,
            Bounds = scored == trials ? null : new Bounds((sum + (trials - scored) * scale.Min) / trials, (sum + (trials - scored) * scale.Max) / trials),
        };
    }

    private DifferenceLine Line(DifferenceCell cell)
    {
        var scale = ScaleOf(cell.Key.Judge, cell.Key.Criterion);
        var pairs = cell.Values.Count;
        var all = pairs + cell.Unpaired;
        var exact = scale.IsPassFail && cell.Single && cell.Values.Clusters == pairs && pairs > 0;
        var width = scale.Max - scale.Min;
        return new DifferenceLine
        {
            A = cell.Key.A,
            B = cell.Key.B,
            Judge = cell.Key.Judge,
            Criterion = cell.Key.Criterion,
            Slice = cell.Key.Slice,
            Scale = scale,
            Pairs = pairs,
            Unpaired = cell.Unpaired,
            Clusters = cell.Values.Clusters,
            Estimate = ClusteredMean.Of(cell.Values, -width, width),
            StandardError = cell.Values.StandardError is { } error and > 0 ? error : null,
            P = exact ? new McNemar(cell.Better, cell.Worse, pairs).P : ClusteredMean.P(cell.Values, 0),
            Test = exact ? "McNemar exact" : $"paired {ClusteredMean.Method(cell.Values)}",
            Better = cell.Better,
            Worse = cell.Worse,
            Equal = cell.Equal,
            Bounds = cell.WorstSum == cell.BestSum ? null : new Bounds(cell.WorstSum / all, cell.BestSum / all),
        };
    }

    private static PreferenceLine Line(PreferenceCell cell)
    {
        var (scored, trials) = (cell.Coverage.Scored, cell.Coverage.Trials);
        var wins = (cell.Wins.Centre ?? 0) * scored;
        return new PreferenceLine
        {
            A = cell.Key.A,
            B = cell.Key.B,
            Judge = cell.Key.Judge,
            Slice = cell.Key.Slice,
            Clusters = cell.Wins.Clusters,
            Coverage = cell.Coverage,
            AWins = cell.AWins,
            BWins = cell.BWins,
            Ties = cell.Ties,
            Inconsistent = cell.Inconsistent,
            WinRate = ClusteredMean.Of(cell.Wins, 0, 1),
            StandardError = cell.Wins.StandardError is { } error and > 0 ? error : null,
            P = ClusteredMean.P(cell.Wins, 0.5),
            Consistency = Share(cell.Steady, scored - cell.Inconsistent, scored, "Nothing was compared."),
            FirstShown = Share(cell.Shown, cell.FirstShown, cell.Decided, "No single verdict named a winner."),
            Bounds = scored == trials ? null : new Bounds(wins / trials, (wins + trials - scored) / trials),
        };
    }

    private int Place(JudgeName judge, CriterionName criterion)
    {
        var criteria = judges[judge].Judge.Criteria;
        for (var i = 0; i < criteria.Length; i++)
        {
            if (criteria[i].Name == criterion)
            {
                return i;
            }
        }

        return criteria.Length;
    }

    private Scale ScaleOf(JudgeName judge, CriterionName criterion) => judges[judge].Judge.Criteria.First(one => one.Name == criterion).Scale;

    /// <summary>All cases first, then slices in the order of their keys.</summary>
    private int Order(Slice slice)
    {
        if (slice == Slice.All)
        {
            return -1;
        }

        for (var i = 0; i < suite.Slices.Length; i++)
        {
            if (suite.Slices[i].Makes(slice))
            {
                return i;
            }
        }

        return suite.Slices.Length;
    }
}
