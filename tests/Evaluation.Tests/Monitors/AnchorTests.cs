using System.Collections.Immutable;
using System.Text.Json;
using Assize.Evaluation.Candidates;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Tests.Monitors;

public sealed class AnchorTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 4, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void TheFirstRoundIsTheirBaselineAndLaterOnesComeBySchedule()
    {
        var begun = MonitorLedger.Begin(SimulatedAnchors.Spec()).BeginRound(Now);

        Assert.Equal(new AnchorRound(1, Now, AnchorPurpose.Baseline, 10), begun.Anchors!.Open);
        Assert.Same(begun, begun.BeginRound(Now.AddDays(3)));

        var known = begun.Record(begun.Anchors.Open!, Judged(20, 10), Now.AddMinutes(5));
        Assert.Equal((20, Now.AddMinutes(5).AddDays(1), 200L), (known.Anchors!.Baseline!.Slices.All.Length, known.Anchors.Due, known.Anchors.Scored));
        Assert.Same(known, known.BeginRound(Now.AddHours(23)));

        // Three days late, there is one round and not three.
        var late = known.BeginRound(Now.AddDays(4));
        Assert.Equal(new AnchorRound(2, Now.AddDays(4), AnchorPurpose.Round, 1), late.Anchors!.Open);
        Assert.Equal(Now.AddDays(5), late.Record(late.Anchors.Open!, Judged(20, 1), Now.AddDays(4)).Anchors!.Due);
    }

    [Fact]
    public void ADailyRoundStaysAtItsHourHoweverLongItTakesAndWhateverIsAskedForBesideIt()
    {
        var begun = MonitorLedger.Begin(SimulatedAnchors.Spec()).BeginRound(Now);
        var known = begun.Record(begun.Anchors!.Open!, Judged(20, 10), Now);

        var first = known.BeginRound(Now.AddDays(1));
        var done = first.Record(first.Anchors!.Open!, Judged(20, 1), Now.AddDays(1).AddMinutes(20));
        Assert.Equal(Now.AddDays(2), done.Anchors!.Due);

        var asked = done.AskRound(null, Now.AddDays(1).AddHours(5)).BeginRound(Now.AddDays(1).AddHours(5));
        Assert.Equal(Now.AddDays(2), asked.Record(asked.Anchors!.Open!, Judged(20, 1), Now.AddDays(1).AddHours(6)).Anchors!.Due);
    }

    [Fact]
    public void ARoundMayBeAskedForBesideTheScheduleAndCountsAsTheTimeThatIsSaid()
    {
        var ledger = MonitorLedger.Begin(SimulatedAnchors.Spec()).BeginRound(Now);
        var known = ledger.Record(ledger.Anchors!.Open!, Judged(20, 10), Now);
        var (hour, two) = (Now.AddHours(1), Now.AddHours(2));

        var asked = known.AskRound(null, hour);
        Assert.True(asked.Anchors!.Judging);
        Assert.Equal(new AnchorRound(2, hour, AnchorPurpose.Round, 1), asked.BeginRound(two).Anchors!.Open);

        // While one is under way another waits, and who asks twice before it begins gets one.
        var again = asked.BeginRound(hour).AskRound(Now.AddMinutes(-50), two).AskRound(Now.AddMinutes(-40), two);
        Assert.Equal(2, again.BeginRound(two).Anchors!.Rounds);
        var next = again.Record(again.Anchors!.Open!, Judged(20, 1), two).BeginRound(two);
        Assert.Equal(new AnchorRound(3, Now.AddMinutes(-40), AnchorPurpose.Round, 1), next.Anchors!.Open);
        var done = next.Record(next.Anchors.Open!, Judged(20, 1), two);
        Assert.False(done.Anchors!.Judging);
        Assert.Same(done, done.BeginRound(Now.AddHours(20)));
    }

    [Fact]
    public void ABridgeIsNotTheRoundThatWasAskedFor()
    {
        var waiting = new SimulatedAnchors(4).Ledger.Update(SimulatedAnchors.Spec("Be strict."), rebaseline: false, Now).AskRound(Now.AddHours(-1), Now);

        var bridge = waiting.BeginRound(Now);
        var next = bridge.Record(bridge.Anchors!.Open!, [.. Judged(60, 10), .. Judged(60, 10).Select(one => one with { New = true })], Now).BeginRound(Now);

        Assert.Equal((AnchorPurpose.Bridge, Now), (bridge.Anchors.Open!.Purpose, bridge.Anchors.Open.Begun));
        Assert.Equal((AnchorPurpose.Round, Now.AddHours(-1)), (next.Anchors!.Open!.Purpose, next.Anchors.Open.Begun));
    }

    [Fact]
    public void ARoundThatCannotBeIsRefusedWithTheReason()
    {
        var ledger = MonitorLedger.Begin(SimulatedAnchors.Spec());
        string Refused(MonitorLedger of, DateTimeOffset? asOf) => Assert.Throws<EvaluationException>(() => of.AskRound(asOf, Now)).Mistakes.Single().ToString();

        Assert.Contains("has no anchors", Refused(ledger with { Anchors = null }, null), StringComparison.Ordinal);
        Assert.Contains("is paused. Resume it first: assize monitor resume", Refused(ledger.Pause(true, Now), null), StringComparison.Ordinal);
        Assert.Contains("2026-05-04 09:00:00Z is in the future", Refused(ledger, Now.AddHours(1)), StringComparison.Ordinal);
        Assert.True(ledger.AskRound(Now.AddSeconds(50), Now).Anchors!.Judging);
    }

    [Fact]
    public void ARoundThatMostlyLiesBeforeTheChangeSaysNothingOfTheScoresAfterIt()
    {
        // Rounds of ten at 100 to 109 and at 300 to 309, with production between them.
        var track = Enumerable.Range(0, 20).Aggregate(new AnchorTrack(), (track, i) => track.Add(new AnchorJudgement((i < 10 ? 100 : 290) + i, 0, new($"item-{i % 10}"), 0)));

        Assert.Equal(100, track.Shown(100));
        Assert.Equal(104, track.Shown(104));
        Assert.Equal(300, track.Shown(106));
        Assert.Equal(300, track.Shown(300));
        Assert.Equal(310, track.Shown(309));
        Assert.Equal(200, track.Shown(200));

        // Where one of a round has no score, it is one round all the same.
        var gaps = Enumerable.Range(0, 20).Where(i => i is not (3 or 8)).Aggregate(new AnchorTrack(), (track, i) => track.Add(new AnchorJudgement((i < 10 ? 100 : 290) + i, 0, new($"item-{i % 10}"), 0)));
        Assert.Equal(300, gaps.Shown(106));
        Assert.Equal(300, gaps.Shown(107));
        Assert.Equal(102, gaps.Shown(102));

        // Anchors that come between production's scores are as many rounds as an item comes.
        var mixed = Enumerable.Range(0, 40).Aggregate(new AnchorTrack(), (track, i) => track.Add(new AnchorJudgement(100 + 3 * i, 0, new($"item-{i % 10}"), 0)));
        Assert.InRange(mixed.Shown(157), 157, 160 + 30);
    }

    [Fact]
    public void ABridgeThatNobodyWantsAnyMoreTakesItsRoundWithIt()
    {
        var before = new SimulatedAnchors(4).Ledger;
        var bridging = before.Update(SimulatedAnchors.Spec("Be strict."), rebaseline: false, Now).BeginRound(Now);
        Assert.Equal(AnchorPurpose.Bridge, bridging.Anchors!.Open!.Purpose);

        var back = bridging.Update(before.Spec, rebaseline: false, Now);

        Assert.Equal((null, null), (back.Anchors!.Open, back.Anchors.Bridge));
        Assert.Same(back, back.Record(bridging.Anchors.Open, Judged(60, 10), Now));
        Assert.Equal(AnchorPurpose.Round, back.BeginRound(Now.AddYears(1)).Anchors!.Open!.Purpose);
    }

    [Fact]
    public void AnotherScheduleHoldsFromNowOnAndItsPromiseToo()
    {
        var before = new SimulatedAnchors(4).Ledger;
        var anchors = before.Spec.Definition.Anchors! with { Schedule = new Assize.Evaluation.Schedules.Schedule { EveryHours = 6 } };

        var after = before.Update(before.Spec with { Definition = before.Spec.Definition with { Anchors = anchors } }, rebaseline: false, Now);

        Assert.Equal(Now.AddHours(6), after.Anchors!.Due);
        Assert.Equal((1800.0, 7200.0), (before.Watch.Drift!.JudgeDetector!.Threshold, after.Watch.Drift!.JudgeDetector!.Threshold));
        Assert.Same(before.Watch.Baseline, after.Watch.Baseline);
        Assert.Equal(before.Watch.Drift.Track, after.Watch.Drift.Track);
    }

    [Fact]
    public void ARoundIsAskedAnewAndBegunAgainItIsTheSame()
    {
        var spec = SimulatedAnchors.Spec();
        var (first, second) = (new AnchorRound(1, Now, AnchorPurpose.Round, 2), new AnchorRound(2, Now.AddDays(1), AnchorPurpose.Round, 2));
        var again = JsonSerializer.Deserialize<AnchorRound>(JsonSerializer.Serialize(first, EvaluationJson.Plain.AnchorRound), EvaluationJson.Stored)!;

        Assert.Equal(first.Draw(spec, 0), again.Draw(spec, 0));
        Assert.Equal(4, new[] { first.Draw(spec, 0), first.Draw(spec, 1), second.Draw(spec, 0), second.Draw(spec, 1) }.Distinct().Count());
        Assert.NotEqual(first.Draw(spec, 0), first.Draw(spec with { Definition = spec.Definition with { Name = new("another") } }, 0));
        Assert.True(first.Draw(spec, 0) > 0);
    }

    [Fact]
    public void ARoundThatIsNotUnderWayChangesNothing()
    {
        var ledger = MonitorLedger.Begin(SimulatedAnchors.Spec()).BeginRound(Now);
        var known = ledger.Record(ledger.Anchors!.Open!, Judged(20, 10), Now);

        Assert.Same(known, known.Record(ledger.Anchors.Open!, Judged(20, 10), Now));
    }

    [Fact]
    public void ARoundThatIsOverIsRememberedUntilItsRepliesAreGone()
    {
        var begun = MonitorLedger.Begin(SimulatedAnchors.Spec()).BeginRound(Now);
        var round = begun.Anchors!.Open!;
        Assert.Empty(begun.RememberingRound(MonitorLedger.Begin(begun.Spec)).FormerRounds);
        Assert.Empty((begun with { Paused = true }).RememberingRound(begun).FormerRounds);

        var done = begun.Record(round, Judged(20, 10), Now).RememberingRound(begun);
        var former = Assert.Single(done.FormerRounds);
        Assert.Equal((round, begun.Spec), (former.Round, Assert.Single(former.Judges)));
        Assert.Equal(done.FormerRounds, done.BeginRound(Now.AddDays(1)).RememberingRound(done).FormerRounds);
        Assert.Empty(done.Gone(round).FormerRounds);

        var many = Enumerable.Range(1, 10).Aggregate(done, (ledger, day) =>
        {
            var next = ledger.BeginRound(Now.AddDays(2 * day));
            return next.Record(next.Anchors!.Open!, Judged(20, 1), Now.AddDays(2 * day)).RememberingRound(next);
        });
        Assert.Equal([4, 5, 6, 7, 8, 9, 10, 11], many.FormerRounds.Select(one => one.Round.Number));
    }

    [Fact]
    public void ARoundThatIsGivenUpIsRememberedWithAllItsJudges()
    {
        var begun = MonitorLedger.Begin(SimulatedAnchors.Spec()).BeginRound(Now);
        var waiting = new SimulatedAnchors(4).Ledger.Update(SimulatedAnchors.Spec("Be strict."), rebaseline: false, Now);
        var bridge = waiting.BeginRound(Now);
        FormerRound Given(MonitorLedger before, MonitorLedger after) => Assert.Single(after.RememberingRound(before).FormerRounds);

        Assert.Equal([begun.Spec], Given(begun, begun.Update(SimulatedAnchors.Spec("Be strict."), rebaseline: true, Now)).Judges);
        Assert.Equal([begun.Spec], Given(begun, begun.Update(begun.Spec with { Anchors = null, Definition = begun.Spec.Definition with { Anchors = null } }, rebaseline: false, Now)).Judges);
        Assert.Equal([bridge.Spec, bridge.Anchors!.Bridge!.To], Given(bridge, bridge.Decide(BridgeDecision.Keep, null, Now)).Judges);
        Assert.Equal([bridge.Spec, bridge.Anchors!.Bridge!.To], Given(bridge, bridge.Update(SimulatedAnchors.Spec("Be stricter."), rebaseline: false, Now)).Judges);
    }

    [Fact]
    public void ALedgerOfBeforeRoundsWereRememberedIsRead()
    {
        var begun = MonitorLedger.Begin(SimulatedAnchors.Spec()).BeginRound(Now);
        var node = JsonSerializer.SerializeToNode(begun, EvaluationJson.Plain.MonitorLedger)!.AsObject();
        Assert.True(node.Remove("formerRounds"));

        var read = node.Deserialize<MonitorLedger>(EvaluationJson.Stored)!;

        Assert.Equal((begun.Anchors!.Open, 1), (read.Anchors!.Open, (read with { Anchors = null }).RememberingRound(read).FormerRounds.Length));
    }

    [Fact]
    public void WithFewerThanTenScoredAnchorsTheirBaselineIsTriedAgain()
    {
        var ledger = MonitorLedger.Begin(SimulatedAnchors.Spec()).BeginRound(Now);

        var few = ledger.Record(ledger.Anchors!.Open!, [.. Judged(9, 10), new JudgedAnchor(new("refused"), 0, false) { Unscored = Reason.Refused }], Now);

        Assert.Equal((null, 90L, 1L), (few.Anchors!.Baseline, few.Anchors.Scored, few.Anchors.Unscored));
        Assert.Equal(AnchorPurpose.Baseline, few.BeginRound(Now.AddDays(1)).Anchors!.Open!.Purpose);
    }

    [Fact]
    public void AsLongAsProductionsBaselineIsBeingMadeTheAnchorsGoesOnBeingMade()
    {
        var ledger = MonitorLedger.Begin(SimulatedAnchors.Spec()).BeginRound(Now);
        ledger = ledger.Record(ledger.Anchors!.Open!, Judged(20, 10), Now).BeginRound(Now.AddDays(1));
        var more = ledger.Record(ledger.Anchors!.Open!, Judged(20, 1, lower: 1.1), Now.AddDays(1)).Anchors!.Baseline!;

        var item = more.Slices.Find(new("item-3"))!;
        Assert.Equal((220L, 11L, 5.9), (more.Count, item.Count, Math.Round(item.Mean, 9)));
        // Ten times 6 and once 4.9: s² = Σ(x − m)²/10.
        Assert.Equal((10 * 0.1 * 0.1 + 1) / 10, item.Variance, 9);
        Assert.Equal((Now, Now.AddDays(1)), (more.From, more.Until));

        var watching = new SimulatedAnchors(2).Ledger;
        var (before, later) = (watching.Anchors!.Baseline!, watching.BeginRound(Now.AddYears(1)));
        Assert.InRange(before.Count, 60 * 13, 60 * 15);
        Assert.Same(before, later.Record(later.Anchors!.Open!, Judged(60, 1), Now.AddYears(1)).Anchors!.Baseline);
    }

    [Fact]
    public void AJudgeThatMovesIsNamedAndSoIsTheProduct()
    {
        Assert.Equal(Culprit.Judge, new SimulatedAnchors(1).Verdict(0, -1, 20));
        Assert.Equal(Culprit.Product, new SimulatedAnchors(7).Verdict(-1, 0, 20));
        var hidden = new SimulatedAnchors(3);
        Assert.Equal(Culprit.Both, hidden.Verdict(-1, 1, 20));
        Assert.Contains(hidden.Ledger.Watch.Alarms.All, alarm => alarm.Alarm is { Stream: AlarmSource.Anchors, Direction: Direction.Rise });
        Assert.StartsWith("both (judge +", hidden.Ledger.Watch.Alarms.All[0].Verdict, StringComparison.Ordinal);
        Assert.Contains("Anchors and corrected scores", hidden.Ledger.Watch.Alarms.All[0].Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void AnAlarmOfTheAnchorsIsTakenAtItsWordOnlyUntilTheyAreJudgedAgain()
    {
        var watch = new SimulatedAnchors(8).Ledger.Watch.Drift!;
        Alarm Of(AlarmSource stream) => new() { Detector = "mixture", Sequence = 1059, Sample = new("anchor"), Threshold = 1, Evidence = 1, Stream = stream, Channel = Channel.Mean, Direction = Direction.Rise, ChangedAt = 1000 };
        // Sixty anchors half a point higher, of which the last raises an alarm, and later ones as they were.
        Culprit Verdict(AlarmSource stream, int later) => (watch with
        {
            Track = Enumerable.Range(0, 60 + later).Aggregate(new AnchorTrack(), (track, i) => track.Add(new AnchorJudgement(1000 + i, 0, new($"item-{i % 60:00}"), (i < 60 ? 0.5 : 0) + 0.1 * (i % 3 - 1)))),
        }).Verdict(Of(stream))!.Culprit;

        Assert.Equal(Culprit.Judge, Verdict(AlarmSource.Anchors, 0));
        Assert.Equal(Culprit.Judge, Verdict(AlarmSource.Anchors, 9));
        Assert.Equal(Culprit.Undecided, Verdict(AlarmSource.Anchors, 10));
        Assert.Equal(Culprit.Undecided, Verdict(AlarmSource.Anchors, 60));
        // An alarm of production has not chosen them.
        Assert.Equal(Culprit.Judge, Verdict(AlarmSource.Production, 60));
    }

    [Fact]
    public void AnotherJudgeWaitsForTheBridgeAndThenForAWord()
    {
        var monitor = new SimulatedAnchors(4);
        var (before, to) = (monitor.Ledger, SimulatedAnchors.Spec("Be strict."));
        var waiting = before.Update(to, rebaseline: false, Now);

        Assert.Equal((before.Spec.Judge, to.Judge), (waiting.Spec.Judge, waiting.Anchors!.Bridge!.To.Judge));
        Assert.Throws<EvaluationException>(() => waiting.Decide(BridgeDecision.Carry, null, Now));
        Assert.Null(waiting.Decide(BridgeDecision.Keep, null, Now).Anchors!.Bridge);
        Assert.Throws<EvaluationException>(() => before.Decide(BridgeDecision.Carry, null, Now));

        var round = waiting.BeginRound(Now).Anchors!.Open!;
        Assert.Equal((AnchorPurpose.Bridge, 10), (round.Purpose, round.Repeats));
        var built = waiting.BeginRound(Now).Record(round, [.. Judged(60, 10), .. Judged(60, 10, lower: 0.7).Select(one => one with { New = true })], Now);
        var found = built.Anchors!.Bridge!.Found!;
        Assert.Equal((-0.7, 60L, true), (Math.Round(found.Shift.Value, 9), found.Items, found.Carries));
        Assert.Equal(before.Spec.Judge, built.Spec.Judge);

        var carried = built.Decide(BridgeDecision.Carry, null, Now);
        var slice = carried.Watch.Baseline!.Slices.All[0];
        Assert.Equal((to.Judge, before.Spec.Revision + 1), (carried.Spec.Judge, carried.Spec.Revision));
        Assert.Equal(-0.7 / 9, carried.Watch.Baseline.Centre(slice) - before.Watch.Baseline!.Centre(slice), 9);
        Assert.True(carried.Watch.Baseline.Accepts(to.Judge));
        Assert.Equal(to.Judge, carried.Watch.Drift!.Anchors!.Judge);

        var anew = built.Decide(BridgeDecision.Rebaseline, null, Now);
        Assert.Equal((null, to.Judge), (anew.Watch.Baseline, anew.Spec.Judge));
        Assert.NotNull(anew.Anchors!.Baseline);
        Assert.Equal(new BridgeWord(BridgeDecision.Rebaseline, to.Judge, Now, null), anew.Anchors.Decided);
    }

    [Fact]
    public void WhoDecidesAboutAnotherJudgeIsNoted()
    {
        var (before, to) = (new SimulatedAnchors(4).Ledger, SimulatedAnchors.Spec("Be strict."));
        var waiting = before.Update(to, rebaseline: false, Now).BeginRound(Now);
        var built = waiting.Record(waiting.Anchors!.Open!, [.. Judged(60, 10), .. Judged(60, 10, lower: 0.7).Select(one => one with { New = true })], Now);

        Assert.Equal(new BridgeWord(BridgeDecision.Keep, to.Judge, Now, "ann"), waiting.Decide(BridgeDecision.Keep, "ann", Now).Anchors!.Decided);
        Assert.Equal(new BridgeWord(BridgeDecision.Carry, to.Judge, Now, "ann"), built.Decide(BridgeDecision.Carry, "ann", Now).Anchors!.Decided);
        // The baseline that is being made says whose word it is, too.
        Assert.Equal(new Acceptance(Now, "ann", ""), built.Decide(BridgeDecision.Rebaseline, "ann", Now).Watch.Learning.Accepted);
        Assert.Null(built.Decide(BridgeDecision.Rebaseline, null, Now).Watch.Learning.Accepted);
    }

    [Fact]
    public void ABridgeThatTooFewAnchorsCarryIsNoBridge()
    {
        var waiting = new SimulatedAnchors(5).Ledger.Update(SimulatedAnchors.Spec("Be strict."), rebaseline: false, Now).BeginRound(Now);
        var built = waiting.Record(waiting.Anchors!.Open!, [.. Judged(60, 1), .. Judged(9, 1).Select(one => one with { New = true })], Now);

        Assert.Contains("9 anchors", Assert.Throws<EvaluationException>(() => built.Decide(BridgeDecision.Carry, null, Now)).Message, StringComparison.Ordinal);
        Assert.Null(built.Decide(BridgeDecision.Rebaseline, null, Now).Anchors!.Baseline);
    }

    [Fact]
    public void AMovedLedgerWithAnchorsIsBitIdentical()
    {
        var monitor = new SimulatedAnchors(6);
        for (var i = 0; i < 200; i++)
        {
            monitor.Send(-0.5, -0.5);
        }

        var written = JsonSerializer.Serialize(monitor.Ledger, EvaluationJson.Plain.MonitorLedger);

        Assert.NotEmpty(monitor.Ledger.Watch.Drift!.Track.Latest);
        Assert.Equal(written, JsonSerializer.Serialize(JsonSerializer.Deserialize<MonitorLedger>(written, EvaluationJson.Stored)!, EvaluationJson.Plain.MonitorLedger));
        Assert.Equal(written, JsonSerializer.Serialize(monitor.Ledger, EvaluationJson.Stored));
        Assert.InRange(written.Length, 1, 400_000);
    }

    [Fact]
    public void WhatCannotBeAnchorsIsTold()
    {
        var settings = new AnchorSettings { Suite = new("anchors") };
        SuiteContents Suite(long cases, params Candidate[] candidates) => new()
        {
            Version = new("v"), Cases = cases, Created = Now, Plan = new CasePlan("u", [1]),
            Definition = new SuiteDefinition { Name = new("anchors"), Candidates = [.. candidates], Judges = [] },
        };
        var (one, two) = (new RecordedCandidate { Name = new("one") }, new RecordedCandidate { Name = new("two") });

        Assert.Equal(new("one"), AnchorSource.Of(settings, Suite(60, one)).Source!.Candidate);
        Assert.Equal(new("two"), AnchorSource.Of(settings with { Candidate = new("two") }, Suite(60, one, two)).Source!.Candidate);
        Assert.Equal(["anchors.suite", "anchors.candidate"], AnchorSource.Of(settings, Suite(9, one, two)).Mistakes.Select(mistake => mistake.Field));
        Assert.Equal("anchors.candidate", Assert.Single(AnchorSource.Of(settings with { Candidate = new("three") }, Suite(60, one, two)).Mistakes).Field);
        Assert.Equal("anchors.candidate", Assert.Single(AnchorSource.Of(settings, Suite(60)).Mistakes).Field);
        Assert.Equal(
            ["anchors.suite", "anchors.repeats", "anchors.schedule"],
            MonitorCheck.Of(SomeMonitor.Definition with { Anchors = new AnchorSettings { Suite = new(""), Repeats = 0, Schedule = new() } }).Select(mistake => mistake.Field));
    }

    private static ImmutableArray<JudgedAnchor> Judged(int items, int repeats, double lower = 0) =>
    [
        .. from repeat in Enumerable.Range(0, repeats)
           from item in Enumerable.Range(0, items)
           select new JudgedAnchor(new($"item-{item}"), repeat, false) { Score = 3 + item % 6 - lower },
    ];
}
