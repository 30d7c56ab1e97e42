using System.Diagnostics;
using Assize.Evaluation.Judges;

namespace Assize.Evaluation.Tests.Judges;

public sealed class RegexJudgeTests
{
    /// <summary>Patterns and texts that take a backtracking engine exponential or high polynomial time.</summary>
    public static TheoryData<string, string, bool> Hostile { get; } = new()
    {
        { "^(a+)+$", new string('a', 50_000) + "!", false },
        { "^(a|a)*$", new string('a', 50_000) + "!", false },
        { "^(a|aa)+$", new string('a', 50_000) + "!", false },
        { "^([a-zA-Z0-9]+\\s?)*$", new string('a', 50_000) + "!", false },
        { "^(.*a){12}$", new string('a', 50_000) + "!", false },
        { "(x+x+)+y", new string('x', 50_000), false },
        { "^(([a-z])+.)+[A-Z]([a-z])+$", new string('a', 50_000), false },
        { "^\\s+|\\s+$", "x" + new string(' ', 50_000) + "x", false },
        { "(.*)*b", new string('a', 50_000), false },
        { "\\d*\\d*\\d*\\d*\\d*x", new string('1', 50_000), false },
        { "^(?:(?:a?){30}){1,5}a{30}$", new string('a', 30), true },
        { "([^@]+@)+[^@]+\\.com$", string.Concat(Enumerable.Repeat("a@", 25_000)), false },
    };

    [Theory]
    [InlineData("^[0-9]+$", "42", false, false, true)]
    [InlineData("^[0-9]+$", "42 is it", false, false, false)]
    [InlineData("canberra", "It is Canberra.", false, false, false)]
    [InlineData("canberra", "It is Canberra.", true, false, true)]
    [InlineData("sydney", "It is Canberra.", true, true, true)]
    [InlineData("(?m)^Answer: 4$", "So:\nAnswer: 4\n", false, false, true)]
    public void APatternMatchesAnywhere(string pattern, string answer, bool ignoreCase, bool negate, bool passes) =>
        Assert.Equal(passes, DeterministicJudgeTests.Passes(Judge(pattern) with { IgnoreCase = ignoreCase, Negate = negate }, answer));

    [Theory]
    [MemberData(nameof(Hostile))]
    public void AHostilePatternOrTextTakesNoTime(string pattern, string answer, bool passes)
    {
        var judge = Judge(pattern);
        Assert.Empty(judge.Check());
        var clock = Stopwatch.StartNew();
        var outcome = Assert.IsType<Step.Judged>(judge.Next(SomeTrial.Of(judge, answer), Answers.None)).Verdict.Outcome;

        // A second is the limit of a match; ten leave room for a busy machine, and a backtracking engine would need years.
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), clock.Elapsed.ToString());
        Assert.True(outcome is Outcome.Scored { Scores: [{ Value: var value }] } ? value == (passes ? 1 : 0) : outcome is Outcome.Unscored { Reason: Reason.Timeout }, outcome.ToString());
    }

    [Fact]
    public void AnAnswerThatIsTooLongIsUnscored()
    {
        var judge = Judge("a");
        Assert.Equal(
            new Outcome.Unscored(Reason.Unparsed, "the answer has 100001 characters; a pattern is matched in at most 100000"),
            Assert.IsType<Step.Judged>(judge.Next(SomeTrial.Of(judge, new string('a', 100_001)), Answers.None)).Verdict.Outcome);
        Assert.True(DeterministicJudgeTests.Passes(judge, new string('a', 100_000)));
    }

    [Fact]
    public void ACopyWithAnotherPatternMatchesByItsOwn()
    {
        var judge = Judge("a");
        Assert.True(DeterministicJudgeTests.Passes(judge, "a"));
        Assert.False(DeterministicJudgeTests.Passes(judge with { Pattern = "b" }, "a"));
    }

    private static RegexJudge Judge(string pattern) => new() { Name = new("any"), Pattern = pattern };
}
