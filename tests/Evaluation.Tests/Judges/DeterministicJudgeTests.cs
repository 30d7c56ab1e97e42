using System.Collections.Immutable;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Tests.Judges;

public sealed class DeterministicJudgeTests
{
    private static readonly JudgeName Name = new("any");

    [Theory]
    [InlineData("Canberra", "Canberra", false, true, true)]
    [InlineData(" Canberra\n", "Canberra ", false, true, true)]
    [InlineData(" Canberra", "Canberra", false, false, false)]
    [InlineData("canberra", "Canberra", false, true, false)]
    [InlineData("cANBERRA", "Canberra", true, true, true)]
    [InlineData("ÄÖÜ", "äöü", true, true, true)]
    [InlineData("Canberra.", "Canberra", true, true, false)]
    [InlineData("", "", false, true, true)]
    [InlineData("é", "e\u0301", false, true, false)]
    public void ExactComparesCharacterByCharacter(string answer, string expected, bool ignoreCase, bool trim, bool passes) =>
        Assert.Equal(passes, Passes(new ExactJudge { Name = Name, IgnoreCase = ignoreCase, Trim = trim, Values = [expected] }, answer));

    [Theory]
    [InlineData(ContainsMode.Any, false, true, "red and GREEN", true)]
    [InlineData(ContainsMode.Any, false, true, "blue", false)]
    [InlineData(ContainsMode.All, false, true, "red and GREEN", true)]
    [InlineData(ContainsMode.All, false, true, "red", false)]
    [InlineData(ContainsMode.All, false, false, "red and GREEN", false)]
    [InlineData(ContainsMode.Any, true, true, "blue", true)]
    [InlineData(ContainsMode.Any, true, true, "red", false)]
    [InlineData(ContainsMode.All, true, true, "red", true)]
    [InlineData(ContainsMode.All, true, true, "green, red", false)]
    public void ContainsLooksForAnyOrAll(ContainsMode mode, bool negate, bool ignoreCase, string answer, bool passes) =>
        Assert.Equal(passes, Passes(new ContainsJudge { Name = Name, Mode = mode, Negate = negate, IgnoreCase = ignoreCase, Values = ["red", "green"] }, answer));

    [Fact]
    public void AnyOfSeveralReferencesWillDo()
    {
        var @case = SomeTrial.Case("?", "Canberra", "Canberra, ACT");
        Assert.True(Passes(new ExactJudge { Name = Name }, "Canberra, ACT", @case));
        Assert.False(Passes(new ExactJudge { Name = Name }, "Sydney", @case));
    }

    [Fact]
    public void ExpectedValuesComeFromMetadata()
    {
        var @case = SomeTrial.Case("?", "Sydney") with { Metadata = ImmutableSortedDictionary<string, string>.Empty.Add("answer", "Canberra") };
        var judge = new ExactJudge { Name = Name, From = "metadata.answer" };

        Assert.Empty(judge.Check(@case));
        Assert.True(Passes(judge, "Canberra", @case));
        Assert.False(Passes(judge, "Sydney", @case));
    }

    [Fact]
    public void AConversationIsJudgedByItsLastTurnAndATurnByItsOwn()
    {
        var @case = SomeTrial.Conversation(("1?", "one"), ("2?", "two"));
        var whole = new ExactJudge { Name = Name };
        var each = whole with { Per = JudgeScope.Turn };

        Assert.True(Passes(whole, SomeTrial.Of(whole, ["wrong", "two"], @case: @case)));
        Assert.False(Passes(whole, SomeTrial.Of(whole, ["one", "wrong"], @case: @case)));
        Assert.True(Passes(each, SomeTrial.Of(each, ["one", "wrong"], @case: @case, turn: 1)));
        Assert.False(Passes(each, SomeTrial.Of(each, ["one", "wrong"], @case: @case, turn: 2)));
    }

    [Fact]
    public void ACaseThatWasNotCheckedIsRefusedAndNotScored() =>
        Assert.Throws<EvaluationException>(() => Passes(new ExactJudge { Name = Name }, "Canberra", SomeTrial.Case()));

