using System.Collections.Immutable;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Tests.Judges;

public sealed class RepairTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AnUnreadableReplyIsAskedAboutOnceWithTheConversationSoFar(bool isSealed)
    {
        var trial = SomeTrial.Of(SomeTrial.Score, "It is Canberra.", isSealed);
        var question = SomeTrial.Questions(SomeTrial.Score, trial)[0];
        var step = SomeTrial.Score.Next(trial, new Answers([SomeTrial.Reply("It is right, 9/10.")]));
        var repair = Assert.Single(Assert.IsType<Step.Ask>(step).Prompts);

        Assert.Equal(question.Messages, repair.Messages[..2]);
        Assert.Equal(new Message(Role.Assistant, "It is right, 9/10."), repair.Messages[2]);
        Assert.Equal(Role.User, repair.Messages[3].Role);
        Assert.Contains("quality: 1 to 10", SomeTrial.Said(repair), StringComparison.Ordinal);
        Assert.Equal(SomeTrial.Word(question), SomeTrial.Word(repair));
        Assert.Same(question.Schema, repair.Schema);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ARepairedVerdictCountsAndTheFirstReplyExplainsIt(bool isSealed)
    {
        var verdict = SomeTrial.Judge(SomeTrial.Score, SomeTrial.Of(SomeTrial.Score, "x", isSealed), prompt =>
            SomeTrial.Reply(prompt.Messages.Length == 2 ? "It is right, 9/10." : SomeTrial.Honest(prompt, "", ("quality", "9"))));

        Assert.Equal(9, Assert.IsType<Outcome.Scored>(verdict.Outcome).Scores[0].Value);
        Assert.Equal("It is right, 9/10.", verdict.Explanation);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AValueOffItsScaleIsRepairedToo(bool isSealed)
    {
        var asked = new List<Prompt>();
        var verdict = SomeTrial.Judge(SomeTrial.Score, SomeTrial.Of(SomeTrial.Score, "x", isSealed), prompt =>
        {
            asked.Add(prompt);
            return SomeTrial.Reply(SomeTrial.Honest(prompt, "Splendid.", ("quality", asked.Count == 1 ? "11" : "10")));
        });

        Assert.Equal(10, Assert.IsType<Outcome.Scored>(verdict.Outcome).Scores[0].Value);
        Assert.StartsWith("A value in your verdict is not on its scale.", SomeTrial.Said(asked[1]), StringComparison.Ordinal);
    }

    [Fact]
    public void AValueThatStaysOffItsScaleIsUnscoredAndSaysWhatWasSeen()
    {
        var verdict = SomeTrial.Judge(SomeTrial.Score, SomeTrial.Of(SomeTrial.Score, "x"), prompt => SomeTrial.Reply(SomeTrial.Honest(prompt, "Splendid.", ("quality", "11"))));

        Assert.Equal(new Outcome.Unscored(Reason.OutOfRange, "also after asking again, quality is 11, and its scale is 1 to 10"), verdict.Outcome);
    }

    [Fact]
    public void ADetailIsShortAndOfOneLineWithoutControlCharacters()
    {
        var verdict = SomeTrial.Judge(SomeTrial.Score, SomeTrial.Of(SomeTrial.Score, "x"), _ => SomeTrial.Reply("\u001b[2K\0\u202e" + string.Concat(Enumerable.Repeat("😀", 500))));
        var detail = Assert.IsType<Outcome.Unscored>(verdict.Outcome).Detail;

        Assert.InRange(detail.Length, 1, 200);
        Assert.DoesNotContain(detail, c => char.IsControl(c) || c == '\u202e');
        Assert.All(detail.EnumerateRunes(), rune => Assert.NotEqual(0xFFFD, rune.Value));
    }

    [Fact]
    public void AnEmptyReplyIsNotSentBackEmpty()
    {
        var step = SomeTrial.Score.Next(SomeTrial.Of(SomeTrial.Score, "x"), new Answers([SomeTrial.Reply(" ")]));
        Assert.Equal("(empty reply)", Assert.IsType<Step.Ask>(step).Prompts[0].Messages[2].Content);
    }

    [Fact]
    public void ARepairQuestionThatIsNotAnsweredIsUnscoredForItsReason()
    {
        var verdict = SomeTrial.Judge(SomeTrial.Score, SomeTrial.Of(SomeTrial.Score, "x"), prompt =>
            prompt.Messages.Length == 2 ? SomeTrial.Reply("hm") : new Completion.Failed(Reason.Budget, "the run's budget is spent"));

        Assert.Equal(new Outcome.Unscored(Reason.Budget, "the judge's model did not answer: the run's budget is spent"), verdict.Outcome);
    }

    [Fact]
    public void AReplyCutOffSaysSo()
    {
        var verdict = SomeTrial.Judge(SomeTrial.Score, SomeTrial.Of(SomeTrial.Score, "x", isSealed: true), _ => SomeTrial.Reply("""{"explanation":"It is""", "length"));
        Assert.StartsWith("also after asking again, the reply was cut off at the model's length limit: ", Assert.IsType<Outcome.Unscored>(verdict.Outcome).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void OnlyTheOrderWithoutAVerdictIsRepaired()
    {
        var trial = SomeTrial.Of(SomeTrial.Pair, "It is Canberra.");
        var questions = SomeTrial.Questions(SomeTrial.Pair, trial);
        var answers = Answers.None.Then([Better(questions[0], "A"), SomeTrial.Reply("B, I think")]);
        var repair = Assert.Single(Assert.IsType<Step.Ask>(SomeTrial.Pair.Next(trial, answers)).Prompts);
        Assert.Equal(questions[1].Messages, repair.Messages[..2]);

        var verdict = Assert.IsType<Step.Judged>(SomeTrial.Pair.Next(trial, answers.Then([Better(repair, "B")]))).Verdict;
        Assert.Equal(new Outcome.Preferred(Preference.A, Preference.A, Preference.A), verdict.Outcome);
    }

    [Fact]
    public void BothOrdersAreRepairedAtOnce()
    {
        var trial = SomeTrial.Of(SomeTrial.Pair, "It is Canberra.");
        var answers = Answers.None.Then([SomeTrial.Reply("A"), SomeTrial.Reply("B")]);
        var repairs = Assert.IsType<Step.Ask>(SomeTrial.Pair.Next(trial, answers)).Prompts;

        Assert.Equal(["A", "B"], repairs.Select(repair => repair.Messages[2].Content));
        var verdict = Assert.IsType<Step.Judged>(SomeTrial.Pair.Next(trial, answers.Then([Better(repairs[0], "B"), Better(repairs[1], "A")]))).Verdict;
        Assert.Equal(new Outcome.Preferred(Preference.B, Preference.B, Preference.B), verdict.Outcome);
    }

    [Fact]
    public void NothingIsRepairedWhereTheOtherOrderHasNoAnswer()
    {
        var trial = SomeTrial.Of(SomeTrial.Pair, "It is Canberra.");
        var verdict = Assert.IsType<Step.Judged>(SomeTrial.Pair.Next(trial, new Answers([SomeTrial.Reply("hm"), new Completion.Failed(Reason.RateLimited, "slow down")]))).Verdict;

        Assert.Equal(new Outcome.Unscored(Reason.RateLimited, "in the swapped order, the judge's model did not answer: slow down"), verdict.Outcome);
    }

    private static Completion.Replied Better(Prompt prompt, string side) => SomeTrial.Reply(SomeTrial.Honest(prompt, "", ("better", side)));
}
