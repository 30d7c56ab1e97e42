using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Assize.SimulatedModel;

/// <summary>An OpenAI-compatible model over HTTP whose replies depend on its seed and the request alone.</summary>
public sealed class SimulatedModelServer : IAsyncDisposable
{
    private const string ModelName = "simulated-1";

    private readonly SimulationOptions options;
    private readonly SimulationLedger ledger;
    private readonly SimulatedJudge judge;
    private readonly TimeProvider time;
    private readonly WebApplication app;

    private SimulatedModelServer(SimulationOptions options, int port, TimeProvider time)
    {
        (this.options, this.time) = (options, time);
        ledger = new SimulationLedger(options, time);
        judge = new SimulatedJudge(options, options.Truth());
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 64 * 1024 * 1024;
            kestrel.Listen(IPAddress.Loopback, port);
        });
        app = builder.Build();
        app.Run(Handle);
    }

    /// <summary>Where the API is, with its version.</summary>
    public Uri BaseAddress { get; private set; } = new("http://127.0.0.1/v1");

    public SimulationStats Stats => ledger.Stats;

    /// <summary>Counts from nothing again.</summary>
    public void Reset() => ledger.Reset();

    /// <summary>What came in, by tenths of a second in which something did.</summary>
    public ImmutableArray<SimulationTenth> Log => ledger.Log;

    /// <summary>Serves on a loopback port, 0 for a free one; throws <see cref="ArgumentException"/> with all that is wrong with the settings.</summary>
    public static async Task<SimulatedModelServer> StartAsync(SimulationOptions options, int port, CancellationToken cancellation)
    {
        var mistakes = options.Check().ToArray();
        if (mistakes.Length > 0)
        {
            throw new ArgumentException(string.Join(' ', mistakes), nameof(options));
        }

        var server = new SimulatedModelServer(options, port, TimeProvider.System);
        await server.app.StartAsync(cancellation);
        var address = server.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        server.BaseAddress = new Uri($"{address}/v1");
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(200), time);
        await app.StopAsync(soon.Token);
        await app.DisposeAsync();
    }

    private Task Handle(HttpContext context) => context.Request.Path.Value switch
    {
        "/v1/chat/completions" => Complete(context),
        "/v1/models" => Write(context, 200, json => WriteModels(json)),
        "/healthz" => Write(context, 200, json => json.WriteBoolean("ok", true)),
        "/stats" => Write(context, 200, WriteStats),
        "/stats/reset" => ResetFrom(context),
        "/knobs" => Turn(context),
        _ => WriteError(context, 404, "not_found", "There is nothing here."),
    };

    private async Task Complete(HttpContext context)
    {
        var body = await Body(context.Request);
        var chance = new Chance(options.Seed, body.Span);
        if (ledger.Enter(chance.Body, out var wait) is not { } before)
        {
            await WriteLimited(context, wait);
            return;
        }

        Func<Task> answer;
        try
        {
            answer = await Answer(context, body, chance, before);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            ledger.Failed();
            return;
        }
        catch (Exception broken) when (broken is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            ledger.Failed();
            answer = () => WriteError(context, 400, "invalid_request_error", broken.Message);
        }
        finally
        {
            // Before the answer goes out: who has it may ask the next question at once.
            ledger.Leave();
        }

        await answer();
    }

    private async Task<Func<Task>> Answer(HttpContext context, ReadOnlyMemory<byte> body, Chance chance, int before)
    {
        // Passing faults pass: an unlucky request fails once or twice, and then goes through.
        var unlucky = before < 1 + (int)(chance.Draw(5) * 2);
        if (before == 0 && chance.Draw(6) < options.HangShare)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, context.RequestAborted);
        }

        if (Latency(chance) is var latency && latency > TimeSpan.Zero)
        {
            await Task.Delay(latency, time, context.RequestAborted);
        }

        if (unlucky && chance.Draw(7) < options.LimitedShare)
        {
            ledger.Limited();
            return () => WriteLimited(context, TimeSpan.FromMilliseconds(100));
        }

        if (unlucky && chance.Draw(8) < options.ErrorShare)
        {
            ledger.Failed();
            return () => WriteError(context, 500, "server_error", "The simulated model has a simulated fault.");
        }

        var chat = ChatRequest.Read(body);
        var refused = chance.Draw(9) < options.RefusalShare;
        var reply = refused ? "I cannot help with that."
            : JudgeRequest.Read(chat) is { } asked ? judge.Reply(asked, chance)
            : SimulatedAuthor.Answer(chat, chance);
        ledger.Answered(chance.Body, InputTokens(chat) + OutputTokens(reply));
        return () => Write(context, 200, json => WriteCompletion(json, chance, chat, reply, refused));
    }

    private static int InputTokens(ChatRequest chat) => chat.Parts.Sum(part => part.Content.Length) / 4 + 4;

    private static int OutputTokens(string reply) => reply.Length / 4 + 1;

    private TimeSpan Latency(Chance chance)
    {
        var spread = options.LatencySpread;
        var factor = spread == 0 ? 1 : Math.Exp(spread * chance.Normal(20) - spread * spread / 2);
        return TimeSpan.FromMilliseconds(options.LatencyMs * factor);
    }

    private static void WriteCompletion(Utf8JsonWriter json, Chance chance, ChatRequest chat, string reply, bool refused)
    {
        var (input, output) = (InputTokens(chat), OutputTokens(reply));
        json.WriteString("id", $"sim-{chance.Body.ToString("x", CultureInfo.InvariantCulture)}");
        json.WriteString("object", "chat.completion");
        json.WriteNumber("created", 0);
        json.WriteString("model", ModelName);
        json.WriteStartArray("choices");
        json.WriteStartObject();
        json.WriteNumber("index", 0);
        json.WriteStartObject("message");
        json.WriteString("role", "assistant");
        if (refused)
        {
            json.WriteNull("content");
            json.WriteString("refusal", reply);
        }
        else
        {
            json.WriteString("content", reply);
        }

        json.WriteEndObject();
        json.WriteString("finish_reason", "stop");
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartObject("usage");
        json.WriteNumber("prompt_tokens", input);
        json.WriteNumber("completion_tokens", output);
        json.WriteNumber("total_tokens", input + output);
        json.WriteEndObject();
    }

    private void WriteStats(Utf8JsonWriter json)
    {
        var stats = Stats;
        json.WriteNumber("requests", stats.Requests);
        json.WriteNumber("answered", stats.Answered);
        json.WriteNumber("limited", stats.Limited);
        json.WriteNumber("failed", stats.Failed);
        json.WriteNumber("distinct", stats.Distinct);
        json.WriteNumber("repeatedAfterAnswer", stats.RepeatedAfterAnswer);
        json.WriteNumber("inFlight", stats.InFlight);
        json.WriteNumber("maxInFlight", stats.MaxInFlight);
        json.WriteStartArray("seconds");
        foreach (var second in Log.GroupBy(tenth => Math.Floor(tenth.At)))
        {
            json.WriteStartObject();
            json.WriteNumber("at", second.Key);
            json.WriteNumber("accepted", second.Sum(tenth => tenth.Accepted));
            json.WriteNumber("limited", second.Sum(tenth => tenth.Limited));
            json.WriteNumber("tokens", second.Sum(tenth => tenth.Tokens));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteModels(Utf8JsonWriter json)
    {
        json.WriteString("object", "list");
        json.WriteStartArray("data");
        json.WriteStartObject();
        json.WriteString("id", ModelName);
        json.WriteString("object", "model");
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private Task ResetFrom(HttpContext context)
    {
        ledger.Reset();
        return Write(context, 200, WriteStats);
    }

    /// <summary>Changes the knob that may be changed while others ask.</summary>
    private Task Turn(HttpContext context)
    {
        if (!double.TryParse(context.Request.Query[nameof(SimulationOptions.Leniency)], CultureInfo.InvariantCulture, out var leniency) || (options with { Leniency = leniency }).Check().Any())
        {
            return WriteError(context, 400, "invalid_request_error", "Say Leniency=, a share of the scale from -1 to 1.");
        }

        judge.Leniency = leniency;
        return Write(context, 200, json => json.WriteNumber(nameof(SimulationOptions.Leniency), leniency));
    }

    private static Task WriteLimited(HttpContext context, TimeSpan wait)
    {
        context.Response.Headers["retry-after-ms"] = Math.Ceiling(wait.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return WriteError(context, 429, "rate_limit_exceeded", "Too many requests.");
    }

    private static Task WriteError(HttpContext context, int status, string code, string message) => Write(context, status, json =>
    {
        json.WriteStartObject("error");
        json.WriteString("message", message);
        json.WriteString("type", code);
        json.WriteString("code", code);
        json.WriteEndObject();
    });

    private static async Task Write(HttpContext context, int status, Action<Utf8JsonWriter> content)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            content(json);
            json.WriteEndObject();
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = buffer.WrittenCount;
        await context.Response.BodyWriter.WriteAsync(buffer.WrittenMemory, context.RequestAborted);
    }

    private static async Task<ReadOnlyMemory<byte>> Body(HttpRequest request)
    {
        using var whole = new MemoryStream((int)Math.Min(request.ContentLength ?? 4096, 1 << 20));
        await request.Body.CopyToAsync(whole, request.HttpContext.RequestAborted);
        return whole.GetBuffer().AsMemory(0, (int)whole.Length);
    }
}