    [Theory]
    [InlineData("The answer is 42.", "42", true)]
    [InlineData("42", "42.0", true)]
    [InlineData("First 41, then 42", "42", true)]
    [InlineData("First 42, then 41", "42", false)]
    [InlineData("1,234,567.5 dollars", "1234567.5", true)]
    [InlineData("$1,234", "1234", true)]
    [InlineData("(1,2)", "2", true)]
    [InlineData("1,2345", "2345", true)]
    [InlineData("12,345,67", "67", true)]
    [InlineData("1234,567", "567", true)]
    [InlineData("about -3.5e-2 volts", "-0.035", true)]
    [InlineData("6.02E+23", "6.02e23", true)]
    [InlineData("6e", "6", true)]
    [InlineData("−7", "-7", true)]
    [InlineData("+7", "7", true)]
    [InlineData("3-4", "4", true)]
    [InlineData("(3)-4", "4", true)]
    [InlineData("x = -4", "-4", true)]
    [InlineData("on 2024-05-01", "1", true)]
    [InlineData(".5", "0.5", true)]
    [InlineData("-.5", "-0.5", true)]
    [InlineData("5.", "5", true)]
    [InlineData("0.50", ".5", true)]
    [InlineData("\\boxed{72}", "72", true)]
    [InlineData("72 km of H2O at v2.10", "72", true)]
    [InlineData("答案是5", "5", true)]
    [InlineData("答えは5です。", "5", true)]
    [InlineData("合計は-1,234.5円", "-1234.5", true)]
    [InlineData("คำตอบคือ5", "5", true)]
    [InlineData("共３个，２００克", "200", true)]
    [InlineData("الجواب ٤٢٫٥", "42.5", true)]
    [InlineData("１２．５", "12.5", true)]
    [InlineData("EUR5", "5", false)]
    [InlineData("größe5", "5", false)]
    [InlineData("72, says GPT_4", "72", true)]
    [InlineData("45%", "45", true)]
    [InlineData("5kg", "5", true)]
    [InlineData("1/2", "2", true)]
    [InlineData("**18**", "18", true)]
    [InlineData("1e999", "1", false)]
    [InlineData("forty-two", "42", false)]
    [InlineData("", "42", false)]
    [InlineData("٤٢", "42", true)]
    public void NumberReadsTheLastNumber(string answer, string expected, bool passes) => Assert.Equal(passes, Passes(new NumberJudge { Name = Name, Values = [expected] }, answer));

    [Theory]
    [InlineData("0.30", "0.29", 0.01, 0, true)]
    [InlineData("0.31", "0.29", 0.01, 0, false)]
    [InlineData("101", "100", 0, 0.01, true)]
    [InlineData("101.1", "100", 0, 0.01, false)]
    [InlineData("-101", "-100", 0, 0.01, true)]
    [InlineData("105", "100", 5, 0.01, true)]
    [InlineData("0.1", "0", 0, 0.5, false)]
    [InlineData("1.0000000000001", "1", 0, 0, false)]
    public void NumberAllowsTheLargerTolerance(string answer, string expected, double tolerance, double relative, bool passes) =>
        Assert.Equal(passes, Passes(new NumberJudge { Name = Name, Values = [expected], Tolerance = tolerance, RelativeTolerance = relative }, answer));

    [Fact]
    public void AnAnswerWithoutANumberIsWrongAndNotUnscored()
    {
        var judge = new NumberJudge { Name = Name, Values = ["42"] };
        var verdict = SomeTrial.Judge(judge, SomeTrial.Of(judge, "I do not know."), _ => throw new InvalidOperationException("it asks nobody"));

        Assert.Equal(0, Assert.IsType<Outcome.Scored>(verdict.Outcome).Scores[0].Value);
        Assert.Equal("the answer has no number", verdict.Explanation);
    }

    internal static bool Passes(Judge judge, string answer, Case? @case = null) => Passes(judge, SomeTrial.Of(judge, answer, @case: @case));

    internal static bool Passes(Judge judge, Trial trial)
    {
        var outcome = Assert.IsType<Step.Judged>(judge.Next(trial, Answers.None)).Verdict.Outcome;
        var score = Assert.Single(Assert.IsType<Outcome.Scored>(outcome).Scores);
        Assert.Equal("pass", score.Criterion.Value);
        return score.Value switch { 0 => false, 1 => true, _ => throw new InvalidOperationException($"{score.Value} is neither fail nor pass") };
    }
}
