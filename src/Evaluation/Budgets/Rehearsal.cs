using Assize.Evaluation.Candidates;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Budgets;

/// <summary>
/// Goes through a case without asking anybody: the prompts that candidates and judges would ask first, with a text of usual length for every answer not yet known. Further rounds of a judge
/// (a repair question) are not foreseen.
/// </summary>
public static class Rehearsal
{
    /// <summary>Stands for an answer that is not known: 256 tokens of four characters.</summary>
    private static readonly string Usual = new('x', 1024);

    private static readonly Nonce Word = new(new string('x', 16));

    public static IEnumerable<Prompt> Of(SuiteDefinition suite, ModelCards models, Exhibit exhibit)
    {
        var responses = new Dictionary<CandidateName, Response>();
        foreach (var candidate in suite.Candidates)
        {
            var soFar = Answers.None;
            while (candidate.Next(exhibit, soFar) is Reply.Ask ask)
            {
                yield return ask.Prompt;
                soFar = soFar.Then([new Completion.Replied(Usual)]);
            }

            if (candidate.Next(exhibit, soFar) is Reply.Responded done)
            {
                responses[candidate.Name] = done.Response;
            }
        }

        var judges = suite.Judges.Where(judge => !judge.Models.IsEmpty).ToDictionary(judge => judge.Name);
        foreach (var id in TrialPlan.Of(suite, exhibit.Case))
        {
            if (!judges.TryGetValue(id.Judge, out var judge))
            {
                continue;
            }

            var trial = new Trial
            {
                Id = id, Case = exhibit.Case, Response = responses[id.Candidate], Opponent = id.Opponent is { } opponent ? responses[opponent] : null, Nonce = Word, Models = models,
            };
            if (judge.Next(trial, Answers.None) is Step.Ask asked)
            {
                foreach (var prompt in asked.Prompts)
                {
                    yield return prompt;
                }
            }
        }
    }

    /// <summary>What a case is expected to cost.</summary>
    /// <param name="scale">What calls cost in proportion to what is expected of them.</param>
    public static Costs Expected(SuiteDefinition suite, ModelCards models, Exhibit exhibit, double scale = 1)
    {
        var costs = Costs.None;
        foreach (var prompt in Of(suite, models, exhibit))
        {
            if (models.Find(prompt.Model) is { } card)
            {
                costs = costs.Plus(Costs.Of(prompt.Model, (long)Math.Ceiling(Price.Expected(prompt, card) * scale)));
            }
        }

        return costs;
    }
}
