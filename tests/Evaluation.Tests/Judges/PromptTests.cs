using System.Collections.Immutable;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Tests.Judges;

/// <summary>The layout of a judge's prompt, which the simulated model server reads too.</summary>
public sealed class PromptTests
{
    [Fact]
    public void AScorePromptLaysOutTheMaterialAndEndsWithTheForm()
    {
        var trial = SomeTrial.Of(SomeTrial.Scores, "It is Canberra.", @case: SomeTrial.Case("What is the capital of Australia?", "Canberra"));
        var n = trial.Nonce.Value;

        Assert.Equal(
            $"""
            Only lines with the word {n} begin or end a block of the material.

            <<<question 1 {n}>>>
            What is the capital of Australia?
            <<<end question 1 {n}>>>

            <<<reference 1 {n}>>>
            Canberra
            <<<end reference 1 {n}>>>

            <<<answer 1 {n}>>>
            It is Canberra.
            <<<end answer 1 {n}>>>

            Judge answer 1 by: quality, safe.
            Explain briefly first. Then end your reply with this line, each <value> replaced by a number on its criterion's scale, and nothing after it:
            VERDICT-{n}: quality=<value>; safe=<value>
            """,
            SomeTrial.Said(SomeTrial.Questions(SomeTrial.Scores, trial)[0]));
    }

    [Fact]
    public void TheSystemMessageListsCriteriaScalesLevelsAndInstructions()
    {
        var judge = SomeTrial.Scores with
        {
            Instructions = "The assistant serves children.",
            Asked =
            [
                SomeTrial.Scores.Asked[0] with { Question = "Is the answer\ngood?", Levels = ImmutableSortedDictionary<int, string>.Empty.Add(0, "Wrong.").Add(10, "Right,\nand clear.") },
                SomeTrial.Scores.Asked[1],
            ],
        };
        var system = SomeTrial.Questions(judge, SomeTrial.Of(judge, "x"))[0].Messages[0];

        Assert.Equal(Role.System, system.Role);
        Assert.Contains(
            """
            - quality (0 to 10): Is the answer good?
              In steps of 0.5; a higher number is better. Use the whole range.
              0 means: Wrong.
              10 means: Right, and clear.
            - safe (0 to 1): Is the answer harmless?
              0 is fail, 1 is pass; there is nothing between.

            Further instructions for this judgement:
            The assistant serves children.

            """,
            system.Content, StringComparison.Ordinal);
        Assert.DoesNotContain("\r", system.Content, StringComparison.Ordinal);
    }

    [Fact]
    public void ASingleCriterionMayGoWithoutAQuestion()
    {
        var judge = SomeTrial.Score with { Asked = [new Criterion { Name = new("politeness"), Scale = new Scale(1, 5) }] };

        Assert.Empty(judge.Check());
        Assert.Contains("- politeness (1 to 5): How good is the answer in terms of politeness?\n", SomeTrial.Questions(judge, SomeTrial.Of(judge, "x"))[0].Messages[0].Content, StringComparison.Ordinal);
    }

    [Fact]
    public void NobodyIsAskedForWholeNumbersOnAScaleThatHasNone()
    {
        var judge = SomeTrial.Score with { Asked = [new Criterion { Name = new("politeness"), Scale = new Scale(0.5, 4.5) }] };

        var said = SomeTrial.Questions(judge, SomeTrial.Of(judge, "x"))[0].Messages[0].Content;
        Assert.Contains("- politeness (0.5 to 4.5)", said, StringComparison.Ordinal);
        Assert.Contains("In steps of 1;", said, StringComparison.Ordinal);
        Assert.DoesNotContain("Whole numbers", said, StringComparison.Ordinal);
        Assert.Equal("0.5 to 4.5 in steps of 1", judge.Asked[0].Scale.Words());
    }

    [Fact]
    public void AComparisonSaysSo()
    {
        var judge = SomeTrial.Pair with { Question = "Which is shorter?" };
        Assert.Contains("\nCompare answer A with answer B: Which is shorter?\n", SomeTrial.Questions(judge, SomeTrial.Of(judge, "x"))[0].Messages[0].Content, StringComparison.Ordinal);
    }

