using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Runs;

/// <summary>Takes in cases one after another, cluster by cluster, and makes their summary. Confined to one call of <see cref="Runs.Summary.Of"/>.</summary>
internal sealed class SummaryFold(SuiteDefinition suite)
{
    private static readonly Slice[] Whole = [Slice.All];

    // By the key of all cases and then by slice, so that a key is hashed once a trial and not once a slice.
    private readonly Dictionary<ScoreKey, Dictionary<Slice, Column>> scores = [];
    private readonly Dictionary<DifferenceKey, Dictionary<Slice, Column>> differences = [];
    private readonly Dictionary<PreferenceKey, Dictionary<Slice, Column>> preferences = [];
    private readonly Dictionary<ModelName, UsageLine> usage = [];
    private readonly List<Column> touched = [];
    private readonly List<Change> changes = [];
    private readonly Dictionary<JudgeName, Judge> judges = suite.Judges.ToDictionary(judge => judge.Name);
    private long cases;

    public void Add(Case @case, CaseRecord record)
    {
        cases++;
        Slice[] slices = suite.Slices.IsEmpty ? Whole : [Slice.All, .. suite.Slices.SelectMany(key => key.Of(@case)).Distinct()];
        foreach (var judgement in record.Judgements)
        {
            if (judges[judgement.Judge].Pairwise)
            {
                Prefer(judgement, slices);
            }
            else
            {
                Score(judgement, slices);
            }

            Use(judgement.Calls);
        }

        foreach (var answered in record.Responses)
        {
            Use(answered.Calls);
        }

        if (suite.Candidates.Length > 1)
        {
            Compare(@case, record, slices);
        }
    }

    /// <summary>Says that the next case belongs to another cluster.</summary>
    public void EndCluster()
    {
        foreach (var column in touched)
        {
            column.EndCluster();
        }

        touched.Clear();
    }

    public Summary Summary() => new()
    {
        Cases = cases,
        Scores = [.. from row in scores from column in row.Value select column.Value.Cell(row.Key with { Slice = column.Key })],
        Differences = [.. from row in differences from column in row.Value select column.Value.Cell(row.Key with { Slice = column.Key })],
        Preferences = [.. from row in preferences from column in row.Value select column.Value.Cell(row.Key with { Slice = column.Key })],
        Usage = [.. usage.Values],
        Changes = Runs.Summary.Largest(changes),
    };

    private void Score(Judgement judgement, Slice[] slices)
    {
        foreach (var criterion in judges[judgement.Judge].Criteria)
        {
            var value = judgement.Outcome is Outcome.Scored scored ? scored.Scores.First(score => score.Criterion == criterion.Name).Value : (double?)null;
            var row = Row(scores, new ScoreKey(judgement.Candidate, judgement.Judge, criterion.Name, Slice.All));
            foreach (var slice in slices)
            {
                var column = Touch(row, slice);
                column.Cover(judgement.Outcome);
                if (value is { } x)
                {
                    column.Add(x);
                    column.Passes += criterion.Scale.IsPassFail && x == 1 ? 1 : 0;
                }
            }
        }
    }

    private void Prefer(Judgement judgement, Slice[] slices)
    {
        var row = Row(preferences, new PreferenceKey(judgement.Candidate, judgement.Opponent!.Value, judgement.Judge, Slice.All));
        foreach (var slice in slices)
        {
            var column = Touch(row, slice);
            column.Cover(judgement.Outcome);
            if (judgement.Outcome is not Outcome.Preferred preferred)
            {
                continue;
            }

            column.Count(preferred.Preference);
            column.Add(preferred.Preference switch { Preference.A => 0, Preference.B => 1, _ => 0.5 });
            column.Shown(preferred.Forward, first: Preference.A);
            column.Shown(preferred.Swapped, first: Preference.B);
        }
    }

    /// <summary>Pairs the candidates on this case: a side's value is the mean over the trials that both sides have.</summary>
    private void Compare(Case @case, CaseRecord record, Slice[] slices)
    {
        foreach (var judge in suite.Judges.Where(judge => !judge.Pairwise))
        {
            var trials = record.Judgements.Where(judgement => judgement.Judge == judge.Name).ToLookup(judgement => judgement.Candidate);
            for (var i = 0; i < suite.Candidates.Length; i++)
            {
                for (var j = i + 1; j < suite.Candidates.Length; j++)
                {
                    var (a, b) = (suite.Candidates[i].Name, suite.Candidates[j].Name);
                    var pairs = trials[a].Join(trials[b], left => left.Turn ?? 0, right => right.Turn ?? 0, (left, right) => (left.Outcome, right.Outcome)).ToArray();
                    if (pairs.Length > 0)
                    {
                        foreach (var criterion in judge.Criteria)
                        {
                            Compare(@case, new DifferenceKey(a, b, judge.Name, criterion.Name, Slice.All), criterion.Scale, pairs, slices);
                        }
                    }
                }
            }
        }
    }

    private void Compare(Case @case, DifferenceKey key, Scale scale, (Outcome A, Outcome B)[] pairs, Slice[] slices)
    {
        double sumA = 0, sumB = 0, worst = 0, best = 0;
        var both = 0;
        foreach (var (outcomeA, outcomeB) in pairs)
        {
            var (x, y) = (ValueOf(outcomeA, key.Criterion), ValueOf(outcomeB, key.Criterion));
            worst += (y ?? scale.Min) - (x ?? scale.Max);
            best += (y ?? scale.Max) - (x ?? scale.Min);
            if (x is { } valueA && y is { } valueB)
            {
                both++;
                (sumA, sumB) = (sumA + valueA, sumB + valueB);
            }
        }

        var difference = both == 0 ? (double?)null : (sumB - sumA) / both;
        var row = Row(differences, key);
        foreach (var slice in slices)
        {
            Touch(row, slice).Differ(difference, worst / pairs.Length, best / pairs.Length, pairs.Length == 1);
        }

        if (difference is { } d && d != 0)
        {
            changes.Add(new Change
            {
                Case = @case.Id, Judge = key.Judge, Criterion = key.Criterion, A = key.A, B = key.B,
                ValueA = sumA / both, ValueB = sumB / both, Shift = d / (scale.Max - scale.Min),
            });
        }
    }

    internal static double? ValueOf(Outcome outcome, CriterionName criterion) =>
        outcome is Outcome.Scored scored ? scored.Scores.First(score => score.Criterion == criterion).Value : null;

    private void Use(ImmutableArray<Call> calls)
    {
        foreach (var call in calls)
        {
            ref var line = ref CollectionsMarshal.GetValueRefOrAddDefault(usage, call.Model, out _);
            line = line is null ? UsageSum.Of(call) : UsageSum.Of(line, UsageSum.Of(call));
        }
    }

    private static Dictionary<Slice, Column> Row<TKey>(Dictionary<TKey, Dictionary<Slice, Column>> rows, TKey key)
        where TKey : notnull
    {
        ref var row = ref CollectionsMarshal.GetValueRefOrAddDefault(rows, key, out _);
        return row ??= [];
    }

    private Column Touch(Dictionary<Slice, Column> row, Slice slice)
    {
        ref var column = ref CollectionsMarshal.GetValueRefOrAddDefault(row, slice, out _);
        column ??= new Column();
        if (column.Touch())
        {
            touched.Add(column);
        }

        return column;
    }
}
