using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Assize.Evaluation.Tests.Monitors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Assize.Gateway.Tests.Shipped;

/// <summary>A judge's model behind real HTTP: it gives what an answer says that it deserves, by how lenient it is at the moment; an anchor gets what the simulation made up for this time.</summary>
internal sealed partial class TruthfulModel : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentDictionary<string, SimulatedTraffic> traffic = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Monitor, int Item), ConcurrentQueue<double>> anchors = [];

    private TruthfulModel(WebApplication app) => this.app = app;

    public Uri Address => new($"{app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()}/v1");

    public static async Task<TruthfulModel> Start(CancellationToken stop)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            // On a busy machine a request may be slow: a model that refuses it would be left alone until the calendar is turned.
            (kestrel.Limits.MinRequestBodyDataRate, kestrel.Limits.MinResponseDataRate) = (null, null);
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        var model = new TruthfulModel(builder.Build());
        model.app.MapPost("/v1/chat/completions", model.Answer);
        await model.app.StartAsync(stop);
        return model;
    }

    /// <summary>Makes the model know a monitor's traffic, and what the anchors of its next round get.</summary>
    public void Expect(SimulatedTraffic from, SimulatedStep step)
    {
        traffic[from.Name.Value] = from;
        foreach (var repeat in step.Anchors)
        {
            for (var item = 0; item < repeat.Length; item++)
            {
                anchors.GetOrAdd((from.Name.Value, item), _ => new ConcurrentQueue<double>()).Enqueue(repeat[item]);
            }
        }
    }

    /// <summary>The recorded response of an anchor.</summary>
    public static string Anchor(SimulatedTraffic of, int item) => FormattableString.Invariant($"{of.Name} anchors {item}.");

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private async Task Answer(HttpContext context)
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        var asked = body.RootElement.GetProperty("messages").EnumerateArray().Last().GetProperty("content");
        var text = asked.ValueKind is JsonValueKind.String ? asked.GetString()! : string.Concat(asked.EnumerateArray().Select(part => part.GetProperty("text").GetString()));
        var (judged, form) = (Judged().Match(text), Form().Match(text));
        var monitor = traffic[judged.Groups["monitor"].Value];
        var number = double.Parse(judged.Groups["number"].Value, CultureInfo.InvariantCulture);
        var truth = judged.Groups["what"].Value == "deserves" ? number : anchors[(monitor.Name.Value, (int)number)].TryDequeue(out var made) ? made : throw new InvalidOperationException($"nobody expected {judged.Value}");
        var score = monitor.Judged(truth).ToString("0.###", CultureInfo.InvariantCulture);
        var reply = form.Groups["seal"].Success
            ? $$"""{"explanation":"It says so.","quality":{{score}},"seal":"{{form.Groups["seal"].Value}}"}"""
            : $"It says so.\n{form.Groups["marker"].Value} quality={score}";
        await context.Response.WriteAsJsonAsync(new
        {
            id = "reply", @object = "chat.completion", created = 0, model = "truthful-1",
            choices = new[] { new { index = 0, message = new { role = "assistant", content = reply }, finish_reason = "stop" } },
            usage = new { prompt_tokens = 1, completion_tokens = 1, total_tokens = 2 },
        });
    }

    [GeneratedRegex(@"^(?<monitor>\S+) (?<what>deserves|anchors) (?<number>-?[0-9.]*[0-9])", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Judged();

    [GeneratedRegex(@"Seal word: (?<seal>\S+)\s*$|(?<marker>VERDICT-\S+:)[^\n]*\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
