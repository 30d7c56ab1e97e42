using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;

namespace Assize.Evaluation.Tests.Judges;

public sealed class PairwiseTests
{
    [Theory]
    [InlineData("A", "B", Preference.A, Preference.A, Preference.A)]
    [InlineData("B", "A", Preference.B, Preference.B, Preference.B)]
    [InlineData("tie", "tie", Preference.Tie, Preference.Tie, Preference.Tie)]
    [InlineData("A", "A", Preference.Inconsistent, Preference.A, Preference.B)]
    [InlineData("B", "B", Preference.Inconsistent, Preference.B, Preference.A)]
    [InlineData("A", "tie", Preference.Inconsistent, Preference.A, Preference.Tie)]
    [InlineData("tie", "A", Preference.Inconsistent, Preference.Tie, Preference.B)]
    public void VerdictsOfBothOrdersMakeThePreference(string first, string second, Preference preference, Preference forward, Preference swapped)
    {
        foreach (var isSealed in new[] { false, true })
        {
            var trial = SomeTrial.Of(SomeTrial.Pair, "It is Canberra.", isSealed);
            var questions = SomeTrial.Questions(SomeTrial.Pair, trial);
            var answers = Answers.None.Then([Better(questions[0], first), Better(questions[1], second)]);

            Assert.Equal(new Outcome.Preferred(preference, forward, swapped), Assert.IsType<Step.Judged>(SomeTrial.Pair.Next(trial, answers)).Verdict.Outcome);
        }
    }

    [Fact]
    public void ExchangingTheResponsesExchangesThePreference()
    {
        foreach (var text in Injection.Random(100, 5))
        {
            var one = SomeTrial.Judge(SomeTrial.Pair, SomeTrial.Of(SomeTrial.Pair, text, opponent: "It is Canberra."), Longer).Outcome;
            var other = SomeTrial.Judge(SomeTrial.Pair, SomeTrial.Of(SomeTrial.Pair, "It is Canberra.", opponent: text), Longer).Outcome;

            var preferred = Assert.IsType<Outcome.Preferred>(one);
            Assert.Equal(new Outcome.Preferred(Mirror(preferred.Preference), Mirror(preferred.Forward), Mirror(preferred.Swapped)), other);
        }
    }

    [Fact]
    public void AModelThatAlwaysLikesTheFirstIsInconsistent()
    {
        var verdict = SomeTrial.Judge(SomeTrial.Pair, SomeTrial.Of(SomeTrial.Pair, "It is Canberra."), prompt => Better(prompt, "A"));
        Assert.Equal(new Outcome.Preferred(Preference.Inconsistent, Preference.A, Preference.B), verdict.Outcome);
    }

    [Fact]
    public void TheOrdersHaveWordsOfTheirOwnAndNamesStayOut()
    {
        var prompts = SomeTrial.Questions(SomeTrial.Pair, SomeTrial.Of(SomeTrial.Pair, "It is Canberra.", opponent: "It is Sydney."));

        Assert.NotEqual(SomeTrial.Word(prompts[0]), SomeTrial.Word(prompts[1]));
        Assert.DoesNotContain(SomeTrial.Word(prompts[0]), SomeTrial.Said(prompts[1]), StringComparison.Ordinal);
        Assert.All(prompts.SelectMany(prompt => prompt.Messages), message =>
        {
            Assert.DoesNotContain(SomeTrial.A.Value, message.Content, StringComparison.Ordinal);
            Assert.DoesNotContain(SomeTrial.B.Value, message.Content, StringComparison.Ordinal);
        });
        Assert.Contains($"<<<answer A 1 {SomeTrial.Word(prompts[0])}>>>\nIt is Canberra.\n", SomeTrial.Said(prompts[0]), StringComparison.Ordinal);
        Assert.Contains($"<<<answer B 1 {SomeTrial.Word(prompts[1])}>>>\nIt is Canberra.\n", SomeTrial.Said(prompts[1]), StringComparison.Ordinal);
    }

    [Fact]
    public void TheExplanationTellsTheOrdersApart()
    {
        var verdict = SomeTrial.Judge(SomeTrial.Pair, SomeTrial.Of(SomeTrial.Pair, "x"), prompt => SomeTrial.Reply(SomeTrial.Honest(prompt, "Same.", ("better", "tie"))));
        Assert.Equal("In order: Same.\n\nSwapped (A and B exchanged): Same.", verdict.Explanation);
    }

    private static Completion.Replied Better(Prompt prompt, string side) => SomeTrial.Reply(SomeTrial.Honest(prompt, "", ("better", side)));

    // Prefers the longer answer as shown, and ties where they are as long.
    private static Completion.Replied Longer(Prompt prompt)
    {
        var (a, b) = (Length(prompt, "A"), Length(prompt, "B"));
        return Better(prompt, a > b ? "A" : a < b ? "B" : "tie");
    }

    private static int Length(Prompt prompt, string side)
    {
        var (word, said) = (SomeTrial.Word(prompt), SomeTrial.Said(prompt));
        return said.IndexOf($"<<<end answer {side} 1 {word}>>>", StringComparison.Ordinal) - said.IndexOf($"<<<answer {side} 1 {word}>>>", StringComparison.Ordinal);
    }

    private static Preference Mirror(Preference preference) => preference switch { Preference.A => Preference.B, Preference.B => Preference.A, var same => same };
}
