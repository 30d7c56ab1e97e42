using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Assize.Evaluation.Tests.Monitors;

namespace Assize.Gateway.Tests.Shipped;

/// <summary>A judge's model behind real HTTP: it gives what an answer says that it deserves, by how lenient it is at the moment; an anchor gets what the simulation made up for this time.</summary>
internal sealed partial class TruthfulModel : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, SimulatedTraffic> traffic = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Monitor, int Item), ConcurrentQueue<double>> anchors = [];
    private ChatServer server = null!;

    private TruthfulModel()
    {
    }

    public Uri Address => server.Address;

    public static async Task<TruthfulModel> Start(CancellationToken stop)
    {
        var model = new TruthfulModel();
        model.server = await ChatServer.Start("truthful-1", (body, _) => Task.FromResult(model.Answer(body)), stop);
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

    public async ValueTask DisposeAsync() => await server.DisposeAsync();

    private string Answer(JsonElement body)
    {
        var asked = body.GetProperty("messages").EnumerateArray().Last().GetProperty("content");
        var text = asked.ValueKind is JsonValueKind.String ? asked.GetString()! : string.Concat(asked.EnumerateArray().Select(part => part.GetProperty("text").GetString()));
        var (judged, form) = (Judged().Match(text), Form().Match(text));
        var monitor = traffic[judged.Groups["monitor"].Value];
        var number = double.Parse(judged.Groups["number"].Value, CultureInfo.InvariantCulture);
        var truth = judged.Groups["what"].Value == "deserves" ? number : anchors[(monitor.Name.Value, (int)number)].TryDequeue(out var made) ? made : throw new InvalidOperationException($"nobody expected {judged.Value}");
        var score = monitor.Judged(truth).ToString("0.###", CultureInfo.InvariantCulture);
        return form.Groups["seal"].Success
            ? $$"""{"explanation":"It says so.","quality":{{score}},"seal":"{{form.Groups["seal"].Value}}"}"""
            : $"It says so.\n{form.Groups["marker"].Value} quality={score}";
    }

    [GeneratedRegex(@"^(?<monitor>\S+) (?<what>deserves|anchors) (?<number>-?[0-9.]*[0-9])", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Judged();

    [GeneratedRegex(@"Seal word: (?<seal>\S+)\s*$|(?<marker>VERDICT-\S+:)[^\n]*\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
