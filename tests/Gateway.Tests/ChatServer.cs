using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Assize.Gateway.Tests;

/// <summary>A model behind real HTTP whose replies a test makes up.</summary>
internal sealed class ChatServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private ChatServer(WebApplication app) => this.app = app;

    public Uri Address => new($"{app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()}/v1");

    /// <param name="model">What it calls itself.</param>
    /// <param name="reply">The text of its reply to the body of a request.</param>
    public static async Task<ChatServer> Start(string model, Func<JsonElement, CancellationToken, Task<string>> reply, CancellationToken stop)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            // On a busy machine a request may be slow, and a model that refuses it would be left alone for a while.
            (kestrel.Limits.MinRequestBodyDataRate, kestrel.Limits.MinResponseDataRate) = (null, null);
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        var server = new ChatServer(builder.Build());
        server.app.MapPost("/v1/chat/completions", async (HttpContext context) =>
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
            await context.Response.WriteAsJsonAsync(new
            {
                id = "reply", @object = "chat.completion", created = 0, model,
                choices = new[] { new { index = 0, message = new { role = "assistant", content = await reply(body.RootElement, context.RequestAborted) }, finish_reason = "stop" } },
                usage = new { prompt_tokens = 1, completion_tokens = 1, total_tokens = 2 },
            });
        });
        await server.app.StartAsync(stop);
        return server;
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();
}
