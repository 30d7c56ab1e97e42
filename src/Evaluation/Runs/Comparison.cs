using System.Collections.Immutable;
using Assize.Evaluation.Candidates;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Runs;

/// <summary>One candidate of a first run set against one of a second run of the same suite version, case by case; both may have the same name.</summary>
public sealed record Comparison
{
    private Comparison(SuiteDefinition suite, Side a, Side b) => (Suite, A, B) = (suite, a, b);

    /// <summary>The suite as if its candidates were A and B, in this order; judges of pairs compared others and are left out.</summary>
    public SuiteDefinition Suite { get; }

    public Side A { get; }

    public Side B { get; }

    /// <param name="suite">The suite that both runs ran.</param>
    /// <param name="a">The candidate of the first run, often called the baseline, and its name in the comparison.</param>
    /// <param name="b">The candidate of the second run, and its name in the comparison.</param>
    public static Comparison Of(SuiteDefinition suite, Side a, Side b)
    {
        if (a.Name == b.Name)
        {
            throw new EvaluationException([new Mistake($"Both sides of the comparison are called '{a.Name}'.", "Give them different names.")]);
        }

        var candidates = new[] { a, b }.Select(side => (suite.Candidates.FirstOrDefault(one => one.Name == side.Candidate)
            ?? throw new EvaluationException([new Mistake($"The suite has no candidate '{side.Candidate}'.")])) with { Name = side.Name });
        return new Comparison(suite with { Candidates = [.. candidates], Judges = [.. suite.Judges.Where(judge => !judge.Pairwise)] }, a, b);
    }

    /// <summary>
    /// What a shard's cases amount to, given each case's record in the first run and in the second; null where a run has not finished the case, whose trials are then
    /// unscored there. A case that neither has finished must be left out.
    /// </summary>
    public Summary Summarise(IEnumerable<(Case Case, CaseRecord? First, CaseRecord? Second)> cases) =>
        Summary.Of(Suite, cases.Select(one => (one.Case, Row(A, one.First, one.Case).Beside(Row(B, one.Second, one.Case)))));

    /// <summary>The same cases one by one, for whoever watches them instead of summing them up; what a run lacks is in no pair.</summary>
    public IEnumerable<PairedScore> Pairs(IEnumerable<(Case Case, CaseRecord? First, CaseRecord? Second)> cases) =>
        from one in cases
        where one.First is not null && one.Second is not null
        from judge in Suite.Judges
        from criterion in judge.Criteria
        let trials = (
            from before in Trials(one.First!, A, judge.Name)
            join after in Trials(one.Second!, B, judge.Name) on before.Turn ?? 0 equals after.Turn ?? 0
            let x = SummaryFold.ValueOf(before.Outcome, criterion.Name)
            let y = SummaryFold.ValueOf(after.Outcome, criterion.Name)
            where x is not null && y is not null
            select (Before: x.Value, After: y.Value)).ToArray()
        where trials.Length > 0
        select new PairedScore(one.Case.Id, one.Case.ClusterKey(), judge.Name, criterion.Name, trials.Average(trial => trial.Before), trials.Average(trial => trial.After));

    /// <summary>The lines of the whole comparison: scores of A and B, and their differences.</summary>
    public (ImmutableArray<ScoreLine> Scores, ImmutableArray<DifferenceLine> Differences) Lines(Summary summary)
    {
        var lines = new ReportLines(Suite, summary);
        return (lines.Scores(), lines.Differences());
    }

    private static IEnumerable<Judgement> Trials(CaseRecord record, Side side, JudgeName judge) =>
        record.Judgements.Where(judgement => judgement.Judge == judge && judgement.Candidate == side.Candidate && judgement.Opponent is null);

    private CaseRecord Row(Side side, CaseRecord? record, Case @case) => record is not null
        ? record.Only(side.Candidate).Renamed(side.Candidate, side.Name)
        : new CaseRecord
        {
            Case = @case.Id,
            Judgements =
            [
                .. TrialPlan.Of(Suite, @case).Where(trial => trial.Candidate == side.Name).Select(trial => new Judgement
                {
                    Judge = trial.Judge,
                    Candidate = side.Name,
                    Turn = trial.Turn,
                    Outcome = new Outcome.Unscored(Reason.Cancelled, "the run did not finish this case"),
                }),
            ],
        };
}

/// <summary>Which candidate of a run, and what it is called in a comparison, as in <c>assistant (before)</c>.</summary>
public sealed record Side(CandidateName Candidate, CandidateName Name);
