using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Assize.Evaluation;
using Assize.Evaluation.Models;
using Assize.Evaluation.Suites;
using Assize.Silo.Models;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Assize.Silo.Tests.Models;

/// <summary>A provider on a loopback port that gives one answer to everything, and remembers what it was asked.</summary>
internal sealed class StubProvider : IAsyncDisposable
{
    public const string Key = "sk-planted-4f1c9a77e2";

    public const string KeyVariable = "ASSIZE_TEST_PLANTED_KEY";

    private readonly WebApplication app;
    private readonly Func<HttpContext, Task> answer;

    static StubProvider() => Environment.SetEnvironmentVariable(KeyVariable, Key);

    private StubProvider(Func<HttpContext, Task> answer)
    {
        this.answer = answer;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        app = builder.Build();
        app.Run(Handle);
    }

    public string Address { get; private set; } = "";

    public ConcurrentQueue<(string Path, string Body, IHeaderDictionary Headers)> Requests { get; } = new();

    public static Task<StubProvider> Answering(int status, string body, params (string Name, string Value)[] headers) => Answering(async context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        foreach (var (name, value) in headers)
        {
            context.Response.Headers[name] = value;
        }

        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(body), context.RequestAborted);
    });

    public static async Task<StubProvider> Answering(Func<HttpContext, Task> answer)
    {
        var stub = new StubProvider(answer);
        await stub.app.StartAsync(TestContext.Current.CancellationToken);
        stub.Address = stub.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return stub;
    }

    /// <summary>Never answers; ends when the one who asked goes away.</summary>
    public static async Task Silence(HttpContext context)
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = context.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    }

    public static Prompt Question(string text = "Is it so?") => new() { Model = new("m"), Messages = [new Message(Role.System, "You judge."), new Message(Role.User, text)] };

    /// <summary>The model 'm' as configuration declares it, with the planted key.</summary>
    public ChatModel Declare(string provider = "openai", string path = "", params (string Name, string Value)[] settings)
    {
        var configuration = new Dictionary<string, string?>
        {
            ["Models:m:Provider"] = provider,
            ["Models:m:Endpoint"] = Address + path,
            ["Models:m:Model"] = "judge-1",
            ["Models:m:ApiKeyEnvironment"] = KeyVariable,
            ["Models:m:InputPrice"] = "2",
            ["Models:m:OutputPrice"] = "10",
        };
        foreach (var (name, value) in settings)
        {
            configuration[$"Models:m:{name}"] = value;
        }

        var section = new ConfigurationBuilder().AddInMemoryCollection(configuration).Build().GetSection("Models");
        return (ChatModel)DeclaredModels.From(section, TimeProvider.System).Find(new ModelName("m"))!;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await app.StopAsync(now.Token);
        await app.DisposeAsync();
    }

    private async Task Handle(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        Requests.Enqueue((context.Request.Path + context.Request.QueryString, await reader.ReadToEndAsync(context.RequestAborted), new HeaderDictionary(context.Request.Headers.ToDictionary(header => header.Key, header => header.Value, StringComparer.OrdinalIgnoreCase))));
        await answer(context);
    }
}
