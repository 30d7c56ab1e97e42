using Assize.Evaluation;
using Assize.Evaluation.Runs;
using Assize.Gateway.Runs;
using Assize.Grains;
using Assize.Grains.Runs;
using Grpc.Core;
using static Assize.Gateway.Tests.Services.SuiteServiceTests;

namespace Assize.Gateway.Tests.Services;

[Collection(SharedCluster.Name)]
public sealed class ExportTests(ClusterFixture cluster)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AnExportHasEveryScoreOfEveryJudgementOnce()
    {
        var run = await Finished("exported", 40);

        var messages = await Exported(new V1.ExportRunRequest { Run = run });

        var rows = messages.SelectMany(message => message.Rows).ToArray();
        // Of each case: a score of a and of b, a comparison, and a fact about a and b.
        Assert.Equal(40 * 5, rows.Length);
        Assert.Equal(rows.Length, rows.Select(row => (row.Case, row.Judge, row.Candidate)).Distinct().Count());
        Assert.All(messages.SkipLast(1), message => Assert.False(message.Complete));
        Assert.Equal((true, 40L, 40L, V1.RunStatus.Completed), (messages[^1].Complete, messages[^1].Cases, messages[^1].CasesExported, messages[^1].Status));
        Assert.All(rows, row => Assert.Equal((run, "exported", 7L), (row.Run, row.Suite, row.Seed)));
        Assert.All(rows, row => Assert.True(row.Version.Length == 64 && row.JudgeFingerprint.Length == 64));
        Assert.All(rows, row => Assert.Equal([row.Case[^1] % 2 == 0 ? "category=even" : "category=odd"], row.Slices));
        Assert.All(rows, row => Assert.True(row.HasScore == (row.Outcome is V1.OutcomeKind.Scored) && row.HasPreferred == (row.Outcome is V1.OutcomeKind.Preferred) && row.HasReason == (row.Outcome is V1.OutcomeKind.Unscored)));
        Assert.All(rows.Where(row => row.Judge == "preference"), row => Assert.True(row is { HasCriterion: false, HasOpponent: true, Calls: >= 2 } && row.Completions.Count >= 1));
        Assert.All(rows.Where(row => row.Judge == "fact"), row => Assert.True(row is { Calls: 0, HasCriterion: true } && row.Models.Count == 0));
        Assert.All(rows.Where(row => row.Judge == "quality" && row.HasScore), row => Assert.True(row is { InputTokens: >= 0, LatencyMs: > 0 } && row.Models.Single() == "fast" && row.ModelFingerprints.Count == 1 && row.ReportedModels.Single().Length > 0));
        Assert.All(rows, row => Assert.False(row.HasInput || row.Responses.Count > 0 || row.Prompts.Count > 0));

        var report = (await cluster.Runs.GetReportAsync(new V1.GetReportRequest { Run = run }, cancellationToken: Stop)).Report;
        Assert.Equal(report.Usage.Sum(line => line.Usage.InputTokens), rows.Sum(row => row.InputTokens));
        var mean = report.Scores.Single(line => line is { Candidate: "a", Judge: "quality", Slice: "all" }).Estimate.Value;
        Assert.Equal(mean, rows.Where(row => row is { Candidate: "a", Judge: "quality", HasScore: true }).Average(row => row.Score), 10);
    }

    [Fact]
    public async Task TextsComeWhereTheyAreAskedFor()
    {
        var run = await Finished("texts", 3);

        var rows = (await Exported(new V1.ExportRunRequest { Run = run, Texts = true })).SelectMany(message => message.Rows).ToArray();

        var row = rows.First(one => one is { Case: "case-002", Judge: "quality", Candidate: "a" });
        Assert.Equal("user: What is 2 plus 2?", row.Input);
        Assert.Equal(["The sum is 4."], row.Responses);
        Assert.Contains("What is 2 plus 2?", row.Prompts[0], StringComparison.Ordinal);
        Assert.NotEmpty(row.Replies[0]);
        Assert.Equal(["Perhaps 2?"], rows.First(one => one is { Case: "case-002", Judge: "preference" }).OpponentResponses);
    }

    [Fact]
    public async Task TextsOfAJudgementComeOnceHoweverManyItsCriteria()
    {
        var suite = Samples.Suite("texts-once");
        suite.Judges[0].Score.Criteria.Add(new V1.Criterion { Name = "kind", Question = "Is it kind?", Scale = new V1.Scale { Min = 1, Max = 5 } });
        await cluster.Create(suite, Samples.Exhibits(3));
        var run = (await cluster.Start("texts-once")).Id;
        await cluster.Watch(run);

        var rows = (await Exported(new V1.ExportRunRequest { Run = run, Texts = true })).SelectMany(message => message.Rows).Where(row => row.Judge == "quality").ToArray();

        Assert.Equal(3 * 2 * 2, rows.Length);
        Assert.All(rows, row => Assert.Equal(row.Criterion == "correct", row.HasInput && row.Responses.Count > 0 && row.Prompts.Count > 0));
        Assert.All(rows.Where(row => row.Criterion == "kind"), row => Assert.False(row.HasInput || row.Responses.Count > 0 || row.Prompts.Count > 0 || row.Replies.Count > 0 || row.HasExplanation));
    }

    [Fact]
    public async Task WhoeverIsCutOffGoesOnWithTheCursor()
    {
        var run = await Finished("cut-off", 400);
        var whole = (await Exported(new V1.ExportRunRequest { Run = run })).SelectMany(message => message.Rows).Select(Key).ToArray();

        var parts = new List<string>();
        var cursor = "";
        for (var complete = false; !complete;)
        {
            using var call = cluster.Runs.ExportRun(new V1.ExportRunRequest { Run = run, Cursor = cursor }, cancellationToken: Stop);
            Assert.True(await call.ResponseStream.MoveNext(Stop));
            parts.AddRange(call.ResponseStream.Current.Rows.Select(Key));
            (cursor, complete) = (call.ResponseStream.Current.Cursor, call.ResponseStream.Current.Complete);
        }

        Assert.Equal(400 * 5, whole.Length);
        Assert.Equal(whole, parts);
        Mistaken(await Refused(() => Exported(new V1.ExportRunRequest { Run = run, Cursor = "bm9uc2Vuc2U" })), "cursor");
    }

    [Fact]
    public async Task ARunAtWorkIsExportedAsFarAsItIsAndTheRestWithTheCursor()
    {
        await cluster.Create(Samples.Suite("partial", "slow"), Samples.Exhibits(6));
        var run = (await cluster.Start("partial")).Id;
        var first = await Exported(new V1.ExportRunRequest { Run = run });
        Assert.Equal((false, V1.RunStatus.Running), (first[^1].Complete, first[^1].Status));
        Assert.Equal(first[^1].CasesExported * 5, first.Sum(message => message.Rows.Count));

        var rest = await Exported(new V1.ExportRunRequest { Run = run, Cursor = first[^1].Cursor, Follow = true });

        Assert.Equal((true, 6L, V1.RunStatus.Completed), (rest[^1].Complete, rest[^1].CasesExported, rest[^1].Status));
        var rows = first.Concat(rest).SelectMany(message => message.Rows).Select(Key).ToArray();
        Assert.Equal(6 * 5, rows.Length);
        Assert.Equal(rows.Length, rows.Distinct().Count());
    }

    [Fact]
    public async Task AReaderThatStopsHoldsNothingUp()
    {
        await cluster.Create(Samples.Suite("stopped"), Samples.Exhibits(3_000));
        var run = (await cluster.Start("stopped")).Id;
        using var call = cluster.Runs.ExportRun(new V1.ExportRunRequest { Run = run, Follow = true, Texts = true }, cancellationToken: Stop);
        Assert.True(await call.ResponseStream.MoveNext(Stop));

        // Nothing more is read from the export, and the run ends all the same.
        Assert.Equal(V1.RunStatus.Completed, (await cluster.Watch(run))[^1].Run.Status);

        var last = call.ResponseStream.Current;
        while (await call.ResponseStream.MoveNext(Stop))
        {
            last = call.ResponseStream.Current;
        }

        Assert.Equal((true, 3_000L), (last.Complete, last.CasesExported));
    }

    [Fact]
    public async Task ADeletedRunIsNotFoundAndDeletingTwiceIsFine()
    {
        var run = await Finished("deleted", 10);
        RefusedWith(StatusCode.FailedPrecondition, "has runs", await Refused(() => cluster.Suites.DeleteSuiteAsync(new V1.DeleteSuiteRequest { Name = "deleted" }, cancellationToken: Stop).ResponseAsync));

        Assert.True((await cluster.Runs.DeleteRunAsync(new V1.DeleteRunRequest { Run = run }, cancellationToken: Stop)).Existed);
        Missing(run, await Refused(() => cluster.Runs.GetRunAsync(new V1.GetRunRequest { Run = run }, cancellationToken: Stop).ResponseAsync));
        Missing(run, await Refused(() => Exported(new V1.ExportRunRequest { Run = run })));
        await Until(async () => (await cluster.Runs.DeleteRunAsync(new V1.DeleteRunRequest { Run = run }, cancellationToken: Stop)).Done);
        Assert.False((await cluster.Runs.DeleteRunAsync(new V1.DeleteRunRequest { Run = run }, cancellationToken: Stop)).Existed);

        Assert.True((await cluster.Suites.DeleteSuiteAsync(new V1.DeleteSuiteRequest { Name = "deleted" }, cancellationToken: Stop)).Existed);
        Missing("deleted", await Refused(() => cluster.Suites.GetSuiteAsync(new V1.GetSuiteRequest { Name = "deleted" }, cancellationToken: Stop).ResponseAsync));
        await Until(async () => (await cluster.Suites.DeleteSuiteAsync(new V1.DeleteSuiteRequest { Name = "deleted" }, cancellationToken: Stop)).Done);
    }

    [Fact]
    public async Task AnExportOfARunThatIsDeletedMeanwhileIsNotToldToBeComplete()
    {
        var run = await Finished("deleted-meanwhile", 200);
        var spec = await cluster.Grains.FindRun(run);
        await using var messages = new RunExport(cluster.Grains, spec, new V1.ExportRunRequest { Run = run }, TimeProvider.System).Messages(Stop).GetAsyncEnumerator(Stop);
        Assert.True(await messages.MoveNextAsync());
        await Until(async () => (await cluster.Runs.DeleteRunAsync(new V1.DeleteRunRequest { Run = run }, cancellationToken: Stop)).Done);

        // Told as NOT_FOUND.
        await Assert.ThrowsAsync<NoRunException>(async () =>
        {
            while (await messages.MoveNextAsync())
            {
                Assert.False(messages.Current.Complete);
            }
        });
    }

    [Fact]
    public async Task WhatIsLeftOfAnExpiredRunIsDeletedAndItsRequestStartsAnother()
    {
        await cluster.Create(Samples.Suite("expired"), Samples.Exhibits(3));
        var run = (await cluster.Start("expired", "expired-1")).Id;
        await cluster.Watch(run);
        await cluster.Grains.Suite(TenantName.Default, new("expired")).Expire(new Expiry(DateTimeOffset.MaxValue, DateTimeOffset.MinValue));
        await Until(async () => (await cluster.Grains.Tenant(TenantName.Default).Open()).Runs.All(open => open.Run.Value != run));

        var next = (await cluster.Start("expired", "expired-1")).Id;
        Assert.NotEqual(run, next);
        Missing(run, await Refused(() => cluster.Runs.GetRunAsync(new V1.GetRunRequest { Run = run }, cancellationToken: Stop).ResponseAsync));
        Assert.True((await cluster.Runs.DeleteRunAsync(new V1.DeleteRunRequest { Run = run }, cancellationToken: Stop)).Existed);
        await Until(async () => (await cluster.Runs.DeleteRunAsync(new V1.DeleteRunRequest { Run = run }, cancellationToken: Stop)).Done);
        Assert.Equal(next, (await cluster.Start("expired", "expired-1")).Id);
    }

    [Fact]
    public async Task ARunAtWorkIsNotDeletedBeforeItIsCancelled()
    {
        await cluster.Create(Samples.Suite("working", "slow"), Samples.Exhibits(100));
        var run = (await cluster.Start("working")).Id;
        RefusedWith(StatusCode.FailedPrecondition, "Cancel it first", await Refused(() => cluster.Runs.DeleteRunAsync(new V1.DeleteRunRequest { Run = run }, cancellationToken: Stop).ResponseAsync));

        await cluster.Runs.CancelRunAsync(new V1.CancelRunRequest { Run = run }, cancellationToken: Stop);
        Assert.True((await cluster.Runs.DeleteRunAsync(new V1.DeleteRunRequest { Run = run }, cancellationToken: Stop)).Existed);
        await Until(async () => (await cluster.Runs.DeleteRunAsync(new V1.DeleteRunRequest { Run = run }, cancellationToken: Stop)).Done);
    }

    private static string Key(V1.ExportRow row) => $"{row.Case}|{row.Judge}|{row.Candidate}|{row.Criterion}";

    private static void RefusedWith(StatusCode code, string why, RpcException refused)
    {
        Assert.Equal(code, refused.StatusCode);
        Assert.Contains(why, refused.Status.Detail, StringComparison.Ordinal);
    }

    private static async Task Until(Func<Task<bool>> condition)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        using var often = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await condition())
        {
            await often.WaitForNextTickAsync(deadline.Token);
        }
    }

    private async Task<string> Finished(string suite, int cases)
    {
        await cluster.Create(Samples.Suite(suite), Samples.Exhibits(cases));
        var run = await cluster.Start(suite);
        await cluster.Watch(run.Id);
        return run.Id;
    }

    private async Task<List<V1.ExportRunResponse>> Exported(V1.ExportRunRequest request)
    {
        using var call = cluster.Runs.ExportRun(request, cancellationToken: Stop);
        var messages = new List<V1.ExportRunResponse>();
        await foreach (var message in call.ResponseStream.ReadAllAsync(Stop))
        {
            messages.Add(message);
        }

        return messages;
    }
}
