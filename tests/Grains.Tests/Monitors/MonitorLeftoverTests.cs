using Assize.Evaluation;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Schedules;
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
            Assert.Equal(5, (await segment.Find())!.Samples.Length);
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

    [Theory]
    [InlineData("leaving", false)]
    [InlineData("leaving-at-once", true)]
    public async Task ADeletedMonitorLeavesNoReplies(string name, bool answeredLater)
    {
        var monitor = await Begun(name);
        var gate = new TaskCompletionSource();
        Model.Gate = gate;
        await monitor.Take(Batch(name, 1, 0, 5));
        await Waiting.Until(() => Model.Prompts.Count == 5);

        var deleting = monitor.Delete();
        await (answeredLater ? deleting : Task.CompletedTask);
        gate.SetResult();
        await deleting;

        Assert.Null(await monitor.Status());
        await Waiting.Until(async () => !answeredLater || (await Kept(Keys())).All(kept => kept is null));
        Assert.All(await Kept(Keys()), Assert.Null);
    }

    [Fact]
    public async Task RepliesAboutAnchorsGoWhenTheirRoundIsRecorded()
    {
        var (monitor, spec) = await Anchored("anchored", repeats: 2);

        await Cleared(monitor, ledger => ledger.Anchors!.Baseline is not null, MonitorAnchorTests.Items * 2);
        await monitor.JudgeAnchors(null);
        await Cleared(monitor, ledger => ledger.Anchors is { Rounds: 2, Open: null }, MonitorAnchorTests.Items * 3);
        await monitor.Put(Stricter(spec), rebaseline: false);
        // A bridge: both judges, twice.
        await Cleared(monitor, ledger => ledger.Anchors!.Bridge?.Found is not null, MonitorAnchorTests.Items * 7);
    }

    [Fact]
    public async Task AMonitorThatIsDeletedDuringARoundOfItsAnchorsLeavesNoReplies()
    {
        var (monitor, _, gate) = await InTheSecondRepeat("deleted-in-a-round");
        Assert.All(await Kept(Keys().Take(MonitorAnchorTests.Items)), Assert.NotNull);

        var deleting = monitor.Delete();
        gate.SetResult();
        await deleting;

        Assert.Null(await monitor.Status());
        Assert.All(await Kept(Keys()), Assert.Null);
    }

    [Fact]
    public async Task DeletingAMonitorDuringARoundWaitsForNoCall()
    {
        var (monitor, _, gate) = await InTheSecondRepeat("deleted-and-answered-later");

        // The model has not answered yet; what it answers goes when it comes.
        await monitor.Delete();
        Assert.Null(await monitor.Status());
        Assert.All(await Kept(Keys().Take(MonitorAnchorTests.Items)), Assert.Null);
        gate.SetResult();

        await Waiting.Until(async () => (await Kept(Keys())).All(kept => kept is null));
        Assert.Equal(MonitorAnchorTests.Items * 2, Model.Calls);
    }

    [Fact]
    public async Task ARoundThatAnotherJudgeEndsLeavesNoReplies()
    {
        var (monitor, spec, gate) = await InTheSecondRepeat("round-given-up");

        var former = Assert.Single((await monitor.Put(Stricter(spec), rebaseline: true)).Ledger.FormerRounds);
        gate.SetResult();

        Assert.Equal(spec.Judge, Assert.Single(former.Judges).Judge);
        await Cleared(monitor, ledger => ledger.Anchors!.Baseline is not null, MonitorAnchorTests.Items * 4);
    }

    [Theory]
    [InlineData("round-left", false)]
    [InlineData("round-left-and-deleted", true)]
    public async Task RepliesAboutAnchorsThatALostSiloLeftBehindAreDeletedWhenWorkResumes(string name, bool delete)
    {
        IMonitorGrain monitor;
        TwoSilos.Lost = call => call.InterfaceMethod.Name is nameof(ICompletionGrain.Release);
        try
        {
            (monitor, _) = await Anchored(name, repeats: 2);
            Assert.Single((await MonitorAnchorTests.Until(monitor, ledger => ledger.Anchors!.Baseline is not null)).FormerRounds);
            await monitor.AsReference<IGrainManagementExtension>().DeactivateOnIdle(Cancellation);
            Assert.Single((await monitor.Status())!.Ledger.FormerRounds);
            Assert.All(await Kept(Keys()), Assert.NotNull);
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
                return await monitor.Status() is null;
            });
            Assert.All(await Kept(Keys()), Assert.Null);
            return;
        }

        await Waiting.Until(async () =>
        {
            await monitor.Resume();
            return (await monitor.Status())!.Ledger.FormerRounds.IsEmpty;
        });
        await Cleared(monitor, _ => true, MonitorAnchorTests.Items * 2);
    }

    [Fact]
    public async Task AMonitorWhoseNameCouldNotBeTakenOffTheListIsTakenOffLater()
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

        Assert.Equal(TakenAs.Unwanted, (await monitor.Take(Batch("half-deleted", 2, 10, 5))).As);
        Assert.Null(await monitor.Status());
        await Waiting.Until(async () =>
        {
            await monitor.Resume();
            return (await silos.Grains.Monitors(Some.Tenant).List()).Find(new("half-deleted")) is null;
        });
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

    private static MonitorSpec Stricter(MonitorSpec spec) => spec with { Definition = spec.Definition with { Judge = ((ScoreJudge)spec.Definition.Judge) with { Instructions = "Be strict." } } };

    private async Task<(IMonitorGrain Monitor, MonitorSpec Spec)> Anchored(string name, int repeats)
    {
        var spec = await MonitorAnchorTests.Spec(silos, name, Schedule.Daily, repeats);
        var monitor = silos.Grains.Monitor(Some.Tenant, spec.Definition.Name);
        await monitor.Put(spec, rebaseline: false);
        return (monitor, spec);
    }

    /// <summary>A monitor whose anchors have been judged once, and are waiting at the gate for the second time.</summary>
    private async Task<(IMonitorGrain Monitor, MonitorSpec Spec, TaskCompletionSource Gate)> InTheSecondRepeat(string name)
    {
        var spec = await MonitorAnchorTests.Spec(silos, name, Schedule.Daily, repeats: 2);
        var gate = new TaskCompletionSource();
        Model.Hold = _ => Model.Prompts.Count > MonitorAnchorTests.Items ? gate.Task : Task.CompletedTask;
        var monitor = silos.Grains.Monitor(Some.Tenant, spec.Definition.Name);
        await monitor.Put(spec, rebaseline: false);
        await Waiting.Until(() => Model.Prompts.Count == MonitorAnchorTests.Items * 2);
        return (monitor, spec, gate);
    }

    /// <summary>Waits until so many replies about anchors have come to their end, and none of them is kept.</summary>
    private async Task Cleared(IMonitorGrain monitor, Func<MonitorLedger, bool> done, int replies)
    {
        await MonitorAnchorTests.Until(monitor, ledger => done(ledger) && ledger.FormerRounds.IsEmpty);
        Assert.Equal(replies, Keys().Distinct().Count());
        Assert.All(await Kept(Keys()), Assert.Null);
    }

    private Task<PaidCompletion?[]> Kept(IEnumerable<CompletionKey> keys) => Task.WhenAll(keys.Select(key => silos.Grains.Completion(key).Find()));

    private Task<IMonitorGrain> Begun(string name, MonitorDefinition? definition = null) => MonitorTests.Begun(silos, name, definition);
}
