using System.Collections.Immutable;
using Assize.Evaluation.Budgets;
using Assize.Evaluation.Candidates;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Tests.Budgets;

public sealed class RehearsalTests
{
    private static readonly ModelCard Judge = new() { Name = new("judge"), Provider = "p", Model = "m", Fingerprint = "f", InputPrice = 1, OutputPrice = 4, MaxTokens = 1000 };

    private static readonly ModelCard Answerer = new() { Name = new("answerer"), Provider = "p", Model = "m", Fingerprint = "g", InputPrice = 2, OutputPrice = 2 };

    private static readonly ModelCards Cards = new([Judge, Answerer]);

    private static readonly SuiteDefinition Suite = new()
    {
        Name = new("rehearsed"),
        Candidates = [new RecordedCandidate { Name = new("old") }, new ModelCandidate { Name = new("new"), Model = Answerer.Name, MaxTokens = 100 }],
        Judges =
        [
            new ScoreJudge { Name = new("score"), Model = Judge.Name, Asked = [new Criterion { Name = new("quality"), Question = "Is it good?", Scale = new Scale(1, 5) }] },
            new PairwiseJudge { Name = new("pair"), Model = Judge.Name, Question = "Which is better?" },
            new ExactJudge { Name = new("exact") },
        ],
    };

    [Fact]
    public void EveryFirstCallOfACaseIsForeseen()
    {
        var prompts = Rehearsal.Of(Suite, Cards, Exhibit(turns: 2)).ToArray();

        // Two turns of the model that answers; a score of each of the two, and a pair in both orders.
        Assert.Equal((2, 2 + 2), (prompts.Count(prompt => prompt.Model == Answerer.Name), prompts.Count(prompt => prompt.Model == Judge.Name)));
        Assert.Contains(prompts, prompt => prompt.Model == Judge.Name && prompt.Messages[^1].Content.Contains("what was recorded", StringComparison.Ordinal));
    }

    [Fact]
    public void ACallCostsItsCharactersAndAUsualReply()
    {
        var prompt = new Prompt { Model = Judge.Name, Messages = [new Message(Role.User, new string('a', 4000))] };
        var (low, expected, high) = Price.Of(prompt, Judge);

        Assert.Equal((800 + 64 * 4L, 1000 + 256 * 4L), (low.Micros(Judge), expected.Micros(Judge)));
        Assert.Equal(1334 + 1000 * 4L, high.Micros(Judge));
        Assert.Equal(1000 + 100 * 4L, Price.Expected(prompt with { MaxTokens = 100 }, Judge));
    }

    [Fact]
    public void SomeCasesStandForAll()
    {
        var some = RunEstimate.Nothing.With(Suite, Cards, Exhibit(1)).With(Suite, Cards, Exhibit(3));

        var all = some.Over(200);

        Assert.Equal((some.Calls * 100, some.Cost(Cards).Expected * 100), (all.Calls, all.Cost(Cards).Expected), new Near());
        var (low, expected, high) = all.Cost(Cards);
        Assert.True(low < expected && expected < high);
        Assert.Equal(expected, all.Expected(Cards, PurseName.Of(Judge.Name)) + all.Expected(Cards, PurseName.Of(Answerer.Name)), 2.0);
    }

    private static Exhibit Exhibit(int turns) => new()
    {
        Case = new Case { Id = new("case"), Turns = [.. Enumerable.Range(0, turns).Select(_ => new Turn { Messages = [new Message(Role.User, "What is it?")], References = ["it"] })] },
        Recorded = ImmutableSortedDictionary.Create<CandidateName, ImmutableArray<string>>(NameOrder<CandidateName>.Ordinal)
            .Add(new("old"), [.. Enumerable.Repeat("what was recorded", turns)]),
    };

    /// <summary>Money is rounded up, once for each sum.</summary>
    private sealed class Near : IEqualityComparer<(double Calls, long Micros)>
    {
        public bool Equals((double Calls, long Micros) x, (double Calls, long Micros) y) => Math.Abs(x.Calls - y.Calls) < 1e-6 && Math.Abs(x.Micros - y.Micros) <= 400;

        public int GetHashCode((double Calls, long Micros) obj) => 0;
    }
}
