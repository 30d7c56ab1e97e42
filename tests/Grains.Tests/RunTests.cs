using System.Collections.Concurrent;
using Assize.Evaluation;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Runs;
using Assize.Grains.Models;
using Orleans.Runtime;

namespace Assize.Grains.Tests;

[Collection(nameof(TwoSilos))]
public sealed class RunTests(TwoSilos silos)
{
    private static ScriptedModel Model => TwoSilos.Model;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ARunOverTwoSilosJudgesEveryCaseOnce()
    {
        Model.Reset();
        Model.Answer = (prompt, _) => ScriptedModel.Judges(prompt, 4);
        var suite = await Some.Stored(silos.Grains, "every-case", 60);

        var report = await Some.Reported(silos.Grains, suite, "run-every-case", Cancellation);

        Assert.Equal((RunStatus.Completed, 60L, 60), (report.Status, report.CasesDone, Model.Calls));
        var line = Assert.Single(report.Scores);
        Assert.Equal((60L, 60L, 4.0), (line.Coverage.Trials, line.Coverage.Scored, line.Estimate.Value));
        Assert.Equal(new Usage(600, 300, 1200), Assert.Single(report.Usage).Usage);
    }

    [Fact]
    public async Task ASecondRunOfTheSameSuiteAsksNobodyAndPaysNothing()
    {
        Model.Reset();
        Model.Answer = (prompt, _) => ScriptedModel.Judges(prompt, 3);
        var suite = await Some.Stored(silos.Grains, "paid-once", 20);
        var first = await Some.Reported(silos.Grains, suite, "run-paid-once-1", Cancellation);

        var second = await Some.Reported(silos.Grains, suite, "run-paid-once-2", Cancellation);

        Assert.Equal(20, Model.Calls);
        Assert.Equal(first.Scores[0].Estimate, second.Scores[0].Estimate);
        Assert.Equal((0L, 20L, Usage.None), (second.Usage[0].Completions, second.Usage[0].Reused, second.Usage[0].Usage));
    }

    [Fact]
    public async Task TheSameRequestStartsOneRun()
    {
        Model.Reset();
        Model.Answer = (prompt, _) => ScriptedModel.Judges(prompt, 3);
        var suite = await Some.Stored(silos.Grains, "one-request", 3);
        var grain = silos.Grains.Suite(Some.Tenant, suite.Definition.Name);

        var first = await grain.Start(Some.Request(suite, "run-request-1", "the-request"));
        var second = await grain.Start(Some.Request(suite, "run-request-2", "the-request"));

        Assert.Equal(first.Run, second.Run);
        Assert.Single((await grain.Runs(null, 10)).Runs);
        await Some.Ended(silos.Grains, "run-request-1", Cancellation);
    }

    [Fact]
    public async Task AFailureThatPassesIsTriedAgainAndBilled()
    {
        Model.Reset();
        Model.Answer = (prompt, before) => before == 0 && prompt.Contains("Question 1.", StringComparison.Ordinal)
            ? new Attempt(new Completion.Failed(Reason.ProviderError, "a passing fault"), Transient: true, RetryAfter: TimeSpan.Zero)
            : ScriptedModel.Judges(prompt, 5);
        var suite = await Some.Stored(silos.Grains, "passing-fault", 4);

        var report = await Some.Reported(silos.Grains, suite, "run-passing-fault", Cancellation);

        Assert.Equal(4, report.Scores[0].Coverage.Scored);
        Assert.Equal((4L, 1L), (report.Usage[0].Completions, report.Usage[0].FailedAttempts));
    }

    [Fact]
    public async Task WhatCannotBeScoredIsCountedWithItsReasonAndBounded()
    {
        Model.Reset();
        Model.Answer = (prompt, _) => prompt.Contains("Question 2.", StringComparison.Ordinal)
            ? new Attempt(new Completion.Failed(Reason.ContextTooLong, "too long"))
            : prompt.Contains("Question 3.", StringComparison.Ordinal) ? ScriptedModel.Says("no verdict here") : ScriptedModel.Judges(prompt, 3);
        var suite = await Some.Stored(silos.Grains, "unscored", 10);

        var report = await Some.Reported(silos.Grains, suite, "run-unscored", Cancellation);

        var line = report.Scores[0];
        Assert.Equal((10L, 8L), (line.Coverage.Trials, line.Coverage.Scored));
        Assert.Equal(1, line.Coverage.Unscored[Reason.ContextTooLong]);
        Assert.Equal(1, line.Coverage.Unscored[Reason.Unparsed]);
        Assert.Equal(new Bounds((8 * 3 + 2 * 1) / 10.0, (8 * 3 + 2 * 5) / 10.0), line.Bounds);
        Assert.Equal(2, Model.CallsAbout("Question 3."));
    }

