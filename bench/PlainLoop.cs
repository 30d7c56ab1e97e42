using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Assize.Bench;

/// <summary>What a careful person would write by hand: one HttpClient, a semaphore, a line of JSON per result, nothing durable and no statistics.</summary>
internal static class PlainLoop
{
    private const string System = "You judge one answer to a question. Explain yourself in a sentence, then give a value for helpfulness from 1 to 10 as JSON.\n- helpfulness (1 to 10): Does the answer help?";

    public static async Task<int> Run(string cases, Uri model, int concurrency, string results)
    {
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = int.MaxValue });
        using var gate = new SemaphoreSlim(concurrency);
        await using var output = new StreamWriter(results);
        var writing = new Lock();
        var url = new Uri($"{model}/chat/completions");
        var answers = Path.Combine(Path.GetDirectoryName(cases)!, "answers.jsonl");
        var running = new List<Task>();
        foreach (var (row, answer) in File.ReadLines(cases).Zip(File.ReadLines(answers)))
        {
            await gate.WaitAsync();
            running.Add(One(row, answer));
            if (running.Count > 4 * concurrency)
            {
                running.RemoveAll(task => task.IsCompletedSuccessfully);
            }
        }

        await Task.WhenAll(running);
        return 0;

        async Task One(string row, string answer)
        {
            try
            {
                using var read = JsonDocument.Parse(row);
                using var said = JsonDocument.Parse(answer);
                var id = read.RootElement.GetProperty("id").GetString()!;
                var nonce = id.GetHashCode(StringComparison.Ordinal).ToString("x8", global::System.Globalization.CultureInfo.InvariantCulture);
                var user = $"<<<question 1 {nonce}>>>\n{read.RootElement.GetProperty("input").GetString()}\n<<<end question 1 {nonce}>>>\n\n<<<answer 1 {nonce}>>>\n{said.RootElement.GetProperty("response").GetString()}\n<<<end answer 1 {nonce}>>>\n\nSeal word: {nonce}";
                var body = new JsonObject
                {
                    ["model"] = "simulated-1",
                    ["temperature"] = 0,
                    ["messages"] = new JsonArray(
                        new JsonObject { ["role"] = "system", ["content"] = System },
                        new JsonObject { ["role"] = "user", ["content"] = user }),
                };
                using var response = await http.PostAsJsonAsync(url, body);
                using var reply = JsonDocument.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync());
                var text = reply.RootElement.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString();
                lock (writing)
                {
                    output.WriteLine(JsonSerializer.Serialize(new { id, text }));
                }
            }
            finally
            {
                gate.Release();
            }
        }
    }
}
