using System.Globalization;
using System.Text;
using System.Text.Json;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Grains.Models;
using Assize.Silo.Models;
using Microsoft.AspNetCore.Http;

namespace Assize.Silo.Tests.Models;

public sealed class ChatModelTests
{
    private const string Ok = """
        {"id":"c-1","object":"chat.completion","created":1,"model":"judge-1-2026","choices":[{"index":0,"message":{"role":"assistant","content":"It is."},"finish_reason":"stop"}],
        "usage":{"prompt_tokens":100,"completion_tokens":20,"total_tokens":120}}
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AReplyComesWithItsModelItsUsageAndItsPrice()
    {
        await using var stub = await StubProvider.Answering(200, Ok);
        var attempt = await AskedOnce(stub, stub.Declare());
        var replied = Assert.IsType<Completion.Replied>(attempt.Completion);
        Assert.Equal("It is.", replied.Text);
        Assert.Equal("stop", replied.FinishReason);
        Assert.Equal("judge-1-2026", replied.ReportedModel);
        Assert.Equal(new Usage(100, 20, 400), replied.Usage);
        Assert.False(attempt.Transient);
    }

    [Theory]
    [InlineData("2000000000")]
    [InlineData("-7")]
    public async Task ACountOfTokensThatNoCallCanHaveCountsAsNone(string tokens)
    {
        await using var stub = await StubProvider.Answering(200, Ok.Replace("\"prompt_tokens\":100", $"\"prompt_tokens\":{tokens}", StringComparison.Ordinal));
        Assert.Equal(new Usage(0, 20, 200), Assert.IsType<Completion.Replied>((await AskedOnce(stub, stub.Declare())).Completion).Usage);
    }

    [Theory]
    [InlineData("""{"error":{"message":"broken half way"},"usage":{"prompt_tokens":100,"completion_tokens":20}}""", 100, 20, 400)]
    [InlineData("""{"error":{"message":"broken half way"},"usage":{"input_tokens":100}}""", 100, 0, 200)]
    [InlineData("""{"error":{"message":"broken at once"}}""", 0, 0, 0)]
    [InlineData("""{"usage":{"prompt_tokens":-5,"completion_tokens":"many"}}""", 0, 0, 0)]
    [InlineData("<html>a proxy</html>", 0, 0, 0)]
    [InlineData("""{"usage":{"prompt_tokens":9000000000000000000,"completion_tokens":20}}""", 0, 20, 200)]
    public async Task AFailureCostsWhatTheProviderSays(string body, long input, long output, long micros)
    {
        await using var stub = await StubProvider.Answering(500, body);

        var attempt = await Fails(stub, Reason.ProviderError, transient: true);

        Assert.Equal(new Usage(input, output, micros), attempt.FailedUsage);
    }

    [Fact]
    public async Task ThePromptAndTheSettingsReachTheProvider()
    {
        await using var stub = await StubProvider.Answering(200, Ok);
        var model = stub.Declare("openai", "", ("Temperature", "0.5"), ("MaxTokens", "77"), ("Seed", "40"));
        await model.Ask(StubProvider.Question() with { Sample = 2, Schema = new ReplySchema("verdict", """{"type":"object","properties":{},"required":[],"additionalProperties":false}""") }, Cancellation);
        var (path, body, headers) = Assert.Single(stub.Requests);
        Assert.Equal("/chat/completions", path);
        Assert.Equal($"Bearer {StubProvider.Key}", headers.Authorization.ToString());
        Assert.Equal(("application/json", Encoding.UTF8.GetByteCount(body)), (headers.ContentType.ToString(), headers.ContentLength));
        var sent = JsonElement.Parse(body);
        Assert.Equal("judge-1", sent.GetProperty("model").GetString());
        Assert.Equal(0.5, sent.GetProperty("temperature").GetDouble());
        Assert.Equal(42, sent.GetProperty("seed").GetInt64());
        Assert.Equal("verdict", sent.GetProperty("response_format").GetProperty("json_schema").GetProperty("name").GetString());
        Assert.Equal(["system", "user"], sent.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("role").GetString()));
        Assert.Contains("77", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EqualPromptsMakeEqualRequests()
    {
        await using var stub = await StubProvider.Answering(200, Ok);
        await stub.Declare().Ask(StubProvider.Question(), Cancellation);
        await stub.Declare().Ask(StubProvider.Question(), Cancellation);
        Assert.Single(stub.Requests.Select(request => request.Body).Distinct());
        Assert.DoesNotContain("seed", stub.Requests.First().Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Retry-After", "7", 7000)]
    [InlineData("Retry-After", "1.5", 1500)]
    [InlineData("retry-after-ms", "250", 250)]
    public async Task ALimitIsTransientAndSaysHowLongToWait(string header, string value, int milliseconds)
    {
        await using var stub = await StubProvider.Answering(429, """{"error":{"message":"slow down","code":"rate_limit_exceeded"}}""", (header, value));
        var attempt = await Fails(stub, Reason.RateLimited, transient: true);
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), attempt.RetryAfter);
    }

    [Theory]
    [InlineData(1, 50, 60)]
    [InlineData(-1, 0, 0)]
    public async Task ATimeToComeAgainThatIsADateIsReadAsTheWaitUntilThen(int hours, int least, int most)
    {
        var date = TimeProvider.System.GetUtcNow().AddHours(hours).ToString("R", CultureInfo.InvariantCulture);
        await using var stub = await StubProvider.Answering(503, "{}", ("Retry-After", date));
        Assert.InRange((await Fails(stub, Reason.ProviderError, transient: true)).RetryAfter!.Value, TimeSpan.FromMinutes(least), TimeSpan.FromMinutes(most));
    }

    [Fact]
    public async Task TheShorterAndFinerRetryAfterHoldsWhereBothAreGiven()
    {
        await using var stub = await StubProvider.Answering(429, "{}", ("Retry-After", "1"), ("retry-after-ms", "30"));
        Assert.Equal(TimeSpan.FromMilliseconds(30), (await Fails(stub, Reason.RateLimited, transient: true)).RetryAfter);
    }

    [Theory]
    [InlineData(429, """{"error":{"message":"You exceeded your current quota","code":"insufficient_quota"}}""", Reason.RateLimited, false)]
    [InlineData(500, """{"error":{"message":"broken"}}""", Reason.ProviderError, true)]
    [InlineData(503, "no JSON at all", Reason.ProviderError, true)]
    [InlineData(504, "", Reason.Timeout, true)]
    [InlineData(408, "", Reason.Timeout, true)]
    [InlineData(400, """{"error":{"message":"too long","code":"context_length_exceeded"}}""", Reason.ContextTooLong, false)]
    [InlineData(400, """{"error":{"message":"filtered","code":"content_filter"}}""", Reason.ContentFilter, false)]
    [InlineData(400, """{"type":"error","error":{"type":"invalid_request_error","message":"input length and `max_tokens` exceed context limit: 199000 + 8192 > 200000"}}""", Reason.ContextTooLong, false)]
    [InlineData(400, """{"error":{"code":400,"message":"the request exceeds the available context size","type":"exceed_context_size_error"}}""", Reason.ContextTooLong, false)]
    [InlineData(413, """{"type":"error","error":{"type":"request_too_large","message":"Request exceeds the maximum size"}}""", Reason.ContextTooLong, false)]
    [InlineData(409, """{"error":{"message":"could not take the lock"}}""", Reason.ProviderError, true)]
    [InlineData(529, """{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}""", Reason.ProviderError, true)]
    [InlineData(400, """{"error":{"message":"temperature is not supported"}}""", Reason.ProviderError, false)]
    [InlineData(401, """{"error":{"message":"bad key"}}""", Reason.ProviderError, false)]
    [InlineData(403, "", Reason.ProviderError, false)]
    [InlineData(404, """{"error":{"message":"no such model"}}""", Reason.NoModel, false)]
    [InlineData(302, "", Reason.ProviderError, false)]
    [InlineData(200, "this is no JSON", Reason.ProviderError, false)]
    [InlineData(200, """{"choices":[]}""", Reason.ProviderError, false)]
    [InlineData(200, "", Reason.ProviderError, false)]
    public async Task AFailureIsToldByItsReasonAfterOneRequest(int status, string body, Reason reason, bool transient)
    {
        await using var stub = await StubProvider.Answering(status, body);
        await Fails(stub, reason, transient);
    }

    [Fact]
    public async Task ARefusedKeyIsNamedByWhereItCameFrom()
    {
        await using var stub = await StubProvider.Answering(401, "{}");
        var failed = (Completion.Failed)(await Fails(stub, Reason.ProviderError, transient: false)).Completion;
        Assert.Equal($"status 401: the provider does not accept the key; check the environment variable {StubProvider.KeyVariable}", failed.Detail);
    }

    [Fact]
    public async Task WhatAKeyMayNotDoIsToldInTheProvidersWords()
    {
        await using var stub = await StubProvider.Answering(403, """{"error":{"message":"Project p-1 does not have access to model judge-1"}}""");
        var failed = (Completion.Failed)(await Fails(stub, Reason.ProviderError, transient: false)).Completion;
        Assert.Contains("does not have access to model judge-1", failed.Detail, StringComparison.Ordinal);
        Assert.Contains(StubProvider.KeyVariable, failed.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFailureCostsWhatTheProviderSaysAtTheEndOfALongAnswer()
    {
        await using var stub = await StubProvider.Answering(500, """{"error":{"message":"MANY"},"usage":{"prompt_tokens":100,"completion_tokens":20}}""".Replace("MANY", new string('x', 9000), StringComparison.Ordinal));
        Assert.Equal(new Usage(100, 20, 400), (await Fails(stub, Reason.ProviderError, transient: true)).FailedUsage);
    }

    [Fact]
    public async Task ASilentProviderTimesOut()
    {
        await using var stub = await StubProvider.Answering(context => StubProvider.Silence(context));
        var attempt = await AskedOnce(stub, stub.Declare("openai", "", ("Timeout", "00:00:00.2")));
        Assert.Equal(new Completion.Failed(Reason.Timeout, "no reply within 0.2 s"), attempt.Completion);
        Assert.True(attempt.Transient);
    }

    [Fact]
    public async Task AProviderThatIsNotThereIsAPassingFailure()
    {
        var stub = await StubProvider.Answering(200, Ok);
        var model = stub.Declare();
        await stub.DisposeAsync();
        var attempt = await model.Ask(StubProvider.Question(), Cancellation);
        var failed = Assert.IsType<Completion.Failed>(attempt.Completion);
        Assert.Equal(Reason.ProviderError, failed.Reason);
        Assert.StartsWith("the provider cannot be reached: ", failed.Detail, StringComparison.Ordinal);
        Assert.True(attempt.Transient);
    }

    [Fact]
    public async Task AConnectionThatBreaksInTheMiddleIsAPassingFailure()
    {
        await using var stub = await StubProvider.Answering(async context =>
        {
            context.Response.ContentLength = 1000;
            await context.Response.WriteAsync("{", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            context.Abort();
        });
        await Fails(stub, Reason.ProviderError, transient: true);
    }

    [Fact]
    public async Task ARefusalIsAReplyThatSaysSo()
    {
        await using var stub = await StubProvider.Answering(200, Ok.Replace("\"content\":\"It is.\"", "\"content\":null,\"refusal\":\"I would rather not.\"", StringComparison.Ordinal));
        var replied = Assert.IsType<Completion.Replied>((await AskedOnce(stub, stub.Declare())).Completion);
        Assert.Equal("refusal", replied.FinishReason);
        Assert.Equal("I would rather not.", replied.Text);
        Assert.Equal(400, replied.Usage.CostMicros);
    }

    [Theory]
    [InlineData("content_filter")]
    [InlineData("length")]
    public async Task TheFinishReasonIsTheProvidersWord(string finish)
    {
        await using var stub = await StubProvider.Answering(200, Ok.Replace("\"stop\"", $"\"{finish}\"", StringComparison.Ordinal));
        Assert.Equal(finish, Assert.IsType<Completion.Replied>((await AskedOnce(stub, stub.Declare())).Completion).FinishReason);
    }

    [Theory]
    [InlineData(200, "It is {0}.", "stop")]
    [InlineData(400, null, null)]
    [InlineData(401, null, null)]
    [InlineData(403, null, null)]
    [InlineData(404, null, null)]
    [InlineData(429, null, null)]
    [InlineData(500, null, null)]
    [InlineData(200, null, null)]
    public async Task TheKeyIsNowhereEvenIfTheProviderRepeatsIt(int status, string? text, string? finish)
    {
        var echo = $"you sent {StubProvider.Key} and again {StubProvider.Key}";
        var body = text is null ? echo : Ok.Replace("It is.", text.Replace("{0}", echo, StringComparison.Ordinal), StringComparison.Ordinal).Replace("judge-1-2026", StubProvider.Key, StringComparison.Ordinal);
        await using var stub = await StubProvider.Answering(status, body);
        var model = stub.Declare();
        var attempt = await AskedOnce(stub, model);
        Assert.Equal(finish, (attempt.Completion as Completion.Replied)?.FinishReason);
        Assert.All(
            [attempt.ToString(), attempt.Completion.ToString(), JsonSerializer.Serialize(attempt.Completion), model.ToString()!, model.Card.ToString(), JsonSerializer.Serialize(model.Card)],
            shown => Assert.DoesNotContain(StubProvider.Key, shown, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("EMPTY", "The list is EMPTY.")]
    [InlineData("ollama", "Install ollama first.")]
    [InlineData("x", "explain: quality=4")]
    [InlineData("not-needed", "It was not-needed.")]
    public async Task AWordThatStandsInForAKeyIsLeftInAReply(string word, string reply)
    {
        const string variable = "ASSIZE_TEST_STAND_IN_KEY";
        Environment.SetEnvironmentVariable(variable, word);
        await using var stub = await StubProvider.Answering(200, Ok.Replace("It is.", reply, StringComparison.Ordinal));

        var attempt = await AskedOnce(stub, stub.Declare(settings: [("ApiKeyEnvironment", variable)]));

        Assert.Equal(reply, Assert.IsType<Completion.Replied>(attempt.Completion).Text);
    }

    [Fact]
    public async Task AskingIsGivenUpWhenTheCallerGivesUp()
    {
        using var caller = new CancellationTokenSource();
        await using var stub = await StubProvider.Answering(async context =>
        {
            await caller.CancelAsync();
            await StubProvider.Silence(context);
        });
        var attempt = await stub.Declare().Ask(StubProvider.Question(), caller.Token);
        Assert.Equal(Reason.Cancelled, Assert.IsType<Completion.Failed>(attempt.Completion).Reason);
    }

    private static async Task<Attempt> Fails(StubProvider stub, Reason reason, bool transient)
    {
        var attempt = await AskedOnce(stub, stub.Declare());
        var failed = Assert.IsType<Completion.Failed>(attempt.Completion);
        Assert.Equal(reason, failed.Reason);
        Assert.Equal(transient, attempt.Transient);
        Assert.NotEmpty(failed.Detail);
        Assert.InRange(failed.Detail.Length, 1, 300);
        return attempt;
    }

    private static async Task<Attempt> AskedOnce(StubProvider stub, ChatModel model)
    {
        var attempt = await model.Ask(StubProvider.Question(), Cancellation);
        Assert.Single(stub.Requests);
        return attempt;
    }
}
