using System.Collections.Immutable;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Tests.Judges;

/// <summary>What a person reads who got a judge or a case wrong.</summary>
public sealed class CheckTests
{
    [Fact]
    public void AScaleHasAWidthADirectionAndAStepThatFits()
    {
        Assert.Equal("criteria[0].scale: The scale is upside down: it runs from 5 to 1. Give the worst value first; where less is better, turn the question round.", One(Scaled(5, 1)));
        Assert.Equal("criteria[0].scale: The scale has no width: it starts and ends at 3. Give a best value above the worst.", One(Scaled(3, 3)));
        Assert.Equal("criteria[0].scale.step: Steps of 0.3 from 0 never reach 1. Choose a step that divides the range.", One(Scaled(0, 1, 0.3)));
        Assert.Equal("criteria[0].scale.step: Steps of 2 from 0 never reach 1. Choose a step that divides the range.", One(Scaled(0, 1, 2)));
        Assert.Equal("criteria[0].scale.step: The scale's step is -1. Use 0 for any number, or a positive step.", One(Scaled(0, 1, -1)));
        Assert.Equal("criteria[0].scale: The scale's ends and step must be numbers.", One(Scaled(0, double.PositiveInfinity)));
        Assert.Empty(Scaled(0, 1, 0.1).Check());
        Assert.Empty(Scaled(-5, 5, 0).Check());
    }

    [Theory]
    [InlineData("", "criteria[0].name: The criterion has no name.")]
    [InlineData("Quality", "criteria[0].name: 'Quality' cannot name a criterion. Use lower-case letters, digits, '-' and '_', at most 64, with a letter or digit first.")]
    [InlineData("-x", "criteria[0].name: '-x' cannot name a criterion. Use lower-case letters, digits, '-' and '_', at most 64, with a letter or digit first.")]
    [InlineData("a b", "criteria[0].name: 'a b' cannot name a criterion. Use lower-case letters, digits, '-' and '_', at most 64, with a letter or digit first.")]
    [InlineData("seal", "criteria[0].name: A criterion cannot be named 'seal': a judge's reply has a field of that name.")]
    [InlineData("explanation", "criteria[0].name: A criterion cannot be named 'explanation': a judge's reply has a field of that name.")]
    public void ACriterionHasAPlainName(string name, string message) => Assert.Equal(message, One(With(SomeTrial.Score.Asked[0] with { Name = new(name) })));

    [Fact]
    public void ANameHasAtMostSixtyFourCharacters()
    {
        Assert.Empty(With(SomeTrial.Score.Asked[0] with { Name = new(new string('a', 64)) }).Check());
        Assert.Single(With(SomeTrial.Score.Asked[0] with { Name = new(new string('a', 65)) }).Check());
    }

    [Fact]
    public void SeveralCriteriaHaveDifferentNamesAndAQuestionEach()
    {
        var criterion = SomeTrial.Score.Asked[0];
        Assert.Equal("criteria[1].name: Two criteria are named 'quality'.", One(With(criterion, criterion)));
        Assert.Equal(
            "criteria[1].question: Criterion 'tone' has no question. A judge of several criteria needs one for each, to tell them apart.",
            One(With(criterion, criterion with { Name = new("tone"), Question = " " })));
        Assert.Equal("criteria[0].question: The question of criterion 'quality' is blank. Ask something, or leave the field out.", One(With(criterion with { Question = " " })));
        Assert.Empty(With(criterion with { Question = null }).Check());
        Assert.Equal("criteria: The judge has no criteria. Give it at least one, with a name, a question and a scale.", One(SomeTrial.Score with { Asked = [] }));
        Assert.Equal("criteria: The judge has no criteria. Give it at least one, with a name, a question and a scale.", One(SomeTrial.Score with { Asked = default }));
        Assert.Equal("model: The judge names no model. Give it the name of a declared model.", One(SomeTrial.Score with { Model = new("") }));
    }

    [Fact]
    public void ALevelLiesOnItsScaleAndHasAText()
    {
        var levels = ImmutableSortedDictionary<int, string>.Empty.Add(0, "Bad.").Add(10, " ");
        Assert.Equal(
            ["criteria[0].levels.0: Level 0 is not a value of the scale 1 to 10.", "criteria[0].levels.10: Level 10 has no text."],
            With(SomeTrial.Score.Asked[0] with { Levels = levels }).Check().Select(mistake => mistake.ToString()));
    }

    [Fact]
    public void EveryMistakeIsReportedAtOnce()
    {
        var judge = With(SomeTrial.Score.Asked[0] with { Name = new("A"), Scale = new Scale(5, 1) }, SomeTrial.Score.Asked[0] with { Question = null });
        Assert.Equal(["criteria[0].name", "criteria[0].scale", "criteria[1].question"], judge.Check().Select(mistake => mistake.Field));
    }

    [Fact]
    public void AComparisonNamesItsModelAndBaseline()
    {
        Assert.Equal("model: The judge names no model. Give it the name of a declared model.", One(SomeTrial.Pair with { Model = new("") }));
        Assert.Equal("baseline: The baseline has no name. Name a candidate, or leave the baseline out to compare every pair.", One(SomeTrial.Pair with { Baseline = new CandidateName("") }));
        Assert.Equal("question: The question is blank. Ask something, or leave the field out.", One(SomeTrial.Pair with { Question = "" }));
    }

