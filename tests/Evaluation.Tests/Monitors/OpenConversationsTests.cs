using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Suites;
using Assize.Evaluation.Traffic;

namespace Assize.Evaluation.Tests.Monitors;

public sealed class OpenConversationsTests
{
    private static readonly MonitorDefinition Together = SomeMonitor.Definition with { Conversations = new ConversationSettings { IdleMinutes = 10, MostTurns = 3 } };

    private long number;

    [Fact]
    public void AConversationIsCompleteWhenItWasSilentForLongEnough()
    {
        var (ledger, turns) = Taken(MonitorLedger.Begin(SomeMonitor.Spec(Together)), 0, Turn("a", 1), Turn("b", 1));
        (ledger, _) = Taken(ledger, 8, Turn("a", 2));

        Assert.Equal([1, 2], turns.Select(turn => turn.Conversation));
        Assert.False(ledger.HasWork(SomeMonitor.Start.AddMinutes(9)));
        var closed = ledger.Closed(SomeMonitor.Start.AddMinutes(10));
        Assert.Equal(2, Assert.Single(closed.Conversations.Closing).Number);
        Assert.Equal([2, 1], ledger.Closed(SomeMonitor.Start.AddMinutes(18)).Conversations.Closing.OrderByDescending(one => one.Number).Select(one => one.Number));
        Assert.Equal((0, 3L), (ledger.Intake.Pending.Length, ledger.Intake.Counts.Drawn));
    }

    [Fact]
    public void AConversationThatEndsIsCompleteAndWhatFollowsIsAnother()
    {
        var (ledger, turns) = Taken(MonitorLedger.Begin(SomeMonitor.Spec(Together)), 0, Turn("a", 1), Turn("a", 2, ends: true), Turn("a", 3));

        Assert.Equal([1, 1, 2], turns.Select(turn => turn.Conversation));
        Assert.Equal((2, 0L, 1), (Assert.Single(ledger.Conversations.Closing).Turns, ledger.Conversations.Cut, ledger.Conversations.Open[new("a")].Turns));
    }

    [Fact]
    public void AConversationThatIsTooLongIsCutAndCounted()
    {
        var (ledger, turns) = Taken(MonitorLedger.Begin(SomeMonitor.Spec(Together)), 0, [.. Enumerable.Range(1, 4).Select(i => Turn("a", i))]);

        Assert.Equal([1, 1, 1, 2], turns.Select(turn => turn.Conversation));
        Assert.Equal((1L, 3), (ledger.Conversations.Cut, Assert.Single(ledger.Conversations.Closing).Turns));
    }

    [Fact]
    public void ABatchThatComesAgainChangesNothing()
    {
        var before = MonitorLedger.Begin(SomeMonitor.Spec(Together));
        var batch = Batch(Turn("a", 1));
        var (ledger, _, turns) = before.Admit(batch, behind: false, SomeMonitor.Start);

        Assert.Single(turns);
        Assert.Empty(ledger.Admit(batch, behind: false, SomeMonitor.Start).Turns);
        Assert.Empty(ledger.Admit(batch with { Source = "another" }, behind: false, SomeMonitor.Start).Turns);
    }

    [Fact]
    public void ABudgetIsSpentOnConversationsAndLeavesOutWholeOnes()
    {
        var ledger = MonitorLedger.Begin(SomeMonitor.Spec(Together with { Sampler = new SamplerSettings { Rate = 1, PerDay = 5 } }));
        var delivered = new List<ConversationTurn>();
        for (var i = 0; i < 40; i++)
        {
            (ledger, var turns) = Taken(ledger, 0, Turn($"c{i}", 1), Turn($"c{i}", 2));
            delivered.AddRange(turns);
        }

        var kept = ledger.Conversations.Open.Values.Where(one => !one.Left).ToArray();
        Assert.InRange(kept.Length, 1, 5);
        Assert.All(kept, one => Assert.Equal(2, one.Turns));
        Assert.Equal(kept.Length * 2, delivered.Count);
        Assert.Equal(40 - kept.Length, ledger.Intake.Counts.OverBudget);
        Assert.Empty(ledger.Closed(SomeMonitor.Start.AddHours(1)).Conversations.Open);
        Assert.Equal(kept.Length, ledger.Closed(SomeMonitor.Start.AddHours(1)).Conversations.Closing.Length);
    }

    [Fact]
    public void WhileTheJudgeIsBehindNoConversationBegins()
    {
        var (ledger, _, turns) = MonitorLedger.Begin(SomeMonitor.Spec(Together)).Admit(Batch(Turn("a", 1), Turn("a", 2)), behind: true, SomeMonitor.Start);

        Assert.Empty(turns);
        Assert.Equal((1L, 0L), (ledger.Intake.Counts.Thinned, ledger.Intake.Counts.OverBudget));
    }

