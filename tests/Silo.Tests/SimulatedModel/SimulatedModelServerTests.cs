using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.SimulatedModel;
using Assize.Silo.Models;
using Assize.Silo.Tests.Models;
using Microsoft.Extensions.Configuration;

namespace Assize.Silo.Tests.SimulatedModel;

public sealed class SimulatedModelServerTests : IDisposable
{
    private static readonly SimulationOptions Perfect = new() { Accuracy = 1, Noise = 0, PositionBias = 0 };

    private readonly HttpClient http = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<bool> Forms => [true, false];

    public void Dispose() => http.Dispose();

    [Fact]
    public async Task TheSameBodiesGetTheSameRepliesFromAnyServerInAnyOrder()
    {
        var bodies = Enumerable.Range(0, 40).Select(i => Body($"Tell me about subject number {i}, and the weather there.")).ToArray();
        await using var one = await Start(new SimulationOptions());
        await using var two = await Start(new SimulationOptions());
        var first = new Dictionary<string, string>();
        foreach (var body in bodies)
        {
            first[body] = await Text(one, body);
        }

        var second = await Task.WhenAll(bodies.Reverse().Select(async body => (body, Reply: await Text(two, body))));
        Assert.All(second, asked => Assert.Equal(first[asked.body], asked.Reply));
        Assert.NotEqual(1, first.Values.Distinct().Count());
    }

