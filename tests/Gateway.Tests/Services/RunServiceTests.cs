using System.Text.Json;
using Assize.Evaluation;
using Assize.Gateway.Translation;
using Assize.Grains;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using static Assize.Gateway.Tests.Services.SuiteServiceTests;

namespace Assize.Gateway.Tests.Services;

[Collection(SharedCluster.Name)]
public sealed class RunServiceTests(ClusterFixture cluster)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TheSameRequestTwiceIsOneRun()
    {
        await cluster.Create(Samples.Suite("once"), Samples.Exhibits(2));
        var first = await cluster.Start("once", "request-1");
        Assert.Equal(first.Id, (await cluster.Start("once", "request-1")).Id);
        Assert.NotEqual(first.Id, (await cluster.Start("once", "request-2")).Id);
        Assert.NotEqual((await cluster.Start("once")).Id, (await cluster.Start("once")).Id);
        Assert.Equal(first.Id, (await cluster.Runs.GetRunAsync(new V1.GetRunRequest { Run = first.Id }, cancellationToken: Stop)).Run.Id);
    }

    [Fact]
    public async Task ARepeatedRequestIsAnsweredWithItsRunWhateverMayHaveBecomeOfMoneyVersionAndModels()
    {
        await cluster.Create(Samples.Suite("repeated"), Samples.Exhibits(40));
        var request = new V1.StartRunRequest { Suite = "repeated", RequestId = "repeated-1", Budget = new V1.Budget { Amount = "0.000001" } };
        var first = (await cluster.Runs.StartRunAsync(request, cancellationToken: Stop)).Run;

        // As where what the run holds is missing for its own estimate, and its version was replaced and is gone.
        foreach (var repeated in new[] { new V1.StartRunRequest(request) { Strict = true }, new(request) { Version = "abcdef" } })
        {
            Assert.Equal(first.Id, (await cluster.Runs.StartRunAsync(repeated, cancellationToken: Stop)).Run.Id);
        }

        Mistaken(await Refused(() => cluster.Runs.StartRunAsync(new V1.StartRunRequest(request) { Strict = true, RequestId = "repeated-2" }, cancellationToken: Stop).ResponseAsync), "strict");
    }

    [Fact]
    public async Task ARunKeepsItsSeedAndLabels()
    {
        await cluster.Create(Samples.Suite("labelled"), Samples.Exhibits(1));
        var run = (await cluster.Runs.StartRunAsync(new V1.StartRunRequest { Suite = "labelled", Seed = -5, Labels = { ["commit"] = "abc", ["B"] = "" } }, cancellationToken: Stop)).Run;
        var read = (await cluster.Runs.GetRunAsync(new V1.GetRunRequest { Run = run.Id }, cancellationToken: Stop)).Run;
        Assert.Equal(-5, read.Seed);
        Assert.Equal("abc", read.Labels["commit"]);
        Assert.Equal("", read.Labels["B"]);
        Assert.True(read.Simulated);
    }

    [Fact]
    public async Task EveryMistakeOfARequestForARunIsToldAtOnce()
    {
        await cluster.Create(Samples.Suite("labelled-wrongly"), Samples.Exhibits(1));
        var request = new V1.StartRunRequest { Suite = "labelled-wrongly", RequestId = new string('x', 129), Labels = { [""] = "nameless", ["long"] = new string('v', 257) } };
        var mistakes = Mistaken(await Refused(() => cluster.Runs.StartRunAsync(request, cancellationToken: Stop).ResponseAsync), "request_id");
        Assert.Equal(["request_id", "labels", "labels"], mistakes.Select(mistake => mistake.Field));
    }

    [Fact]
    public async Task ARunOfWhatDoesNotExistIsRefused()
    {
        await cluster.Create(Samples.Suite("startable"), Samples.Exhibits(1));
        Missing("no-such", await Refused(() => cluster.Start("no-such")));
        Missing("abcdef", await Refused(() => cluster.Runs.StartRunAsync(new V1.StartRunRequest { Suite = "startable", Version = "abcdef" }, cancellationToken: Stop).ResponseAsync));
        Mistaken(await Refused(() => cluster.Start("startable", new string('x', 129))), "request_id");
        Assert.NotEmpty((await cluster.Start("startable", new string('x', 128))).Id);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("00000000000000000000000000")]
    public async Task EveryCallOnARunThatDoesNotExistSaysSo(string run)
    {
        Missing(run, await Refused(() => cluster.Runs.GetRunAsync(new V1.GetRunRequest { Run = run }, cancellationToken: Stop).ResponseAsync));
        Missing(run, await Refused(() => cluster.Runs.GetReportAsync(new V1.GetReportRequest { Run = run }, cancellationToken: Stop).ResponseAsync));
        Missing(run, await Refused(() => cluster.Runs.CancelRunAsync(new V1.CancelRunRequest { Run = run }, cancellationToken: Stop).ResponseAsync));
        Missing(run, await Refused(() => cluster.Runs.ListJudgementsAsync(new V1.ListJudgementsRequest { Run = run }, cancellationToken: Stop).ResponseAsync));
        Missing(run, await Refused(() => cluster.Watch(run)));
    }

    [Fact]
    public async Task RunsArePagedNewestFirstAndFilteredBySuiteAndStatus()
    {
        await cluster.Create(Samples.Suite("listed"), Samples.Exhibits(1));
        var started = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            var run = await cluster.Start("listed");
            await cluster.Watch(run.Id);
            started.Insert(0, run.Id);
        }

        foreach (var size in new[] { 1, 2, 5, 50 })
        {
            // Ids made in one millisecond have no order of their own.
            Assert.Equal(started.Order(), (await Listed(new V1.ListRunsRequest { Suite = "listed", PageSize = size })).Order());
        }

        Assert.Equal(5, (await Listed(new V1.ListRunsRequest { Suite = "listed", Status = V1.RunStatus.Completed, PageSize = 2 })).Count);
        Assert.Empty(await Listed(new V1.ListRunsRequest { Suite = "listed", Status = V1.RunStatus.Cancelled, PageSize = 2 }));
        var all = await Listed(new V1.ListRunsRequest { PageSize = 3 });
        Assert.Equal(all.Distinct().OrderDescending(StringComparer.Ordinal), all);
        Assert.Superset(started.ToHashSet(), all.ToHashSet());
        Mistaken(await Refused(() => cluster.Runs.ListRunsAsync(new V1.ListRunsRequest { PageToken = "***" }, cancellationToken: Stop).ResponseAsync), "page_token");
    }

    [Fact]
    public async Task ARunThatIsGoneOrHasNotBegunIsLeftOutOfTheLists()
    {
        await cluster.Create(Samples.Suite("gaps", "slow"), Samples.Exhibits(4));
        var (gone, there) = (await cluster.Start("gaps"), await cluster.Start("gaps"));
        await cluster.Watch(gone.Id);
        await cluster.Watch(there.Id);
        // Its suite still lists it, as in the moment of its removal; and a run is noted before it begins.
        await cluster.Grains.Run(new(gone.Id)).Forget();
        await cluster.Grains.Tenant(TenantName.Default).Opened(new("gaps"), new RunId("01J00000000000000000000000"));

        Assert.Equal([there.Id], await Listed(new V1.ListRunsRequest { Suite = "gaps", PageSize = 1 }));
        Assert.Empty(await Listed(new V1.ListRunsRequest { Suite = "gaps", Status = V1.RunStatus.Running, PageSize = 10 }));
        await cluster.Grains.Tenant(TenantName.Default).Closed(new RunId("01J00000000000000000000000"));
    }

    [Fact]
    public async Task TheRunsThatAreAtWorkAreListedNewestFirstPageByPage()
    {
        await cluster.Create(Samples.Suite("at-work", "slow"), Samples.Exhibits(300));
        await cluster.Create(Samples.Suite("at-work-too", "slow"), Samples.Exhibits(300));
        var ended = await cluster.Start("at-work");
        await cluster.Runs.CancelRunAsync(new V1.CancelRunRequest { Run = ended.Id }, cancellationToken: Stop);
        string[] started = [(await cluster.Start("at-work")).Id, (await cluster.Start("at-work")).Id];
        var other = await cluster.Start("at-work-too");

        Assert.Equal(started.OrderDescending(StringComparer.Ordinal), await Listed(new V1.ListRunsRequest { Suite = "at-work", Status = V1.RunStatus.Running, PageSize = 1 }));
        Assert.Superset(started.Append(other.Id).ToHashSet(), (await Listed(new V1.ListRunsRequest { Status = V1.RunStatus.Running, PageSize = 2 })).ToHashSet());
        Assert.Equal([ended.Id], await Listed(new V1.ListRunsRequest { Suite = "at-work", Status = V1.RunStatus.Cancelled, PageSize = 5 }));
        foreach (var run in started.Append(other.Id))
        {
            await cluster.Runs.CancelRunAsync(new V1.CancelRunRequest { Run = run }, cancellationToken: Stop);
        }
    }

    [Fact]
    public async Task AWatchEndsWithTheFinalReport()
    {
        await cluster.Create(Samples.Suite("watched", "slow"), Samples.Exhibits(4));
        var run = await cluster.Start("watched");
        var watches = await Task.WhenAll(cluster.Watch(run.Id), cluster.Watch(run.Id));
        var report = (await cluster.Runs.GetReportAsync(new V1.GetReportRequest { Run = run.Id }, cancellationToken: Stop)).Report;
        foreach (var messages in watches)
        {
            Assert.True(messages.Count > 1);
            Assert.Equal(messages.Select(message => message.Run.CasesDone).Order(), messages.Select(message => message.Run.CasesDone));
            Assert.Equal(V1.RunStatus.Completed, messages[^1].Run.Status);
            Assert.Equal(4, messages[^1].Run.CasesDone);
            Assert.Equal(report, messages[^1].Report);
            Assert.All(messages.SkipLast(1), message => Assert.Equal(V1.RunStatus.Running, message.Run.Status));
        }

        var late = Assert.Single(await cluster.Watch(run.Id));
        Assert.Equal(report, late.Report);
    }

    [Theory]
    [InlineData(50 * 24 * 3600L, 9210)]
    [InlineData(300_000_000_000L, 9220)]
    [InlineData(-1L, 9230)]
    public async Task AWatchTakesAnyIntervalForWhatIsNearestToItAndPossible(long seconds, int from)
    {
        // Cases of its own: what is known already would have been answered before anybody watches.
        await cluster.Create(Samples.Suite("seldom-watched", "slow"), Samples.Exhibits(from + 4).Skip(from));
        var run = await cluster.Start("seldom-watched");
        using var call = cluster.Runs.WatchRun(new V1.WatchRunRequest { Run = run.Id, Interval = new Duration { Seconds = seconds } }, cancellationToken: Stop);
        Assert.True(await call.ResponseStream.MoveNext(Stop));
        var next = call.ResponseStream.MoveNext(Stop);
        await cluster.Watch(run.Id);

        // Whoever wants to hear of it seldom is still waiting, or was told of its end.
        Assert.False(next.IsFaulted);
    }

    [Theory]
    [InlineData(long.MinValue, 0)]
    [InlineData(0, int.MinValue)]
    [InlineData(1, -1)]
    public async Task AnIntervalThatIsNoDurationIsAMistake(long seconds, int nanos)
    {
        var run = await Finished("watched-wrongly", 1);
        using var call = cluster.Runs.WatchRun(new V1.WatchRunRequest { Run = run, Interval = new Duration { Seconds = seconds, Nanos = nanos } }, cancellationToken: Stop);
        Mistaken(await Refused(() => call.ResponseStream.MoveNext(Stop)), "interval");
    }

    [Fact]
    public async Task AReportSurvivesTheWire()
    {
        var run = await Finished("wire", 12);
        var report = (await cluster.Runs.GetReportAsync(new V1.GetReportRequest { Run = run }, cancellationToken: Stop)).Report;
        Assert.NotEmpty(report.Scores);
        Assert.NotEmpty(report.Differences);
        Assert.NotEmpty(report.Preferences);
        Assert.NotEmpty(report.Usage);
        Assert.NotEmpty(report.Changes);
        var domain = report.ToDomain();
        Assert.Equal(report, domain.ToProto());
        Assert.Equal(JsonSerializer.Serialize(domain, EvaluationJson.Plain.Report), JsonSerializer.Serialize(domain.ToProto().ToDomain(), EvaluationJson.Plain.Report));
    }

    [Fact]
    public async Task AWatcherThatLeavesDoesNotDisturbTheRun()
    {
        await cluster.Create(Samples.Suite("left", "slow"), Samples.Exhibits(4));
        var run = await cluster.Start("left");
        using (var leaving = cluster.Runs.WatchRun(new V1.WatchRunRequest { Run = run.Id }, cancellationToken: Stop))
        {
            Assert.True(await leaving.ResponseStream.MoveNext(Stop));
        }

        Assert.Equal(V1.RunStatus.Completed, (await cluster.Watch(run.Id))[^1].Run.Status);
    }

    [Fact]
    public async Task ACancelledRunStopsAskingAndKeepsWhatIsFinished()
    {
        await cluster.Create(Samples.Suite("cancelled", "slow"), Samples.Exhibits(300));
        var run = await cluster.Start("cancelled");
        using (var call = cluster.Runs.WatchRun(new V1.WatchRunRequest { Run = run.Id }, deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(40), cancellationToken: Stop))
        {
            do
            {
                Assert.True(await call.ResponseStream.MoveNext(Stop));
            }
            while (call.ResponseStream.Current.InFlight == 0);
        }

        var during = (await cluster.Runs.GetReportAsync(new V1.GetReportRequest { Run = run.Id }, cancellationToken: Stop)).Report;
        Assert.Equal(V1.RunStatus.Running, during.Status);
        await cluster.Runs.CancelRunAsync(new V1.CancelRunRequest { Run = run.Id }, cancellationToken: Stop);
        var last = (await cluster.Watch(run.Id))[^1];
        Assert.Equal(V1.RunStatus.Cancelled, last.Run.Status);
        Assert.True(last.Run.CasesDone < last.Run.Cases);
        Assert.Equal(300, last.Report.Cases);
        _ = last.Report.ToDomain();
        Assert.Equal(V1.RunStatus.Cancelled, (await cluster.Runs.CancelRunAsync(new V1.CancelRunRequest { Run = run.Id }, cancellationToken: Stop)).Run.Status);

        // A second of real time passes while nothing of this run may be asked.
        using var second = new PeriodicTimer(TimeSpan.FromSeconds(1));
        await second.WaitForNextTickAsync(Stop);
        var asked = cluster.Slow.Stats.Requests;
        await second.WaitForNextTickAsync(Stop);
        Assert.Equal(asked, cluster.Slow.Stats.Requests);
        Assert.Equal(last.Report, (await cluster.Runs.GetReportAsync(new V1.GetReportRequest { Run = run.Id }, cancellationToken: Stop)).Report);
    }

    [Fact]
    public async Task PagesOfJudgementsHoldEachOnce()
    {
        var run = await Finished("judged", 40);
        var all = await Judgements(new V1.ListJudgementsRequest { Run = run, PageSize = 500 });
        // Two candidates under two judges, and one pair.
        Assert.Equal(40 * 5, all.Count);
        Assert.Equal(all.Count, all.Select(Key).Distinct().Count());
        foreach (var size in new[] { 1, 7, 200 })
        {
            Assert.Equal(all, await Judgements(new V1.ListJudgementsRequest { Run = run, PageSize = size }));
        }

        Mistaken(await Refused(() => Judgements(new V1.ListJudgementsRequest { Run = run, PageToken = "***" })), "page_token");
        Mistaken(await Refused(() => Judgements(new V1.ListJudgementsRequest { Run = run, PageToken = "YWJj" })), "page_token");
    }

    [Fact]
    public async Task EachFilterLeavesExactlyWhatMatches()
    {
        var run = await Finished("filtered", 200);
        var all = await Judgements(new V1.ListJudgementsRequest { Run = run, PageSize = 500 });
        Dictionary<string, (V1.ListJudgementsRequest Request, Func<V1.Judgement, bool> Matches)> filters = new()
        {
            ["candidate"] = (new() { Candidate = "b" }, one => one.Candidate == "b" || one.Opponent == "b"),
            ["judge"] = (new() { Judge = "quality" }, one => one.Judge == "quality"),
            ["slice"] = (new() { Slice = "category=even" }, one => one.Slices.Contains("category=even")),
            ["case"] = (new() { CaseId = "case-007" }, one => one.Case.Id == "case-007"),
            ["scored"] = (new() { Outcome = V1.OutcomeKind.Scored }, one => one.OutcomeCase is V1.Judgement.OutcomeOneofCase.Scores),
            ["preferred"] = (new() { Outcome = V1.OutcomeKind.Preferred }, one => one.OutcomeCase is V1.Judgement.OutcomeOneofCase.Preference),
            ["failed"] = (new() { Failed = true }, one => one.Judge == "fact" && one.OutcomeCase is V1.Judgement.OutcomeOneofCase.Scores && one.Scores.Scores_[0].Value == 0),
            ["below"] = (new() { Judge = "quality", Below = 3 }, one => one.Judge == "quality" && one.OutcomeCase is V1.Judgement.OutcomeOneofCase.Scores && one.Scores.Scores_[0].Value < 3),
            ["unscored"] = (new() { Outcome = V1.OutcomeKind.Unscored }, one => one.OutcomeCase is V1.Judgement.OutcomeOneofCase.Unscored),
        };
        foreach (var (name, (request, matches)) in filters)
        {
            request.Run = run;
            request.PageSize = 30;
            var expected = all.Where(matches).ToList();
            Assert.True(expected.Count > 0 && expected.Count < all.Count, $"the filter by {name} has {expected.Count} of {all.Count}");
            Assert.Equal(expected, await Judgements(request));
        }
    }

    [Fact]
    public async Task ACaseThatTheSuiteDoesNotHaveIsAMistakeWithTheNearestIds()
    {
        var run = await Finished("no-such-case", 30);
        var refused = await Refused(() => Judgements(new V1.ListJudgementsRequest { Run = run, CaseId = "case-0111" }));

        Mistaken(refused, "case_id");
        Assert.Contains("no case 'case-0111'. Did you mean 'case-011'", refused.Status.Detail, StringComparison.Ordinal);
        Mistaken(await Refused(() => Judgements(new V1.ListJudgementsRequest { Run = run, CaseId = "nope" })), "case_id");
        Mistaken(await Refused(() => Judgements(new V1.ListJudgementsRequest { Run = run, Judge = "quality", Failed = true })), "failed");
        // A case that no other filter leaves anything of is one all the same.
        Assert.Empty(await Judgements(new V1.ListJudgementsRequest { Run = run, CaseId = "case-011", Below = -1 }));
    }

    [Fact]
    public async Task AJudgementCarriesItsTextsAndWhereItComesFrom()
    {
        var run = await Finished("texts", 9003, 9000);
        foreach (var judgement in await Judgements(new V1.ListJudgementsRequest { Run = run, Judge = "quality", Outcome = V1.OutcomeKind.Scored }))
        {
            Assert.NotEmpty(judgement.Response);
            Assert.NotEmpty(judgement.JudgeFingerprint);
            Assert.NotEmpty(judgement.Case.Turns[0].References);
            Assert.All(judgement.Calls, call =>
            {
                Assert.NotEmpty(call.Key);
                Assert.NotEmpty(call.Prompt);
                Assert.NotEmpty(call.Reply);
                // No other suite has these cases, so that this run paid for them.
                Assert.True(call.Paid);
                Assert.True(call.InputTokens > 0 && call.OutputTokens > 0 && call.Attempts >= 1);
                Assert.Equal("fast", call.Model);
            });
            Assert.Contains(judgement.Calls[0].Prompt, message => message.Content.Contains(judgement.Response[0], StringComparison.Ordinal));
        }

        var brief = await Judgements(new V1.ListJudgementsRequest { Run = run, Brief = true });
        Assert.NotEmpty(brief.SelectMany(judgement => judgement.Calls));
        Assert.All(brief.SelectMany(judgement => judgement.Calls), call => Assert.True(call.Prompt.Count == 0 && call.Reply.Length == 0));
    }

    [Fact]
    public async Task TheModelsAreListedWithoutKeysAndAddresses()
    {
        var models = (await cluster.Runs.ListModelsAsync(new V1.ListModelsRequest(), cancellationToken: Stop)).Models;
        Assert.Equal(["fast", "listening", "one-name", "other-name", "slow", "sound", "stuck"], models.Select(model => model.Name).Order());
        var json = models.ToString();
        Assert.DoesNotContain("127.0.0.1", json, StringComparison.Ordinal);
        Assert.DoesNotContain("localhost", json, StringComparison.Ordinal);
        Assert.DoesNotContain(V1.ModelCard.Descriptor.Fields.InDeclarationOrder(), field => field.Name.Contains("key", StringComparison.Ordinal) || field.Name.Contains("endpoint", StringComparison.Ordinal));
    }

    private static (string, string, string, string, int) Key(V1.Judgement one) => (one.Case.Id, one.Judge, one.Candidate, one.Opponent, one.Turn);

    private async Task<string> Finished(string suite, int cases, int skipped = 0)
    {
        await cluster.Create(Samples.Suite(suite), Samples.Exhibits(cases).Skip(skipped));
        var run = await cluster.Start(suite, "finished");
        Assert.Equal(V1.RunStatus.Completed, (await cluster.Watch(run.Id))[^1].Run.Status);
        return run.Id;
    }

    private async Task<List<string>> Listed(V1.ListRunsRequest request)
    {
        var runs = new List<string>();
        do
        {
            var page = await cluster.Runs.ListRunsAsync(request, cancellationToken: Stop);
            Assert.True(page.Runs.Count <= request.PageSize);
            runs.AddRange(page.Runs.Select(run => run.Id));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return runs;
    }

    private async Task<List<V1.Judgement>> Judgements(V1.ListJudgementsRequest request)
    {
        var judgements = new List<V1.Judgement>();
        do
        {
            var page = await cluster.Runs.ListJudgementsAsync(request, cancellationToken: Stop);
            judgements.AddRange(page.Judgements);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return judgements;
    }
}