    [Fact]
    public async Task AFailureIsNeverKeptAsAnAnswer()
    {
        Model.Reset();
        Model.Answer = (_, _) => new Attempt(new Completion.Failed(Reason.ProviderError, "down"));
        var suite = await Some.Stored(silos.Grains, "not-kept", 5);
        var down = await Some.Reported(silos.Grains, suite, "run-down", Cancellation);
        Model.Answer = (prompt, _) => ScriptedModel.Judges(prompt, 2);

        var up = await Some.Reported(silos.Grains, suite, "run-up", Cancellation);

        Assert.Equal((0L, 5L), (down.Scores[0].Coverage.Scored, up.Scores[0].Coverage.Scored));
    }

    [Fact]
    public async Task ACancelledRunKeepsWhatIsPaidForAndReportsWhatIsFinished()
    {
        Model.Reset();
        var gate = new TaskCompletionSource();
        Model.Gate = gate;
        Model.Answer = (prompt, _) => ScriptedModel.Judges(prompt, 4);
        var suite = await Some.Stored(silos.Grains, "cancelled", 40);
        await silos.Grains.Suite(Some.Tenant, suite.Definition.Name).Start(Some.Request(suite, "run-cancelled"));
        await Waiting.Until(() => Model.Calls > 0);

        var cancelled = await silos.Grains.Run(new("run-cancelled")).Cancel();
        var asked = Model.Calls;
        gate.SetResult();

        Assert.Equal((RunStatus.Cancelled, 0L), (cancelled.Report.Status, cancelled.Report.CasesDone));
        var report = await Some.Reported(silos.Grains, suite, "run-after-cancel", Cancellation);
        Assert.Equal(40, report.CasesDone);
        Assert.Equal(40, Model.Calls);
        Assert.InRange(asked, 1, 16);
    }

    [Fact]
    public async Task WhatACancelledRunPaidForIsInItsReportAlsoWhenItsCaseWasNotFinished()
    {
        Model.Reset();
        await silos.ForgetLimits();
        var gate = new TaskCompletionSource();
        var late = 0;
        // The second turn's judgement waits, so that no case is finished and one call of each is answered.
        Model.Answer = (prompt, _) => ScriptedModel.Judges(prompt, 4);
        Model.Hold = prompt => prompt.Contains("And then?", StringComparison.Ordinal) && Interlocked.Increment(ref late) > 0 ? gate.Task : Task.CompletedTask;
        var definition = Some.Definition("cut-off") with { Judges = [.. new[] { "first", "second" }.Select(name => new ScoreJudge
        {
            Name = new(name), Model = new("scripted"),
            Asked = [new Criterion { Name = new("quality"), Question = name == "first" ? "Is it good?" : "And then?", Scale = new Scale(1, 5) }],
        })] };
        var suite = await Some.Stored(silos.Grains, "cut-off", 12, definition);
        await silos.Grains.Suite(Some.Tenant, suite.Definition.Name).Start(Some.Request(suite, "run-cut-off"));
        await Waiting.Until(() => Volatile.Read(ref late) >= 6);

        var run = silos.Grains.Run(new("run-cut-off"));
        var report = (await run.Cancel()).Report;
        var flying = Volatile.Read(ref late);
        var calls = Model.Calls;
        gate.SetResult();
        Assert.Equal((RunStatus.Cancelled, 0L, flying), (report.Status, report.CasesDone, report.Unsettled));
        Assert.Equal(calls - flying, report.Usage.Sum(line => line.Completions));
        await Waiting.Until(async () => (await run.Progress()).Report.Unsettled == 0);

        var settled = Assert.Single((await run.Progress()).Report.Usage);
        Assert.Equal((calls, new Usage(10 * calls, 5 * calls, 20 * calls)), (settled.Completions, settled.Usage));
        var rest = await Some.Reported(silos.Grains, suite, "run-cut-off-again", Cancellation);
        Assert.Equal(24, settled.Completions + rest.Usage.Sum(line => line.Completions));
        Assert.Equal(24, Model.Calls);
    }