    [Fact]
    public async Task AnotherSeedIsAnotherModel()
    {
        var bodies = Enumerable.Range(0, 10).Select(i => Body($"Tell me about subject number {i}, and the weather there.")).ToArray();
        await using var one = await Start(new SimulationOptions { Seed = 1 });
        await using var two = await Start(new SimulationOptions { Seed = 2 });
        var same = 0;
        foreach (var body in bodies)
        {
            same += await Text(one, body) == await Text(two, body) ? 1 : 0;
        }

        Assert.InRange(same, 0, 5);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task APerfectJudgeScoresInTheTrueOrder(bool structured)
    {
        await using var server = await Start(Perfect);
        var values = new List<double[]>();
        foreach (var answer in new[] { SomeTrial.Wrong, SomeTrial.HalfRight, SomeTrial.Right })
        {
            var outcome = Assert.IsType<Outcome.Scored>(await Model(server).Judged(SomeTrial.Score, SomeTrial.Of(SomeTrial.Score, answer, structured: structured)));
            Assert.Equal(["quality", "tone", "exact"], outcome.Scores.Select(score => score.Criterion.Value));
            values.Add([.. outcome.Scores.Select(score => score.Value)]);
        }

        Assert.All(Enumerable.Range(0, 3), criterion => Assert.True(values[0][criterion] < values[1][criterion] && values[1][criterion] < values[2][criterion]));
        Assert.Equal([10, 1, 1], values[2]);
        Assert.Equal(3, server.Stats.Requests);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task APerfectJudgePrefersTheBetterWhicheverComesFirst(bool structured)
    {
        await using var server = await Start(Perfect);
        Assert.Equal(new Outcome.Preferred(Preference.A, Preference.A, Preference.A), await Compare(server, SomeTrial.Right, SomeTrial.Wrong, structured));
        Assert.Equal(new Outcome.Preferred(Preference.B, Preference.B, Preference.B), await Compare(server, SomeTrial.HalfRight, SomeTrial.Right, structured));
        Assert.Equal(new Outcome.Preferred(Preference.Tie, Preference.Tie, Preference.Tie), await Compare(server, SomeTrial.Right, SomeTrial.Right, structured));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task AJudgeThatGoesByPositionIsInconsistent(bool structured)
    {
        await using var server = await Start(Perfect with { PositionBias = 1 });
        Assert.Equal(new Outcome.Preferred(Preference.Inconsistent, Preference.A, Preference.B), await Compare(server, SomeTrial.Right, SomeTrial.Wrong, structured));
        Assert.Equal(new Outcome.Preferred(Preference.Inconsistent, Preference.A, Preference.B), await Compare(server, SomeTrial.Wrong, SomeTrial.Right, structured));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task AJudgeThatIsAlwaysWrongIsWrong(bool structured)
    {
        await using var server = await Start(Perfect with { Accuracy = 0 });
        Assert.Equal(new Outcome.Preferred(Preference.B, Preference.B, Preference.B), await Compare(server, SomeTrial.Right, SomeTrial.Wrong, structured));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task WhatIsNeverReadableStaysUnscoredAfterTheRepair(bool structured)
    {
        await using var server = await Start(Perfect with { MalformedShare = 1 });
        var outcome = await Model(server).Judged(SomeTrial.Score, SomeTrial.Of(SomeTrial.Score, SomeTrial.Right, structured: structured));
        Assert.Equal(Reason.Unparsed, Assert.IsType<Outcome.Unscored>(outcome).Reason);
        Assert.Equal(2, server.Stats.Answered);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task ARepairedVerdictIsReadInBothForms(bool structured)
    {
        await using var server = await Start(Perfect with { MalformedShare = 0.5 });
        var scored = 0;
        for (var i = 0; i < 20; i++)
        {
            var trial = SomeTrial.Of(SomeTrial.Score, SomeTrial.Right, structured: structured, question: $"What is the capital of Australia? This is question {i}.");
            scored += await Model(server).Judged(SomeTrial.Score, trial) is Outcome.Scored ? 1 : 0;
        }

        // More questions than trials: some went through in the second asking, and those that did are scored.
        Assert.InRange(server.Stats.Answered, 21, 39);
        Assert.True(scored > 20 - (server.Stats.Answered - 20));
    }

    [Fact]
    public async Task ARefusalIsReadAsOne()
    {
        await using var server = await Start(Perfect with { RefusalShare = 1 });
        var outcome = await Model(server).Judged(SomeTrial.Score, SomeTrial.Of(SomeTrial.Score, SomeTrial.Right));
        Assert.Equal(Reason.Refused, Assert.IsType<Outcome.Unscored>(outcome).Reason);
        Assert.Equal(1, server.Stats.Requests);
    }

    [Fact]
    public async Task ATruthFileOverridesTheReference()
    {
        using var folder = new Storage.TemporaryFolder();
        var truth = folder.File("truth.jsonl");
        await File.WriteAllTextAsync(truth, $"{JsonSerializer.Serialize(new { text = SomeTrial.Wrong, quality = 0.9 })}\n\n{JsonSerializer.Serialize(new { text = SomeTrial.Right, quality = 0.1 })}\n", Cancellation);
        await using var server = await Start(Perfect with { TruthFile = truth });
        Assert.Equal(Preference.B, Assert.IsType<Outcome.Preferred>(await Compare(server, SomeTrial.Right, SomeTrial.Wrong, structured: true)).Preference);
    }

    [Fact]
    public async Task LimitsAndErrorsPassWhenTheSameIsAskedAgain()
    {
        foreach (var (options, status) in new[] { (Perfect with { LimitedShare = 1 }, HttpStatusCode.TooManyRequests), (Perfect with { ErrorShare = 1 }, HttpStatusCode.InternalServerError) })
        {
            await using var server = await Start(options);
            for (var i = 0; i < 10; i++)
            {
                var statuses = new List<HttpStatusCode>();
                do
                {
                    using var response = await Post(server, Body($"question {i}"));
                    statuses.Add(response.StatusCode);
                }
                while (statuses[^1] != HttpStatusCode.OK && statuses.Count < 5);

                Assert.InRange(statuses.Count, 2, 3);
                Assert.All(statuses[..^1], faulty => Assert.Equal(status, faulty));
            }

            Assert.Equal((10, 10, 0), (server.Stats.Answered, server.Stats.Distinct, server.Stats.RepeatedAfterAnswer));
            Assert.Equal(server.Stats.Requests, server.Stats.Answered + server.Stats.Limited + server.Stats.Failed);
        }
    }

    [Fact]
    public async Task OneRequestTooManyAtOnceIsSentAway()
    {
        await using var server = await Start(Perfect with { Concurrency = 1, HangShare = 1 });
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var hanging = http.PostAsync(Address(server), Json(Body("first")), giveUp.Token);
        await Until(() => server.Stats.InFlight == 1);
        using (var refused = await Post(server, Body("second")))
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter?.Delta);
        }

        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hanging);
        await Until(() => server.Stats.InFlight == 0);
        Assert.Equal((2, 0, 1, 1, 1), (server.Stats.Requests, server.Stats.Answered, server.Stats.Limited, server.Stats.Failed, server.Stats.MaxInFlight));
        using var again = await Post(server, Body("first"));
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Fact]
    public async Task WhoHasAnAnswerMayAskTheNextQuestionAtOnce()
    {
        await using var server = await Start(Perfect with { Concurrency = 1 });
        for (var i = 0; i < 300; i++)
        {
            using var response = await Post(server, Body($"question {i}"));
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.Equal((300, 0, 1), (server.Stats.Answered, server.Stats.Limited, server.Stats.MaxInFlight));
    }

    [Fact]
    public async Task MoreRequestsThanTheMinuteHasAreSentAwayWithATime()
    {
        await using var server = await Start(Perfect with { RequestsPerMinute = 6 });
        using var first = await Post(server, Body("first"));
        using var second = await Post(server, Body("second"));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.TooManyRequests), (first.StatusCode, second.StatusCode));
        Assert.InRange(second.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 10);
        Assert.InRange(int.Parse(second.Headers.GetValues("retry-after-ms").Single(), System.Globalization.CultureInfo.InvariantCulture), 1, 10_000);
        Assert.Equal((2, 1, 1, 0), (server.Stats.Requests, server.Stats.Answered, server.Stats.Limited, server.Stats.InFlight));
    }

    [Fact]
    public async Task WhatIsPaidForTwiceIsCounted()
    {
        await using var server = await Start(Perfect);
        foreach (var question in new[] { "one", "two", "one", "one" })
        {
            using var response = await Post(server, Body(question));
        }

        Assert.NotNull(server.Stats.RepeatedFrom);
        Assert.Equal(new SimulationStats(4, 4, 0, 0, 2, 2, 0, 1), server.Stats with { RepeatedFrom = null });
        var stats = await http.GetFromJsonAsync<JsonElement>(new Uri(server.BaseAddress, "/stats"), Cancellation);
        Assert.Equal(2, stats.GetProperty("repeatedAfterAnswer").GetInt32());
        using var reset = await http.PostAsync(new Uri(server.BaseAddress, "/stats/reset"), null, Cancellation);
        Assert.Equal(new SimulationStats(0, 0, 0, 0, 0, 0, 0, 0), server.Stats);
    }

    [Theory]
    [InlineData("no JSON")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"messages":[{"role":"user"}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":null}]}""")]
    [InlineData("""{"messages":[1]}""")]
    public async Task ABodyThatIsNoRequestIsAClientsMistake(string body)
    {
        await using var server = await Start(Perfect);
        using var response = await Post(server, body);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal((1, 1, 0), (server.Stats.Requests, server.Stats.Failed, server.Stats.InFlight));
    }

    [Fact]
    public async Task TheServerSaysThatItIsWellAndWhichModelItHas()
    {
        await using var server = await Start(Perfect);
        Assert.True((await http.GetFromJsonAsync<JsonElement>(new Uri(server.BaseAddress, "/healthz"), Cancellation)).GetProperty("ok").GetBoolean());
        var models = await http.GetFromJsonAsync<JsonElement>(new Uri(server.BaseAddress, "/v1/models"), Cancellation);
        Assert.Equal("simulated-1", models.GetProperty("data")[0].GetProperty("id").GetString());
        using var nothing = await http.GetAsync(new Uri(server.BaseAddress, "/nothing"), Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, nothing.StatusCode);
    }

    private static Task<SimulatedModelServer> Start(SimulationOptions options) => SimulatedModelServer.StartAsync(options, 0, Cancellation);

    private static ChatModel Model(SimulatedModelServer server)
    {
        var settings = new Dictionary<string, string?> { ["Models:m:Provider"] = "simulated", ["Models:m:Endpoint"] = server.BaseAddress.ToString(), ["Models:m:Model"] = "simulated-1" };
        return (ChatModel)DeclaredModels.From(new ConfigurationBuilder().AddInMemoryCollection(settings).Build().GetSection("Models"), TimeProvider.System).Find(SomeTrial.Model)!;
    }

    private static Task<Outcome> Compare(SimulatedModelServer server, string answer, string opponent, bool structured) =>
        Model(server).Judged(SomeTrial.Pair, SomeTrial.Of(SomeTrial.Pair, answer, opponent, structured));

    private static string Body(string question) => JsonSerializer.Serialize(new { model = "simulated-1", messages = new[] { new { role = "user", content = question } } });

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    private static Uri Address(SimulatedModelServer server) => new($"{server.BaseAddress}/chat/completions");

    private static async Task Until(Func<bool> holds)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        deadline.CancelAfter(TimeSpan.FromSeconds(10));
        while (!holds())
        {
            deadline.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private Task<HttpResponseMessage> Post(SimulatedModelServer server, string body) => http.PostAsync(Address(server), Json(body), Cancellation);

    private async Task<string> Text(SimulatedModelServer server, string body)
    {
        using var response = await Post(server, body);
        return await response.Content.ReadAsStringAsync(Cancellation);
    }
}
