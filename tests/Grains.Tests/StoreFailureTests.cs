using System.Collections.Concurrent;
using System.Collections.Immutable;
using Assize.Evaluation;
using Assize.Evaluation.Models;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Suites;
using Assize.Evaluation.Traffic;
using Assize.Grains.Models;
using Assize.Grains.Monitors;
using Assize.Grains.Suites;
using Assize.Grains.Tests.Monitors;

namespace Assize.Grains.Tests;

/// <summary>Writes that fail, or succeed without an answer, lose nothing, count nothing twice and leave nothing behind.</summary>
[Collection(nameof(TwoSilos))]
public sealed class StoreFailureTests(TwoSilos silos) : IDisposable
{
    private static ScriptedModel Model => TwoSilos.Model;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        FaultyStorage.Writes = null;
        FaultyStorage.Clears = null;
        Model.Gate?.TrySetResult();
        Model.Reset();
    }

    [Theory]
    [InlineData("run-write-once", 1)]
    [InlineData("run-write-often", 4)]
    public async Task AShardWhoseLastWritesFailIsStoredWholeBeforeItsRunEnds(string run, int failures)
    {
        Model.Reset();
        var gate = Model.Gate = new TaskCompletionSource();
        Model.Answer = (prompt, _) => ScriptedModel.Judges(prompt, 4);
        var suite = await Some.Stored(silos.Grains, run, 12);
        await silos.Grains.Suite(Some.Tenant, suite.Definition.Name).Start(Some.Request(suite, run));
        await Waiting.Until(() => Model.Calls >= 6);
        var failed = new ConcurrentDictionary<string, int>();
        FaultyStorage.Writes = (state, grain) =>
            state == "shard" && grain.ToString().Contains(run, StringComparison.Ordinal) && failed.AddOrUpdate(grain.ToString(), 1, (_, count) => count + 1) <= failures ? Fault.Refused : Fault.None;
        Model.Gate = null;
        gate.SetResult();

        var report = await Some.Ended(silos.Grains, run, Cancellation);

        Assert.Equal((RunStatus.Completed, 12L, 12), (report.Status, report.CasesDone, Model.Calls));
        Assert.All(failed.Values, count => Assert.True(count > failures));
        var spec = await silos.Grains.Run(new(run)).Spec();
        var kept = 0;
        for (var shard = 0; shard < spec!.Suite.Plan.Partitions; shard++)
        {
            kept += (await silos.Grains.Shard(new(run), shard).Page(spec, 0, 100, false)).Finished;
        }

        Assert.Equal(12, kept);

        // The replies are found by what is stored, and go with the run.
        CompletionKey[] keys = [.. Model.Prompts.Select(prompt => CompletionRequest.KeyOf(Some.Tenant, Model.Card, prompt)).Distinct()];
        await silos.Grains.Suite(Some.Tenant, suite.Definition.Name).Remove(new(run));
        await Waiting.Until(async () =>
        {
            var left = await Task.WhenAll(keys.Select(key => silos.Grains.Completion(key).Find()));
            return left.All(reply => reply is null);
        });
    }

    [Fact]
    public async Task ABatchThatWasSavedWithoutAnAnswerIsNotOverwrittenByAnothers()
    {
        var monitor = await MonitorTests.Begun(silos, "store-unanswered");
        await monitor.Take(MonitorTests.Batch("store-unanswered", 1, 200, 1, "gateway-c"));
        await MonitorTests.Judged(monitor, 1);
        var gate = Model.Gate = new TaskCompletionSource();
        var (a, b) = (MonitorTests.Batch("store-unanswered", 1, 0, 5, "gateway-a"), MonitorTests.Batch("store-unanswered", 1, 100, 5, "gateway-b"));

        Fail("store-unanswered", Fault.Unanswered, 1);
        await Assert.ThrowsAnyAsync<Exception>(() => monitor.Take(a));
        FaultyStorage.Writes = null;
        await Taken(monitor, b);
        await Taken(monitor, a);
        Model.Gate = null;
        gate.SetResult();

        var ledger = await MonitorTests.Judged(monitor, 11);
        Assert.Equal(11, ledger.Watch.Recent.Select(score => score.Sample).Distinct().Count());
        Assert.Equal((11L, 11), (ledger.Watch.Scored, Model.Calls));
        // What was stored under a number that nobody knows has been looked for.
        await Waiting.Until(async () => (await monitor.Status())!.Ledger.Fences.IsEmpty);
    }

    [Fact]
    public async Task AConversationThatWasSavedWithoutAnAnswerIsNotMixedWithAnothers()
    {
        var monitor = await MonitorTests.Begun(silos, "store-talks", MonitorTests.Definition("store-talks") with { Conversations = new ConversationSettings { IdleMinutes = 0.01 } });
        TrafficBatch Talk(int from, string source, string id) => MonitorTests.Batch("store-talks", 1, from, 2, source) is var batch
            ? batch with { Drawn = [.. batch.Drawn.Select(drawn => drawn with { Interaction = drawn.Interaction with { Conversation = new(id) } })] } : batch;
        var (a, b) = (Talk(0, "gateway-a", "talk-a"), Talk(100, "gateway-b", "talk-b"));

        Fail("store-talks", Fault.Unanswered, 1);
        await Assert.ThrowsAnyAsync<Exception>(() => monitor.Take(a));
        FaultyStorage.Writes = null;
        await Taken(monitor, b);
        await Taken(monitor, a);

        var ledger = await MonitorTests.Judged(monitor, 2);
        Assert.Equal((2L, 0L, 2L), (ledger.Conversations.Complete, ledger.Conversations.Lost, ledger.Watch.Scored));
        Assert.Equal((1, 1), (Model.CallsAbout("Question 0. of store-talks"), Model.CallsAbout("Question 100. of store-talks")));
    }

    [Fact]
    public async Task SamplesOfWhichNothingIsKeptAreNotPaidForAgainWhileTheirScoresCannotBeSaved()
    {
        var monitor = await MonitorTests.Begun(silos, "store-unsaved", MonitorTests.Definition("store-unsaved") with { KeepText = false });
        var failures = Fail("store-unsaved", Fault.Refused, 5);

        await Taken(monitor, MonitorTests.Batch("store-unsaved", 1, 0, 10));

        Assert.Equal(5, failures());
        Assert.Equal((10, 10L), (Model.Calls, (await monitor.Status())!.Ledger.Watch.Scored));
    }

    [Theory]
    [InlineData("segment")]
    [InlineData("monitor")]
    [InlineData("monitors")]
    public async Task AMonitorWhoseDeletionBreaksOffIsDeletedByWhoeverHasItNext(string state)
    {
        var name = $"store-departing-{state}";
        var monitor = await MonitorTests.Begun(silos, name);
        Model.Gate = new TaskCompletionSource();
        await monitor.Take(MonitorTests.Batch(name, 1, 0, 5));
        FaultyStorage.Clears = (kind, grain) => kind == state && grain.ToString().Contains(name, StringComparison.Ordinal);
        FaultyStorage.Writes = (kind, _) => kind == state && state == "monitors" ? Fault.Refused : Fault.None;

        await Assert.ThrowsAnyAsync<Exception>(monitor.Delete);
        Assert.Contains((await silos.Grains.Monitors(Some.Tenant).List()).Monitors, entry => entry.Name.Value == name);
        if (state != "monitors")
        {
            Assert.Equal("It is being deleted.", (await monitor.Status())!.Troubles[0]);
            Assert.Equal(TakenAs.Unwanted, (await monitor.Take(MonitorTests.Batch(name, 2, 5, 5))).As);
            await Assert.ThrowsAsync<LeavingException>(() => MonitorTests.Begun(silos, name));
        }

        FaultyStorage.Clears = null;
        FaultyStorage.Writes = null;
        await monitor.Resume();

        await Waiting.Until(async () => await monitor.Status() is null && (await silos.Grains.Monitors(Some.Tenant).List()).Find(new(name)) is null);
        Assert.False(await silos.Keeps<SampleSegment>("segment", silos.Grains.Segment(Some.Tenant, new(name), 1)));
        Assert.Equal(0L, (await (await MonitorTests.Begun(silos, name)).Status())!.Ledger.Intake.Counts.Seen);
        await monitor.Delete();
    }

    [Fact]
    public async Task AMonitorThatIsDeletedAfterAFailedWriteLeavesNoTexts()
    {
        var monitor = await MonitorTests.Begun(silos, "store-failing");
        Fail("store-failing", Fault.Refused, 1);
        await Assert.ThrowsAnyAsync<Exception>(() => monitor.Take(MonitorTests.Batch("store-failing", 1, 0, 5)));
        FaultyStorage.Writes = null;

        await monitor.Delete();

        for (var number = 1; number <= 3; number++)
        {
            Assert.False(await silos.Keeps<SampleSegment>("segment", silos.Grains.Segment(Some.Tenant, new("store-failing"), number)));
        }
    }

    [Fact]
    public async Task AChunkThatWasStoredWithoutAnAnswerGoesWithItsUpload()
    {
        var upload = silos.Grains.Upload(Some.Tenant, "upload-unanswered");
        await upload.Note(new Upload(new("unanswered"), [1], TimeProvider.System.GetUtcNow()), true);
        var chunk = silos.Grains.Chunk("upload-unanswered", 0, 0);
        FaultyStorage.Writes = (state, grain) => state == "chunk" && grain.ToString().Contains("upload-unanswered", StringComparison.Ordinal) ? Fault.Unanswered : Fault.None;
        await Assert.ThrowsAnyAsync<Exception>(() => chunk.Put(new Chunk([Some.Exhibit("unanswered", 1)])));
        FaultyStorage.Writes = null;
        Assert.True(await silos.Keeps<Chunk>("chunk", chunk));

        await upload.Discard();

        Assert.False(await silos.Keeps<Chunk>("chunk", chunk));
        Assert.False(await silos.Keeps<Upload>("upload", upload));
    }

    /// <summary>Lets so many writes of a monitor's ledger go wrong; answers how many have.</summary>
    private static Func<int> Fail(string monitor, Fault fault, int times)
    {
        var failed = 0;
        FaultyStorage.Writes = (state, grain) =>
            state == "monitor" && grain.ToString().EndsWith($"/{monitor}", StringComparison.Ordinal) && Interlocked.Increment(ref failed) <= times ? fault : Fault.None;
        return () => Math.Min(times, Volatile.Read(ref failed));
    }

    /// <summary>Offers a batch until it is taken, as a gateway does.</summary>
    private static Task Taken(IMonitorGrain monitor, TrafficBatch batch) => Waiting.Until(async () =>
    {
        try
        {
            return (await monitor.Take(batch)).As is TakenAs.Safe;
        }
        catch (Exception failed) when (failed is IOException or Orleans.Runtime.OrleansException)
        {
            return false;
        }
    });
}
