using Assize.Evaluation;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Traffic;
using Assize.Grains.Models;
using Assize.Grains.Monitors;
using Orleans.Core.Internal;
using static Assize.Grains.Tests.Monitors.MonitorTests;

namespace Assize.Grains.Tests.Monitors;

/// <summary>What a monitor leaves in storage when a silo is lost, and when it is deleted: nothing.</summary>
[Collection(nameof(TwoSilos))]
public sealed class MonitorLeftoverTests(TwoSilos silos)
{
    private static ScriptedModel Model => TwoSilos.Model;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("left-behind", false, false)]
    [InlineData("left-by-another-judge", true, false)]
    [InlineData("left-and-deleted", false, true)]
    [InlineData("left-by-another-judge-and-deleted", true, true)]
    public async Task TextsAndRepliesThatALostSiloLeftBehindAreDeletedWhenWorkResumes(string name, bool anotherJudge, bool delete)
    {
        var segment = silos.Grains.Segment(Some.Tenant, new(name), 2);
        var monitor = await Begun(name);
        // A first batch goes its whole way: the monitor has begun its work.
        await monitor.Take(Batch(name, 1, 0, 5));
        await Judged(monitor, 5);
        await Waiting.Until(async () => await silos.Grains.Segment(Some.Tenant, new(name), 1).Find() is null);
        CompletionKey[] left;
        var looking = false;
        TwoSilos.Lost = call =>
        {
            looking |= call.InterfaceMethod is { Name: nameof(ISegmentGrain.Find), DeclaringType.Name: nameof(ISegmentGrain) } && call.SourceId?.ToString().Contains("monitor", StringComparison.Ordinal) is true;
            return call.InterfaceMethod.Name is nameof(ISegmentGrain.Delete) or nameof(ICompletionGrain.Release);
        };
        try
        {
            await monitor.Take(Batch(name, 2, 5, 5));
            Assert.Contains(2, (await Judged(monitor, 10)).Intake.Leaving);
            if (anotherJudge)
            {
                var spec = (await monitor.Status())!.Ledger.Spec;
                var stricter = ((ScoreJudge)spec.Definition.Judge) with { Instructions = "Be strict." };
                Assert.Single((await monitor.Put(spec with { Definition = spec.Definition with { Judge = stricter } }, rebaseline: true)).Ledger.Former);
            }

            left = [.. Keys().Skip(5)];
            looking = false;
            await monitor.AsReference<IGrainManagementExtension>().DeactivateOnIdle(Cancellation);
            // Only an activation that does not know what was asked looks the texts up.
            await Waiting.Until(async () =>
            {
                await monitor.Resume();
                return looking;
            });
            Assert.Equal(5, (await segment.Get()).Samples.Length);
            Assert.All(await Kept(), Assert.NotNull);
        }
        finally
        {
            TwoSilos.Lost = null;
        }

        if (delete)
        {
            await Waiting.Until(async () =>
            {
                await monitor.Delete();
                return await segment.Find() is null && (await Kept()).All(kept => kept is null);
            });
            return;
        }

        await Waiting.Until(async () =>
        {
            // As the reminder does: a call may still meet the activation that is on its way out.
            await monitor.Resume();
            return await segment.Find() is null && (await Kept()).All(kept => kept is null);
        });
        await Waiting.Until(async () => (await monitor.Status())!.Ledger is { Intake.Leaving.IsEmpty: true, Former.IsEmpty: true });
        Assert.Equal((10, 10L), (Model.Calls, (await monitor.Status())!.Ledger.Watch.Scored));

        Task<PaidCompletion?[]> Kept() => Task.WhenAll(left.Select(key => silos.Grains.Completion(key).Find()));
    }

    [Fact]
    public async Task TextsOfABatchThatWasNeverTakenAreDeletedToo()
    {
        var segment = silos.Grains.Segment(Some.Tenant, new("untaken"), 1);
        await segment.Put(new SampleSegment(Batch("untaken", 1, 0, 5).Drawn));
        var conversation = silos.Grains.Conversation(Some.Tenant, new("untaken"), 2);
        await conversation.Add(new ConversationTurns([Batch("untaken", 1, 0, 1).Drawn[0].Interaction]), keep: true);

        await Begun("untaken", Definition("untaken") with { Conversations = new ConversationSettings() });

        await Waiting.Until(async () => await segment.Find() is null && (await conversation.Get()).Turns.Turns.IsEmpty);
    }

    [Fact]
    public async Task ADeletedMonitorLeavesNoReplies()
    {
        var monitor = await Begun("leaving");
        var gate = new TaskCompletionSource();
        Model.Gate = gate;
        await monitor.Take(Batch("leaving", 1, 0, 5));
        await Waiting.Until(() => Model.Prompts.Count == 5);

        var deleting = monitor.Delete();
        gate.SetResult();
        await deleting;

        Assert.All(await Task.WhenAll(Keys().Select(key => silos.Grains.Completion(key).Find())), Assert.Null);
    }

    [Fact]
    public async Task AMonitorThatCouldNotBeDeletedGoesOn()
    {
        var monitor = await Begun("half-deleted");
        await monitor.Take(Batch("half-deleted", 1, 0, 5));
        await Judged(monitor, 5);
        TwoSilos.Lost = call => call.InterfaceMethod is { Name: nameof(IMonitorsGrain.Forget), DeclaringType.Name: nameof(IMonitorsGrain) };
        try
        {
            await Assert.ThrowsAnyAsync<Exception>(monitor.Delete);
        }
        finally
        {
            TwoSilos.Lost = null;
        }

        await Waiting.Until(async () => (await monitor.Take(Batch("half-deleted", 2, 10, 5))).As is TakenAs.Safe);
        await Judged(monitor, 10);
        await monitor.Delete();
        Assert.Null(await monitor.Status());
    }

    [Fact]
    public async Task WhatComesWhileAMonitorIsDeletedIsNotTaken()
    {
        var monitor = await Begun("deleted-under-traffic");
        var gate = new TaskCompletionSource();
        Model.Gate = gate;
        await monitor.Take(Batch("deleted-under-traffic", 1, 0, 5));
        await Waiting.Until(() => Model.Prompts.Count == 5);
        Task<Taken>? late = null;
        TwoSilos.Lost = call =>
        {
            if (call.InterfaceMethod is { Name: nameof(ISegmentGrain.Delete), DeclaringType.Name: nameof(ISegmentGrain) })
            {
                late ??= Task.Run(() => monitor.Take(Batch("deleted-under-traffic", 2, 10, 5)));
            }

            return false;
        };
        try
        {
            var deleting = monitor.Delete();
            gate.SetResult();
            await deleting;
        }
        finally
        {
            TwoSilos.Lost = null;
        }

        Assert.Equal(TakenAs.Unwanted, (await late!).As);
        Assert.Null(await silos.Grains.Segment(Some.Tenant, new("deleted-under-traffic"), 2).Find());
    }

    private Task<IMonitorGrain> Begun(string name, MonitorDefinition? definition = null) => MonitorTests.Begun(silos, name, definition);
}