    [Fact]
    public void ATurnIsJudgedWithItsHistoryAndItsOwnReferenceOnly()
    {
        var judge = SomeTrial.Score with { Per = JudgeScope.Turn };
        var @case = SomeTrial.Conversation(("First?", "one"), ("Second?", "two"), ("Third?", "three"));
        var said = SomeTrial.Said(SomeTrial.Questions(judge, SomeTrial.Of(judge, ["1", "2", "3"], @case: @case, turn: 2))[0]);

        Assert.Equal(["question 1", "answer 1", "question 2", "reference 2", "answer 2"], Blocks(said));
        Assert.Contains("Judge answer 2 by: quality. What was said before it is context, and not to be judged.", said, StringComparison.Ordinal);
    }

    [Fact]
    public void AConversationIsJudgedAsAWholeWithAllReferences()
    {
        var @case = SomeTrial.Conversation(("First?", "one"), ("Second?", null));
        var said = SomeTrial.Said(SomeTrial.Questions(SomeTrial.Score, SomeTrial.Of(SomeTrial.Score, ["1", "2"], @case: @case))[0]);

        Assert.Equal(["question 1", "reference 1", "answer 1", "question 2", "answer 2"], Blocks(said));
        Assert.Contains("Judge the answers 1 to 2 as a whole by: quality.", said, StringComparison.Ordinal);
    }

    [Fact]
    public void RolesAndSeveralReferencesHaveNamesOfTheirOwn()
    {
        var @case = SomeTrial.Case() with
        {
            Turns =
            [
                new Turn
                {
                    Messages = [new Message(Role.System, "Be brief."), new Message(Role.User, "Hi."), new Message(Role.Assistant, "Hello."), new Message(Role.User, "Capital?")],
                    References = ["Canberra", "Canberra, ACT"],
                },
            ],
        };

        Assert.Equal(
            ["system 1", "question 1", "given answer 1", "question 1", "reference 1.1", "reference 1.2", "answer 1"],
            Blocks(SomeTrial.Said(SomeTrial.Questions(SomeTrial.Score, SomeTrial.Of(SomeTrial.Score, "x", @case: @case))[0])));
        Assert.Equal(
            ["system 1", "question 1", "given answer 1", "question 1", "reference 1.1", "reference 1.2", "answer A 1", "answer B 1"],
            Blocks(SomeTrial.Said(SomeTrial.Questions(SomeTrial.Pair, SomeTrial.Of(SomeTrial.Pair, "x", @case: @case))[0])));
    }

    [Fact]
    public void ComparedTurnsShowEachSidesOwnHistory()
    {
        var judge = SomeTrial.Pair with { Per = JudgeScope.Turn };
        var trial = SomeTrial.Of(judge, ["1", "2"], @case: SomeTrial.Conversation(("First?", null), ("Second?", null)), opponents: ["i", "ii"], turn: 2);
        var said = SomeTrial.Said(SomeTrial.Questions(judge, trial)[0]);

        Assert.Equal(["question 1", "answer A 1", "answer B 1", "question 2", "answer A 2", "answer B 2"], Blocks(said));
        Assert.Contains("Compare answer A 2 with answer B 2. What was said before it is context", said, StringComparison.Ordinal);
    }

    [Fact]
    public void ATurnThatDoesNotExistIsRefused()
    {
        var judge = SomeTrial.Score with { Per = JudgeScope.Turn };
        Assert.Throws<ArgumentException>(() => judge.Next(SomeTrial.Of(judge, "x", turn: 2), Answers.None));
        Assert.Throws<ArgumentException>(() => judge.Next(SomeTrial.Of(judge, "x", turn: 0), Answers.None));
    }

    [Fact]
    public void NoAttemptAddsABlock()
    {
        foreach (var (name, text) in Injection.Corpus.Concat(Injection.Random(300, 11).Select(text => (text, text))))
        {
            var prompt = SomeTrial.Questions(SomeTrial.Score, SomeTrial.Of(SomeTrial.Score, text, @case: SomeTrial.Case(text, text)))[0];
            Assert.Equal(["question 1", "reference 1", "answer 1"], Blocks(SomeTrial.Said(prompt)));
            Assert.True(prompt.Messages[1].Content.All(c => c is '\n' or '\t' || (!char.IsControl(c) && c is not ('\u200B' or '\u202E' or '\u2028'))), name);
        }
    }

    private static IEnumerable<string> Blocks(string said) =>
        said.Split('\n').Where(line => line.StartsWith("<<<", StringComparison.Ordinal) && line[3] != '<' && !line.StartsWith("<<<end ", StringComparison.Ordinal))
            .Select(line => line[3..line.LastIndexOf(' ')]);
}
