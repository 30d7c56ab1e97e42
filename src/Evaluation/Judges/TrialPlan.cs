using System.Collections.Immutable;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Judges;

/// <summary>Which trials a case needs: by judge, then by candidate or pair, then by turn, each in the suite's order.</summary>
public static class TrialPlan
{
    /// <summary>
    /// The trials of a case. A judge that filters the case out has none. In a pairwise trial the candidate is A and the opponent B: the baseline is A against every other,
    /// and without a baseline the one that the suite names first is A.
    /// </summary>
    public static ImmutableArray<TrialId> Of(SuiteDefinition suite, Case @case)
    {
        var trials = ImmutableArray.CreateBuilder<TrialId>();
        foreach (var judge in suite.Judges)
        {
            if (judge.Where is { } where && !where.Matches(@case))
            {
                continue;
            }

            for (var i = 0; i < suite.Candidates.Length; i++)
            {
                if (!judge.Pairwise)
                {
                    Add(trials, judge, @case, suite.Candidates[i].Name, null);
                    continue;
                }

                var baseline = (judge as PairwiseJudge)?.Baseline;
                if (baseline is { } first && suite.Candidates[i].Name != first)
                {
                    continue;
                }

                for (var j = baseline is null ? i + 1 : 0; j < suite.Candidates.Length; j++)
                {
                    if (j != i)
                    {
                        Add(trials, judge, @case, suite.Candidates[i].Name, suite.Candidates[j].Name);
                    }
                }
            }
        }

        return trials.ToImmutable();
    }

    private static void Add(ImmutableArray<TrialId>.Builder trials, Judge judge, Case @case, CandidateName candidate, CandidateName? opponent)
    {
        if (judge.Scope == JudgeScope.Conversation)
        {
            trials.Add(new TrialId(@case.Id, judge.Name, candidate, opponent));
            return;
        }

        for (var turn = 1; turn <= @case.Turns.Length; turn++)
        {
            trials.Add(new TrialId(@case.Id, judge.Name, candidate, opponent, turn));
        }
    }
}