    [Fact]
    public void OpenConversationsAreOfBoundedNumber()
    {
        var ledger = MonitorLedger.Begin(SomeMonitor.Spec(Together));
        for (var i = 0; i < OpenConversations.Most + 3; i++)
        {
            (ledger, _) = Taken(ledger, i / 1000.0, Turn($"c{i}", 1));
        }

        Assert.Equal((OpenConversations.Most, 3L), (ledger.Conversations.Open.Count, ledger.Conversations.Cut));
        Assert.Equal([1, 2, 3], ledger.Conversations.Closing.Select(one => one.Number));
        Assert.Equal(ledger.Conversations.Open.Count, JsonSerializer.Deserialize(JsonSerializer.Serialize(ledger, EvaluationJson.Plain.MonitorLedger), EvaluationJson.Plain.MonitorLedger)!.Conversations.Open.Count);
    }

    [Fact]
    public void NoneThatIsKeptIsCutForThoseThatAreLeftOut()
    {
        var open = Begun(new OpenConversations(), "kept", 0, kept: true);
        for (var i = 1; i < 3 * OpenConversations.Most; i++)
        {
            open = Begun(open, $"left-{i}", i, kept: false);
        }

        Assert.Equal((OpenConversations.Most, 0L, false), (open.Open.Count, open.Cut, open.Open[new("kept")].Left));

        for (var i = 0; i < OpenConversations.Most / 2 + 1; i++)
        {
            open = Begun(open, $"kept-{i}", 10_000 + i, kept: true);
        }

        // With half of the places each it is the longest silence that counts: the first that is kept, then one that is left out.
        Assert.Equal((OpenConversations.Most, 1L, OpenConversations.Most / 2 - 1), (open.Open.Count, open.Cut, open.Open.Values.Count(one => one.Left)));
    }

    [Fact]
    public void WhatIsKeptMakesRoomForTextsAndWhatIsLeftOutStaysKnown()
    {
        var open = Begun(Begun(new OpenConversations(), "left", 0, kept: false), "long", 1, kept: true, text: new string('x', (int)OpenConversations.MostChars));

        open = Begun(open, "next", 2, kept: true);

        Assert.Equal(["left", "next"], open.Open.Keys.Select(id => id.Value));
        Assert.Equal(1, open.Cut);
    }

    [Fact]
    public void WhatALostSiloTookIsCountedAndSaid()
    {
        var (ledger, _) = Taken(MonitorLedger.Begin(SomeMonitor.Spec(Together)), 0, Turn("a", 1, ends: true));
        var lost = ledger.Finished([1], 0, 1, SomeMonitor.Start);

        Assert.Equal((1L, 0, 0), (lost.Conversations.Lost, lost.Conversations.Closing.Length, lost.Intake.Pending.Length));
        Assert.Contains("1 conversations were not judged: a silo was lost", Assert.Single(lost.Troubles(SomeMonitor.Start)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("conversations.idleMinutes", 0, 50, 100_000)]
    [InlineData("conversations.mostTurns", 1, 1, 100_000)]
    [InlineData("conversations.mostChars", 1, 50, 10)]
    public void WrongSettingsAreToldAtTheirPlace(string field, double idle, int turns, int chars) => Assert.Equal(
        field, Assert.Single(MonitorCheck.Of(Together with { Conversations = new ConversationSettings { IdleMinutes = idle, MostTurns = turns, MostChars = chars } })).Field);

    [Fact]
    public void AJudgeOfSingleTurnsCannotJudgeConversations() =>
        Assert.Equal("judge.per", Assert.Single(MonitorCheck.Of(Together with { Judge = (ScoreJudge)Together.Judge with { Per = JudgeScope.Turn } })).Field);

    private static OpenConversations Begun(OpenConversations open, string id, int second, bool kept, string text = "Hm.") => open.Take(
        new Drawn(Turn(id, 1) with { Response = text }, Slice.All, 1), new ConversationSettings { MostChars = int.MaxValue }, () => kept ? 1.0 : null, SomeMonitor.Start.AddSeconds(second)).Next;

    private static Interaction Turn(string conversation, int turn, bool ends = false) => SomeMonitor.Interaction(0) with
    {
        Id = new(string.Create(CultureInfo.InvariantCulture, $"{conversation}/{turn}")), Conversation = new(conversation), Ends = ends,
    };

    private TrafficBatch Batch(params Interaction[] turns) => new("gateway", ++number)
    {
        Seen = ImmutableSortedDictionary<Slice, long>.Empty.Add(Slice.All, turns.Length),
        Expected = turns.Length,
        Drawn = [.. turns.Select(turn => new Drawn(turn, Slice.All, 1))],
    };

    private (MonitorLedger Next, ImmutableArray<ConversationTurn> Turns) Taken(MonitorLedger ledger, double minutes, params Interaction[] turns)
    {
        var (next, fresh, delivered) = ledger.Admit(Batch(turns), behind: false, SomeMonitor.Start.AddMinutes(minutes));
        Assert.Empty(fresh);
        return (next, delivered);
    }
}