    [Fact]
    public async Task ProgressTellsWhatCasesUnderWayHaveCost()
    {
        Model.Reset();
        await silos.ForgetLimits();
        var gate = new TaskCompletionSource();
        var held = 0;
        Model.Answer = (prompt, _) => ScriptedModel.Judges(prompt, 4);
        Model.Hold = prompt => prompt.Contains("And then?", StringComparison.Ordinal) && Interlocked.Increment(ref held) > 0 ? gate.Task : Task.CompletedTask;
        var definition = Some.Definition("under-way") with { Judges = [.. new[] { "first", "second" }.Select(name => new ScoreJudge
        {
            Name = new(name), Model = new("scripted"),
            Asked = [new Criterion { Name = new("quality"), Question = name == "first" ? "Is it good?" : "And then?", Scale = new Scale(1, 5) }],
        })] };
        var suite = await Some.Stored(silos.Grains, "under-way", 4, definition);
        await silos.Grains.Suite(Some.Tenant, suite.Definition.Name).Start(Some.Request(suite, "run-under-way"));
        var run = silos.Grains.Run(new("run-under-way"));
        await Waiting.Until(async () => (await run.Progress()).Report.Usage.Sum(line => line.Completions) == 4);
        var during = (await run.Progress()).Report;
        gate.SetResult();
        var report = await Some.Ended(silos.Grains, "run-under-way", Cancellation);

        Assert.Equal((0L, 0, 80L), (during.CasesDone, during.Unsettled, Assert.Single(during.Usage).Usage.CostMicros));
        Assert.Equal((8L, 160L), (Assert.Single(report.Usage).Completions, report.Usage[0].Usage.CostMicros));
    }

    [Theory]
    [InlineData("settled", true)]
    [InlineData("answered", false)]
    public async Task TheShardsOfACancelledRunLeaveTheMemoryAndAnswerTheSameWhenTheyAreCancelledAgain(string name, bool late)
    {
        Model.Reset();
        await silos.ForgetLimits();
        var gate = new TaskCompletionSource();
        Model.Answer = (prompt, _) => ScriptedModel.Judges(prompt, 4);
        Model.Hold = prompt => prompt.Contains("Question 7.", StringComparison.Ordinal) ? Task.CompletedTask : gate.Task;
        var suite = await Some.Stored(silos.Grains, name, 40);
        var (run, id) = (silos.Grains.Run(new($"run-{name}")), new RunId($"run-{name}"));
        await silos.Grains.Suite(Some.Tenant, suite.Definition.Name).Start(Some.Request(suite, $"run-{name}"));
        await Waiting.Until(() => Model.Calls >= 16);
        var read = new ConcurrentBag<string>();
        TwoSilos.Lost = call =>
        {
            if (call.InterfaceMethod is { Name: "Get", DeclaringType.Name: "IChunkGrain" })
            {
                read.Add(call.TargetId.ToString());
            }

            // From here on the run begins no other shard; what was asked may be answered.
            return call.InterfaceMethod is { Name: "Cancel", DeclaringType.Name: "IShardGrain" } && !late && gate.TrySetResult() && false;
        };
        Report report;
        try
        {
            report = (await run.Cancel()).Report;
        }
        finally
        {
            TwoSilos.Lost = null;
            gate.TrySetResult();
        }

        // Four shards are at work at once, and others were never begun.
        Assert.DoesNotContain(read, chunk => chunk.EndsWith("/4/0", StringComparison.Ordinal) || chunk.EndsWith("/5/0", StringComparison.Ordinal));
        Assert.True(!late || report.Unsettled > 0);
        await Waiting.Until(async () => (await run.Progress()).Report.Unsettled == 0);
        report = (await run.Progress()).Report;
        var shards = Enumerable.Range(0, suite.Plan.Partitions).Select(shard => silos.Grains.Shard(id, shard)).ToArray();
        var left = shards.Select(shard => shard.GetGrainId()).ToHashSet();
        await Waiting.Until(async () => !(await silos.Management.GetActiveGrains(GrainType.Create("shard"), Cancellation)).Any(left.Contains));

        // As where one of them could not be reached, and all are asked once more.
        var spec = (await run.Spec())!;
        var again = (await Task.WhenAll(shards.Select(shard => shard.Cancel(spec)))).Aggregate(Summary.Empty, (sum, one) => sum.Merge(one));
        Assert.Equal((report.Usage.Sum(line => line.Usage.CostMicros), report.CasesDone, 0), (again.Usage.Sum(line => line.Usage.CostMicros), again.Cases, again.Unsettled));
        Assert.True(again.Usage.Sum(line => line.Usage.CostMicros) > 0);
    }

