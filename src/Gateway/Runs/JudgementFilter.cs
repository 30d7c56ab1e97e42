using Assize.Evaluation;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Suites;

namespace Assize.Gateway.Runs;

/// <summary>What judgements are chosen by: a name that the suite does not have would choose nothing, and look like good news.</summary>
internal sealed class JudgementFilter
{
    private readonly V1.ListJudgementsRequest request;

    /// <summary>The criteria of pass or fail, by their judges.</summary>
    private readonly HashSet<(JudgeName, CriterionName)> passFail;

    /// <exception cref="EvaluationException">The suite has nothing of the kind.</exception>
    public JudgementFilter(SuiteDefinition suite, V1.ListJudgementsRequest request)
    {
        this.request = request;
        passFail = [.. suite.Judges.SelectMany(judge => judge.Criteria.Where(criterion => criterion.Scale.IsPassFail).Select(criterion => (judge.Name, criterion.Name)))];
        var mistakes = new List<Mistake>();
        Known("candidate", request.Candidate, [.. suite.Candidates.Select(candidate => candidate.Name.Value)]);
        Known("judge", request.Judge, [.. suite.Judges.Select(judge => judge.Name.Value)]);
        if (request.Slice.Length > 0 && request.Slice != Slice.All.Value && !suite.Slices.Any(key => key.Makes(new Slice(request.Slice))))
        {
            mistakes.Add(new Mistake($"The suite has no slice '{request.Slice}'.", suite.Slices.IsEmpty ? "It has no slices at all." : $"Slices are {string.Join(", ", suite.Slices.Select(key => $"{key.Label}=…"))}.") { Field = "slice" });
        }

        if (request.Failed && !passFail.Any(one => request.Judge.Length == 0 || one.Item1.Value == request.Judge))
        {
            mistakes.Add(new Mistake("No criterion here is of pass or fail, so that none can have failed.", "Choose by a score that is too low, with below.") { Field = "failed" });
        }

        if (request.HasBelow && !double.IsFinite(request.Below))
        {
            mistakes.Add(new Mistake("That is no value of a scale.", "Give a number, as in 3.") { Field = "below" });
        }

        if (mistakes.Count > 0)
        {
            throw new EvaluationException([.. mistakes]);
        }

        void Known(string field, string name, string[] names)
        {
            if (name.Length > 0 && !names.Contains(name))
            {
                mistakes.Add(new Mistake($"The suite has no {field} '{name}'.", $"It has {string.Join(", ", names)}.") { Field = field });
            }
        }
    }

    public bool Matches(Judgement judgement) =>
        (request.Candidate.Length == 0 || judgement.Candidate.Value == request.Candidate || judgement.Opponent?.Value == request.Candidate)
        && (request.Judge.Length == 0 || judgement.Judge.Value == request.Judge)
        && request.Outcome switch
        {
            V1.OutcomeKind.Scored => judgement.Outcome is Outcome.Scored,
            V1.OutcomeKind.Preferred => judgement.Outcome is Outcome.Preferred,
            V1.OutcomeKind.Unscored => judgement.Outcome is Outcome.Unscored,
            _ => true,
        }
        && (!request.Failed || HasScore(judgement, score => score.Value == 0 && passFail.Contains((judgement.Judge, score.Criterion))))
        && (!request.HasBelow || HasScore(judgement, score => score.Value < request.Below));

    private static bool HasScore(Judgement judgement, Func<Score, bool> which) => judgement.Outcome is Outcome.Scored scored && scored.Scores.Any(which);
}
