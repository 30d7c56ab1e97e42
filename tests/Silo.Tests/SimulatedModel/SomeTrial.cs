using Assize.Evaluation;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Suites;

namespace Assize.Silo.Tests.SimulatedModel;

/// <summary>Judges, and trials of answers that are right to a known degree.</summary>
internal static class SomeTrial
{
    public const string Right = "Canberra is the capital of Australia since 1913";

    public const string HalfRight = "Canberra is the capital, I guess, though many people would say otherwise";

    public const string Wrong = "No idea whatsoever";

    public static readonly ModelName Model = new("m");

    private static readonly InstallationSecret Secret = new("an installation's secret, for tests only"u8.ToArray());

    public static ScoreJudge Score { get; } = new()
    {
        Name = new("quality"),
        Model = Model,
        Asked =
        [
            new Criterion { Name = new("quality"), Question = "Is the answer right?", Scale = new Scale(1, 10) },
            new Criterion { Name = new("tone"), Question = "Is it kind?", Scale = new Scale(0, 1, 0.25) },
            new Criterion { Name = new("exact"), Question = "How exact is it?", Scale = new Scale(0, 1, 0) },
        ],
    };

    public static PairwiseJudge Pair { get; } = new() { Name = new("better"), Model = Model };

    public static Trial Of(Judge judge, string answer, string? opponent = null, bool structured = true, string question = "What is the capital of Australia?")
    {
        var @case = new Case { Id = new("case-1"), Turns = [new Turn { Messages = [new Message(Role.User, question)], References = [Right] }] };
        var response = new Response(new CandidateName("a"), [answer]);
        var other = opponent is null ? null : new Response(new CandidateName("b"), [opponent]);
        var id = new TrialId(@case.Id, judge.Name, response.Candidate, other?.Candidate);
        return new Trial
        {
            Id = id,
            Case = @case,
            Response = response,
            Opponent = other,
            Nonce = Nonce.Of(Secret, judge.Fingerprint(), id, @case, response, other),
            Models = new([new ModelCard { Name = Model, Provider = "simulated", Model = "simulated-1", Fingerprint = "f", StructuredOutput = structured }]),
        };
    }

    /// <summary>Steps until the judge has its verdict.</summary>
    public static async Task<Outcome> Judged(this Assize.Silo.Models.ChatModel model, Judge judge, Trial trial)
    {
        var answers = Answers.None;
        while (judge.Next(trial, answers) is Step.Ask ask)
        {
            foreach (var prompt in ask.Prompts)
            {
                answers = answers.Then([(await model.Ask(prompt, TestContext.Current.CancellationToken)).Completion]);
            }
        }

        return ((Step.Judged)judge.Next(trial, answers)).Verdict.Outcome;
    }
}