    [Fact]
    public async Task ARunIsCancelledAtOnceAlsoWhileItsShardsReport()
    {
        Model.Reset();
        Model.Answer = (prompt, _) => ScriptedModel.Judges(prompt, 4);
        var suite = await Some.Stored(silos.Grains, "cancelled-at-once", 6);
        await Some.Reported(silos.Grains, suite, "run-before-cancels", Cancellation);

        // Every reply is kept, so that some shard reports at any moment.
        var ended = await Task.WhenAll(Enumerable.Range(0, 60).Select(async i =>
        {
            var run = $"run-cancelled-at-once-{i.ToString(System.Globalization.CultureInfo.InvariantCulture)}";
            await silos.Grains.Suite(Some.Tenant, suite.Definition.Name).Start(Some.Request(suite, run));
            return await silos.Grains.Run(new(run)).Cancel();
        })).WaitAsync(TimeSpan.FromSeconds(20), Cancellation);

        Assert.All(ended, progress => Assert.NotEqual(RunStatus.Running, progress.Report.Status));
    }

    [Fact]
    public async Task ACaseIsReadBackWithEverythingThatWasSaid()
    {
        Model.Reset();
        Model.Answer = (prompt, _) => ScriptedModel.Judges(prompt, 4);
        var suite = await Some.Stored(silos.Grains, "read-back", 3);
        await Some.Reported(silos.Grains, suite, "run-read-back", Cancellation);
        var spec = (await silos.Grains.Run(new("run-read-back")).Spec())!;
        var shard = Evaluation.Suites.CasePlan.PartitionOf("case-1", suite.Plan.Partitions);

        var reading = await silos.Grains.Shard(new("run-read-back"), shard).Read(spec, new("case-1"));

        var trial = Assert.Single(reading!.Trials);
        Assert.Contains("Question 1.", trial.Prompts[0].Messages[^1].Content, StringComparison.Ordinal);
        Assert.EndsWith("quality=4", trial.Replies[0], StringComparison.Ordinal);
        Assert.Equal("It is so.", trial.Explanation);
        Assert.Equal(["Answer 1. of read-back"], reading.Responses[0].Turns);
    }

    [Fact]
    public async Task ACaseThatFailedIsReadBackWithoutAReplyAlsoWhileAnotherRunAsksTheSameAndAfterwards()
    {
        Model.Reset();
        Model.Answer = (prompt, _) => prompt.Contains("Question 1.", StringComparison.Ordinal)
            ? new Attempt(new Completion.Failed(Reason.ContentFilter, "filtered"))
            : ScriptedModel.Judges(prompt, 4);
        var suite = await Some.Stored(silos.Grains, "read-failed", 3);
        await Some.Reported(silos.Grains, suite, "run-read-failed", Cancellation);
        var spec = (await silos.Grains.Run(new("run-read-failed")).Spec())!;
        var shard = silos.Grains.Shard(new("run-read-failed"), Evaluation.Suites.CasePlan.PartitionOf("case-1", suite.Plan.Partitions));
        var gate = new TaskCompletionSource();
        var held = new TaskCompletionSource();
        Model.Hold = prompt =>
        {
            _ = prompt.Contains("Question 1.", StringComparison.Ordinal) && held.TrySetResult();
            return gate.Task;
        };
        Model.Answer = (prompt, _) => ScriptedModel.Judges(prompt, 2);
        await silos.Grains.Suite(Some.Tenant, suite.Definition.Name).Start(Some.Request(suite, "run-read-failed-again"));
        await held.Task.WaitAsync(TimeSpan.FromSeconds(20), Cancellation);

        var during = await shard.Read(spec, new("case-1")).WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
        gate.SetResult();
        await Some.Ended(silos.Grains, "run-read-failed-again", Cancellation);
        var afterwards = await shard.Read(spec, new("case-1"));

        Assert.All([during!, afterwards!], reading => Assert.Equal(("", null), (Assert.Single(reading.Trials[0].Replies), reading.Trials[0].Explanation)));
    }

    [Fact]
    public async Task FinishedRunsAreNoLongerOpen()
    {
        Model.Reset();
        Model.Answer = (prompt, _) => ScriptedModel.Judges(prompt, 4);
        var suite = await Some.Stored(silos.Grains, "closed", 2);
        await Some.Reported(silos.Grains, suite, "run-closed", Cancellation);

        Assert.Empty((await silos.Grains.Tenant(Some.Tenant).Open()).Runs);
    }
}
