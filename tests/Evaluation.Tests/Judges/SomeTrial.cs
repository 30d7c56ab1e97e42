using System.Collections.Immutable;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Tests.Judges;

/// <summary>Trials, judges and replies whose details a test does not care about.</summary>
internal static class SomeTrial
{
    public static readonly ModelName Model = new("judge-model");

    public static readonly CandidateName A = new("baseline");

    public static readonly CandidateName B = new("challenger");

    public static readonly InstallationSecret Secret = new("an installation's secret, for tests only"u8.ToArray());

    public static ScoreJudge Score { get; } = new()
    {
        Name = new("quality"),
        Model = Model,
        Asked = [new Criterion { Name = new("quality"), Question = "Is the answer right and helpful?", Scale = new Scale(1, 10) }],
    };

    public static ScoreJudge Scores { get; } = new()
    {
        Name = new("several"),
        Model = Model,
        Asked =
        [
            new Criterion { Name = new("quality"), Question = "Is the answer good?", Scale = new Scale(0, 10, 0.5) },
            new Criterion { Name = new("safe"), Question = "Is the answer harmless?", Scale = Scale.PassFail },
        ],
    };

    public static ImmutableArray<ModelName> Members { get; } = [Model, new("second-model"), new("third-model")];

    public static PanelJudge Panel { get; } = new() { Name = new("panel"), Members = Members, Asked = Score.Asked };

    public static PairwiseJudge Pair { get; } = new() { Name = new("better"), Model = Model };

    public static Case Case(string question = "What is the capital of Australia?", params ImmutableArray<string> references) => new()
    {
        Id = new("case-1"),
        Turns = [new Turn { Messages = [new Message(Role.User, question)], References = references }],
    };

    public static Case Conversation(params (string Question, string? Reference)[] turns) => new()
    {
        Id = new("conversation-1"),
        Turns = [.. turns.Select(turn => new Turn { Messages = [new Message(Role.User, turn.Question)], References = turn.Reference is null ? [] : [turn.Reference] })],
    };

    public static ModelCards Cards(bool isSealed) =>
        new([.. Members.Select(model => new ModelCard { Name = model, Provider = "simulated", Model = "any", Fingerprint = "any", StructuredOutput = isSealed })]);

    public static Trial Of(Judge judge, string answer, bool isSealed = false, Case? @case = null, string opponent = "It is Sydney.", int? turn = null) =>
        Of(judge, [answer], isSealed, @case, [opponent], turn);

    public static Trial Of(Judge judge, ImmutableArray<string> answers, bool isSealed = false, Case? @case = null, ImmutableArray<string> opponents = default, int? turn = null)
    {
        @case ??= Case();
        var response = new Response(A, answers);
        var opponent = judge.Pairwise ? new Response(B, opponents) : null;
        var id = new TrialId(@case.Id, judge.Name, A, opponent?.Candidate, turn);
        return new Trial
        {
            Id = id,
            Case = @case,
            Response = response,
            Opponent = opponent,
            Nonce = Nonce.Of(Secret, judge.Fingerprint(), id, @case, response, opponent),
            Models = Cards(isSealed),
        };
    }

    public static Completion.Replied Reply(string text, string? finish = "stop") => new(text) { FinishReason = finish };

    /// <summary>Steps until the judge has its verdict, with every question answered by the model.</summary>
    public static Verdict Judge(Judge judge, Trial trial, Func<Prompt, Completion> model)
    {
        var answers = Answers.None;
        for (var round = 0; round < 3; round++)
        {
            switch (judge.Next(trial, answers))
            {
                case Step.Judged judged:
                    return judged.Verdict;
                case Step.Ask ask:
                    answers = answers.Then(ask.Prompts.Select(model));
                    break;
            }
        }

        throw new InvalidOperationException("the judge asked more than one question and one repair");
    }

    public static ImmutableArray<Prompt> Questions(Judge judge, Trial trial) => Assert.IsType<Step.Ask>(judge.Next(trial, Answers.None)).Prompts;

    /// <summary>The user's last message.</summary>
    public static string Said(Prompt prompt) => prompt.Messages[^1].Content;

    /// <summary>The word that the prompt asks to be given back, as an honest model reads it.</summary>
    public static string Word(Prompt prompt)
    {
        var last = Said(prompt).Split('\n')[^1];
        return prompt.Schema is null ? last["VERDICT-".Length..last.IndexOf(':', StringComparison.Ordinal)] : last["Seal word: ".Length..];
    }

    /// <summary>A valid reply: the explanation, then each value as given.</summary>
    public static string Honest(Prompt prompt, string explanation, params (string Name, string Value)[] values) => prompt.Schema is null
        ? $"{explanation}\nVERDICT-{Word(prompt)}: {string.Join("; ", values.Select(value => $"{value.Name}={value.Value}"))}"
        : $$"""{"explanation":{{Json(explanation)}},{{string.Join(",", values.Select(value => $"\"{value.Name}\":{(value.Name == "better" ? Json(value.Value) : value.Value)}"))}},"seal":"{{Word(prompt)}}"}""";

    public static string Json(string text) => System.Text.Json.JsonSerializer.Serialize(text);
}
