using System.Collections.Immutable;
using Assize.Evaluation.Candidates;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Tests.Judges;

public sealed class TrialPlanTests
{
    private static readonly Case TwoTurns = SomeTrial.Conversation(("1?", null), ("2?", null)) with { Tags = ["long"] };

    [Fact]
    public void EveryJudgeJudgesEveryCandidateInTheSuitesOrder() =>
        Assert.Equal(["quality b", "quality a", "exact b", "exact a"], Plan(["b", "a"], SomeTrial.Score, new ExactJudge { Name = new("exact") }));

    [Fact]
    public void AJudgeOfTurnsJudgesEachTurn() =>
        Assert.Equal(["quality a 1", "quality a 2", "quality b 1", "quality b 2"], Plan(["a", "b"], SomeTrial.Score with { Per = JudgeScope.Turn }));

    [Fact]
    public void AJudgeOfPairsComparesEachPairOnce() =>
        Assert.Equal(["better c/a", "better c/b", "better a/b"], Plan(["c", "a", "b"], SomeTrial.Pair));

    [Fact]
    public void ABaselineIsComparedWithAllOthersAndIsAlwaysA() =>
        Assert.Equal(["better a/c", "better a/b"], Plan(["c", "a", "b"], SomeTrial.Pair with { Baseline = new CandidateName("a") }));

    [Fact]
    public void APairIsComparedTurnByTurn() =>
        Assert.Equal(["better a/b 1", "better a/b 2"], Plan(["a", "b"], SomeTrial.Pair with { Per = JudgeScope.Turn }));

    [Fact]
    public void AJudgeSeesOnlyTheCasesItAsksFor()
    {
        Assert.Equal(["quality a"], Plan(["a"], SomeTrial.Score with { Where = new CaseFilter { Tag = "long" } }));
        Assert.Empty(Plan(["a"], SomeTrial.Score with { Where = new CaseFilter { Tag = "short" } }));
    }

    [Fact]
    public void OneCandidateMakesNoPair() => Assert.Empty(Plan(["a"], SomeTrial.Pair));

    private static IEnumerable<string> Plan(string[] candidates, params ImmutableArray<Judge> judges)
    {
        var suite = new SuiteDefinition
        {
            Name = new("suite"),
            Candidates = [.. candidates.Select(name => new RecordedCandidate { Name = new(name) })],
            Judges = judges,
        };
        return TrialPlan.Of(suite, TwoTurns).Select(id => $"{id.Judge} {id.Candidate}{(id.Opponent is { } opponent ? $"/{opponent}" : "")}{(id.Turn is { } turn ? FormattableString.Invariant($" {turn}") : "")}");
    }
}
