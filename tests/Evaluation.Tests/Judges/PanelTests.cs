using System.Collections.Immutable;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;

namespace Assize.Evaluation.Tests.Judges;

public sealed class PanelTests
{
    private static readonly PanelJudge Panel = SomeTrial.Panel;

    [Theory]
    [InlineData(PanelRule.Median, 7)]
    [InlineData(PanelRule.Mean, 6)]
    [InlineData(PanelRule.Lowest, 2)]
    public void TheValueIsMadeOfTheMembersValues(PanelRule rule, double expected)
    {
        var verdict = Judged(Panel with { Rule = rule }, "9", "2", "7");

        Assert.Equal(expected, Value(verdict));
        Assert.Equal("judge-model (quality=9): Said judge-model.\n\nsecond-model (quality=2): Said second-model.\n\nthird-model (quality=7): Said third-model.", verdict.Explanation);
    }

    [Fact]
    public void OfTwoMiddleValuesTheLowerIsTakenSoThatTheValueIsOneThatAMemberGave()
    {
        Assert.Equal(4, Value(Judged(Panel with { Members = [.. SomeTrial.Members.Take(2)], Quorum = 2 }, "9", "4")));
        Assert.Equal(4, Value(Judged(Panel, "4", "9", null)));
    }

    [Fact]
    public void AMeanIsAnyNumberOfTheScaleAndOfPassesTheShare()
    {
        var passing = Panel with { Rule = PanelRule.Mean, Asked = [Panel.Asked[0] with { Scale = Scale.PassFail }] };

        Assert.Equal(new Scale(0, 1, 0), Assert.Single(passing.Criteria).Scale);
        Assert.Equal(2 / 3.0, Value(Judged(passing, "1", "0", "1")));
        Assert.Equal(Scale.PassFail, Assert.Single((passing with { Rule = PanelRule.Median }).Criteria).Scale);
    }

    [Fact]
    public void AMeanStaysOnItsScaleHoweverItIsRounded()
    {
        var fraction = Panel with { Rule = PanelRule.Mean, Asked = [Panel.Asked[0] with { Scale = new Scale(0, 0.2, 0) }] };

        Assert.Equal(0.2, Value(Judged(fraction, "0.2", "0.2", "0.2")));
    }

    [Fact]
    public void AMemberWithoutAVerdictIsLeftOutAsLongAsTheQuorumHolds()
    {
        var verdict = Judged(Panel, null, "5", "6");

        Assert.Equal(5, Value(verdict));
        Assert.StartsWith("judge-model (no verdict): ", verdict.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void BelowTheQuorumTheTrialIsUnscoredAndSaysWhoHadNoVerdict()
    {
        var unscored = Assert.IsType<Outcome.Unscored>(Judged(Panel, null, "5", null).Outcome);

        Assert.Equal(Reason.Unparsed, unscored.Reason);
        Assert.StartsWith("1 of 3 members have a verdict and 2 are needed; judge-model: ", unscored.Detail, StringComparison.Ordinal);
        Assert.Equal(5, Value(Judged(Panel with { Quorum = 1 }, null, "5", null)));
    }

    [Fact]
    public void EachMemberIsAskedOnceAndOnlyThoseAreAskedAgainWhoseVerdictCannotBeRead()
    {
        var asked = new List<Prompt>();
        var verdict = SomeTrial.Judge(Panel, SomeTrial.Of(Panel, "x"), prompt =>
        {
            asked.Add(prompt);
            return SomeTrial.Reply(prompt.Model == SomeTrial.Members[1] && prompt.Messages.Length == 2 ? "A nine." : SomeTrial.Honest(prompt, "Good.", ("quality", "9")));
        });

        Assert.Equal(9, Value(verdict));
        Assert.Equal([.. SomeTrial.Members, SomeTrial.Members[1]], asked.Select(prompt => prompt.Model));
        Assert.Single(asked.Select(SomeTrial.Word).Distinct());
    }

    [Fact]
    public void NobodyIsAskedAgainWhereTheQuorumIsOutOfReach()
    {
        var trial = SomeTrial.Of(Panel, "x");

        var step = Panel.Next(trial, new Answers([new Completion.Failed(Reason.ProviderError, "away"), SomeTrial.Reply("A nine."), new Completion.Failed(Reason.Timeout, "slow")]));

        var unscored = Assert.IsType<Outcome.Unscored>(Assert.IsType<Step.Judged>(step).Verdict.Outcome);
        Assert.Equal((Reason.ProviderError, "0 of 3 members have a verdict and 2 are needed; judge-model: the judge's model did not answer: away"), (unscored.Reason, unscored.Detail));
    }

    [Fact]
    public void OneModelByTwoNamesIsNoPanelUnlessASimulationStandsInForAll()
    {
        ModelCards Declared(bool simulated, params string[] fingerprints) => new([.. SomeTrial.Members.Zip(fingerprints, (name, fingerprint) => ModelCard.Unknown(name) with { Fingerprint = fingerprint, Simulated = simulated })]);

        Assert.Empty(Panel.Twins(Declared(false, "a", "b", "c")));
        Assert.Empty(Panel.Twins(Declared(true, "a", "a", "a")));
        Assert.Empty(Panel.Twins(Declared(false, "a", "b")));
        Assert.Equal("Members 'judge-model' and 'third-model' of panel 'panel' are one model with the same settings: it would be asked once and counted twice.", Assert.Single(Panel.Twins(Declared(false, "a", "b", "a"))).What);
    }

    [Fact]
    public void WhatIsWrongWithAPanelIsToldAtItsPlace()
    {
        (string Field, PanelJudge Panel)[] wrong =
        [
            ("members", Panel with { Members = [SomeTrial.Model] }),
            ("members[1]", Panel with { Members = [SomeTrial.Model, SomeTrial.Model] }),
            ("members[0]", Panel with { Members = [new(""), SomeTrial.Model] }),
            ("quorum", Panel with { Quorum = 0 }),
            ("quorum", Panel with { Quorum = 4 }),
            ("criteria", Panel with { Asked = [] }),
        ];

        Assert.Empty(Panel.Check());
        Assert.All(wrong, one => Assert.Equal(one.Field, Assert.Single(one.Panel.Check()).Field));
    }

    private static double Value(Verdict verdict) => Assert.Single(Assert.IsType<Outcome.Scored>(verdict.Outcome).Scores).Value;

    /// <summary>The panel's verdict where each member gives a value, or for null nothing that can be read.</summary>
    private static Verdict Judged(PanelJudge panel, params string?[] values) => SomeTrial.Judge(panel, SomeTrial.Of(panel, "x"), prompt =>
        values[panel.Members.IndexOf(prompt.Model)] is { } value ? SomeTrial.Reply(SomeTrial.Honest(prompt, $"Said {prompt.Model}.", ("quality", value))) : SomeTrial.Reply("I like it."));
}
