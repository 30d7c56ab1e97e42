using Assize.Evaluation.Candidates;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Tests.Suites;

public sealed class SuiteCheckTests
{
    private static readonly SuiteDefinition Sound = new()
    {
        Name = new("support-bot"),
        Candidates = [new RecordedCandidate { Name = new("baseline") }, new ModelCandidate { Name = new("live"), Model = new("gpt"), Template = "{{input}}" }],
        Judges = [new ExactJudge { Name = new("exact") }, new PairwiseJudge { Name = new("better"), Model = new("judge"), Baseline = new("baseline"), Question = "Which is better?" }],
        Slices = [new("category"), new("tag"), new("metadata.channel")],
    };

    [Fact]
    public void ASoundSuiteHasNoMistakes() => Told(Sound, []);

    [Theory]
    [InlineData("a", true)]
    [InlineData("A.b_c-9", true)]
    [InlineData("", false)]
    [InlineData("-a", false)]
    [InlineData("a b", false)]
    [InlineData("é", false)]
    [InlineData("a\n", false)]
    public void NamesAreShortAndPlain(string name, bool allowed)
    {
        Assert.Equal(allowed, SuiteCheck.IsName(name));
        Assert.True(SuiteCheck.IsName(new string('x', 64)));
        Assert.False(SuiteCheck.IsName(new string('x', 65)));
    }

    [Fact]
    public void NamesAreChecked() => Told(
        Sound with { Name = new(" "), Candidates = [new RecordedCandidate { Name = new("a/b") }], Judges = [new ExactJudge { Name = new("") }] },
        [
            "name: ' ' cannot be the name of a suite. Use 1 to 64 of the letters A-Z and a-z, the digits, '.', '_' and '-', beginning with a letter or a digit.",
            "candidates[0].name: 'a/b' cannot be the name of a candidate. Use 1 to 64 of the letters A-Z and a-z, the digits, '.', '_' and '-', beginning with a letter or a digit.",
            "judges[0].name: '' cannot be the name of a judge. Use 1 to 64 of the letters A-Z and a-z, the digits, '.', '_' and '-', beginning with a letter or a digit.",
        ]);

    [Fact]
    public void EveryDuplicateIsTold() => Told(
        Sound with { Candidates = [Sound.Candidates[0], Sound.Candidates[1], Sound.Candidates[0]], Slices = [new("tag"), new("tag")] },
        [
            "candidates[2]: The candidate 'baseline' appears twice: candidates[0] is the same. Rename or remove one of them.",
            "slices[1]: The slice 'tag' appears twice: slices[0] is the same. Rename or remove one of them.",
        ]);

    [Fact]
    public void AnEmptySuiteIsTold() => Told(
        Sound with { Candidates = [], Judges = [] },
        ["candidates: The suite has no candidate. Add at least one under 'candidates'.", "judges: The suite has no judge. Add at least one under 'judges'."]);

    [Fact]
    public void ModelsMustBeDeclaredWhereDeclarationsAreKnown()
    {
        Told(
            Sound,
            [
                "candidates[1].model: No model is declared under the name 'gpt'. Did you mean 'gpt4'? Declared: claude, gpt4.",
                "judges[1].model: No model is declared under the name 'judge'. Declared: claude, gpt4.",
            ],
            [new("gpt4"), new("claude")]);
        Told(Sound, [], [new("gpt"), new("judge")]);
    }

    [Fact]
    public void ABaselineMustBeACandidate() => Told(
        Sound with { Judges = [((PairwiseJudge)Sound.Judges[1]) with { Baseline = new("basline") }] },
        ["judges[0].baseline: There is no candidate 'basline' to compare with. Did you mean 'baseline'? Candidates: baseline, live."]);

    [Fact]
    public void APairNeedsTwoCandidates() => Told(
        Sound with { Candidates = [Sound.Candidates[0]], Judges = [Sound.Judges[1]] },
        ["judges[0]: Judge 'better' compares two candidates, but the suite has only one. Add a second candidate, or judge with a 'score' judge."]);

    [Fact]
    public void SettingsOfAModelCandidateAreChecked() => Told(
        Sound with { Candidates = [Sound.Candidates[0], new ModelCandidate { Name = new("live"), Model = new("gpt"), Template = "Answer.", Temperature = double.NaN, MaxTokens = 0 }] },
        [
            "candidates[1].template: The template does not contain {{input}}, so the model would never see the case. Put {{input}} where the case's text belongs.",
            "candidates[1].temperature: The temperature must lie between 0 and 2.",
            "candidates[1].maxTokens: The limit of tokens must be 1 or more. Leave it out to use the model's own.",
        ]);

    private static void Told(SuiteDefinition suite, string[] mistakes, ModelName[]? models = null) =>
        Assert.Equal(mistakes, SuiteCheck.Of(suite, SuiteLimits.Default, models).Select(mistake => mistake.ToString()));
}
