using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Assize.Gateway.Tests.Services;

/// <summary>A model behind real HTTP that remembers what it was asked, and gives no verdict on it.</summary>
internal sealed class ListeningModel : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<string> heard = new();
    private volatile TaskCompletionSource? held;

    private ListeningModel(WebApplication app) => this.app = app;

    /// <summary>The texts of every prompt so far.</summary>
    public IReadOnlyCollection<string> Heard => heard;

    public Uri Address => new($"{app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()}/v1");

    public static async Task<ListeningModel> Start(CancellationToken stop)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var model = new ListeningModel(builder.Build());
        model.app.MapPost("/v1/chat/completions", model.Answer);
        await model.app.StartAsync(stop);
        return model;
    }

    /// <summary>Lets whoever asks for the model named stuck wait until what is returned is disposed of.</summary>
    public IDisposable Hold()
    {
        held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return new Holding(held);
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private async Task Answer(HttpContext context)
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        heard.Enqueue(string.Join('\n', body.RootElement.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("content") is { ValueKind: JsonValueKind.String } text ? text.GetString() : message.GetProperty("content").ToString())));
        if (body.RootElement.GetProperty("model").GetString() == "stuck" && held is { } waiting)
        {
            await waiting.Task.WaitAsync(context.RequestAborted);
        }

        await context.Response.WriteAsJsonAsync(new
        {
            id = "reply", @object = "chat.completion", created = 0, model = "listening-1",
            choices = new[] { new { index = 0, message = new { role = "assistant", content = "I heard you." }, finish_reason = "stop" } },
            usage = new { prompt_tokens = 1, completion_tokens = 1, total_tokens = 2 },
        });
    }

    private sealed class Holding(TaskCompletionSource held) : IDisposable
    {
        public void Dispose() => held.TrySetResult();
    }
}
