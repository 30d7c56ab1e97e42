using Assize.Evaluation.Judges;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Traffic;
using static Assize.Grains.Tests.Monitors.MonitorTests;

namespace Assize.Grains.Tests.Monitors;

/// <summary>Texts may rest only so long, whether their judge is there or not.</summary>
[Collection(nameof(TwoSilos))]
public sealed class MonitorExpiryTests(TwoSilos silos)
{
    private static ScriptedModel Model => TwoSilos.Model;

    [Fact]
    public async Task TextsWhoseJudgeIsAwayForTooLongGoAndTheirSamplesStayWithoutAScore()
    {
        var monitor = await Begun(silos, "expiring");
        var gate = new TaskCompletionSource();
        Model.Gate = gate;
        await monitor.Take(Batch("expiring", 1, 0, 5) with { KeepTextFor = TimeSpan.FromMilliseconds(200) });
        await monitor.Take(Batch("expiring", 2, 5, 5));

        var ledger = await Judged(monitor, 5);

        // The judge is still away: neither is waited for him, nor do others lose their time.
        Assert.Equal((0L, 5L, 5), (ledger.Watch.Scored, ledger.Watch.Unscored[Reason.Expired], Assert.Single(ledger.Intake.Pending).Samples));
        await Waiting.Until(async () => await silos.Grains.Segment(Some.Tenant, new("expiring"), 1).Find() is null);
        Assert.NotNull(await silos.Grains.Segment(Some.Tenant, new("expiring"), 2).Find());

        gate.SetResult();
        ledger = await Judged(monitor, 10);

        Assert.Equal((5L, 5L), (ledger.Watch.Scored, ledger.Watch.Unscored.Values.Sum()));
        // What was replied about the others comes too late, and is not kept either.
        await Waiting.Until(async () => (await Task.WhenAll(Keys().Select(key => silos.Grains.Completion(key).Find()))).All(kept => kept is null));
        await Waiting.Until(async () => await silos.Grains.Segment(Some.Tenant, new("expiring"), 2).Find() is null);
    }

    [Fact]
    public async Task AConversationThatDoesNotEndInTimeIsGivenUpWithItsTexts()
    {
        var monitor = await Begun(silos, "talking-on", Definition("talking-on") with { Conversations = new ConversationSettings { IdleMinutes = 60 } });
        var batch = Batch("talking-on", 1, 0, 2);
        await monitor.Take(batch with { KeepTextFor = TimeSpan.FromMilliseconds(200), Drawn = [.. batch.Drawn.Select(drawn => drawn with { Interaction = drawn.Interaction with { Conversation = new("talk") } })] });

        var ledger = await Judged(monitor, 1);

        Assert.Equal((1L, 0, 1L, 0L), (ledger.Watch.Unscored[Reason.Expired], ledger.Conversations.Open.Count, ledger.Conversations.Cut, ledger.Conversations.Lost));
        await Waiting.Until(async () => (await silos.Grains.Conversation(Some.Tenant, new("talking-on"), 1).Get()).Turns.Turns.IsEmpty);
        Assert.Equal(0, Model.Calls);
    }
}