    [Fact]
    public void APatternIsGivenShortAndOfTheKindThatCannotRunAway()
    {
        Assert.Equal("pattern: The judge has no pattern. Give `pattern` a regular expression.", One(Regex("")));
        Assert.Equal("pattern: The pattern has 1001 characters; 1000 are allowed.", One(Regex(new string('a', 1001))));
        Assert.Equal("pattern: The pattern is not one that can be used: Invalid pattern '(' at offset 1. Not enough )'s.", One(Regex("(")));
        Assert.StartsWith("pattern: The pattern looks ahead or behind, refers back to a group", One(Regex("(?<=a)b")), StringComparison.Ordinal);
        Assert.StartsWith("pattern: The pattern looks ahead or behind, refers back to a group", One(Regex("(a)\\1")), StringComparison.Ordinal);
    }

    [Fact]
    public void ExpectedValuesHaveOneKnownSource()
    {
        Assert.Equal("from: Expected values cannot come from 'metadata.'. Use `reference` or `metadata.KEY`, or give `values`.", One(new ExactJudge { Name = new("e"), From = "metadata." }));
        Assert.Equal("from: The judge has both `values` and `from`. Keep one of them.", One(new ExactJudge { Name = new("e"), From = "reference", Values = ["a"] }));
        Assert.Equal("values[1]: An empty text is contained in every answer. Give the text that is to be found.", One(new ContainsJudge { Name = new("c"), Values = ["a", ""] }));
        Assert.Equal("values[0]: 'many' is not a number, which judge 'n' needs. Write the number alone, as in 1234.5.", One(new NumberJudge { Name = new("n"), Values = ["many"] }));
        Assert.Equal("values[0]: '{a:1}' is not JSON, which judge 'j' needs. Write it as JSON, or use another judge.", One(new JsonJudge { Name = new("j"), Values = ["{a:1}"] }));
        Assert.Equal("compare: The judge compares nothing and has no schema. Give `schema`, or leave out `compare: false`.", One(new JsonJudge { Name = new("j"), Compares = false }));
    }

    [Fact]
    public void TolerancesAreNotNegative()
    {
        Assert.Equal("tolerance: The tolerance is -1. Give 0 or more.", One(new NumberJudge { Name = new("n"), Tolerance = -1 }));
        Assert.Equal("relativeTolerance: The relative tolerance is NaN. Give 0 or more, as a share: 0.01 is one percent.", One(new NumberJudge { Name = new("n"), RelativeTolerance = double.NaN }));
    }

    [Fact]
    public void ACaseHasWhatAJudgeComparesWith()
    {
        var exact = new ExactJudge { Name = new("e") };
        var twoTurns = SomeTrial.Conversation(("1?", null), ("2?", "two"));

        Assert.Equal("case case-1: turns[0].references: The case has no reference, with which judge 'e' compares. Add one, or limit the judge with `where`.", One(exact, SomeTrial.Case()));
        Assert.Empty(exact.Check(twoTurns));
        Assert.Equal(
            "case conversation-1: turns[0].references: Turn 1 has no reference, with which judge 'e' compares. Add one, or limit the judge with `where`.",
            One(exact with { Per = JudgeScope.Turn }, twoTurns));
        Assert.Equal(
            "case case-1: metadata.answer: The case has no metadata 'answer', with which judge 'e' compares. Add it, or limit the judge with `where: { metadata: answer }`.",
            One(exact with { From = "metadata.answer" }, SomeTrial.Case("?", "x")));
        Assert.Equal(
            "case case-1: turns[0].references[1]: 'about 5' is not a number, which judge 'n' needs. Write the number alone, as in 1234.5.",
            One(new NumberJudge { Name = new("n") }, SomeTrial.Case("?", "5", "about 5")));
        Assert.Equal(
            "case case-1: metadata.answer: 'x' is not JSON, which judge 'j' needs. Write it as JSON, or use another judge.",
            One(new JsonJudge { Name = new("j"), From = "metadata.answer" }, SomeTrial.Case() with { Metadata = ImmutableSortedDictionary<string, string>.Empty.Add("answer", "x") }));
    }

    [Fact]
    public void ACaseThatAJudgeDoesNotLookAtNeedsNothing()
    {
        Assert.Empty((new ExactJudge { Name = new("e"), Where = new CaseFilter { Tag = "exact" } }).Check(SomeTrial.Case()));
        Assert.Empty(new ExactJudge { Name = new("e"), Values = ["x"] }.Check(SomeTrial.Case()));
        Assert.Empty(new RegexJudge { Name = new("r"), Pattern = "x" }.Check(SomeTrial.Case()));
        Assert.Empty(new JsonJudge { Name = new("j"), Compares = false }.Check(SomeTrial.Case()));
        Assert.Empty(SomeTrial.Score.Check(SomeTrial.Case()));
    }

    private static ScoreJudge With(params ImmutableArray<Criterion> criteria) => SomeTrial.Score with { Asked = criteria };

    private static ScoreJudge Scaled(double min, double max, double step = 1) => With(SomeTrial.Score.Asked[0] with { Scale = new Scale(min, max, step) });

    private static RegexJudge Regex(string pattern) => new() { Name = new("r"), Pattern = pattern };

    private static string One(Judge judge) => Assert.Single(judge.Check()).ToString();

    private static string One(Judge judge, Case @case) => Assert.Single(judge.Check(@case)).ToString();
}
