using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using Assize.Servers;
using Assize.SimulatedModel;

namespace Assize.Cluster.Tests.Monitoring;

/// <summary>Spans as a collector gets them.</summary>
public sealed class TraceTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ACollectorGetsSpansOfGatewayGrainsAndModelCallsAndTextsOnlyWhenAsked(bool content)
    {
        using var collector = new Collector();
        await using var model = await SimulatedModelServer.StartAsync(new SimulationOptions(), 0, Cancellation);
        var folder = Directory.CreateTempSubdirectory("assize-traces-").FullName;
        await using (var assize = await AssizeProcess.Start(folder, new Dictionary<string, string>(AssizeProcess.ModelAt(model.BaseAddress, 8))
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address.ToString(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["Telemetry__TraceContent"] = content ? "true" : "false",
        }, Cancellation))
        {
            await assize.Report(await assize.StartGenerated(10, "traced", Cancellation), Cancellation);
            // What is not sent yet is sent before the end.
            await assize.Terminate(Cancellation);
        }

        Directory.Delete(folder, recursive: true);
        var sent = collector.Sent;
        Assert.All(
            new[] { "assize.v1.RunService/StartRun", "judge case", "assize.case", "ICompletionGrain/Ask", "chat simulated-1", "gen_ai.request.model", "gen_ai.usage.input_tokens", "gen_ai.response.finish_reasons" },
            word => Assert.Contains(word, sent, StringComparison.Ordinal));
        Assert.Equal(content, sent.Contains("gen_ai.input.messages", StringComparison.Ordinal));
        Assert.Equal(content, sent.Contains("gen_ai.output.messages", StringComparison.Ordinal));
    }

    /// <summary>Takes in whatever is sent to it.</summary>
    private sealed class Collector : IDisposable
    {
        private readonly HttpListener listener = new();
        private readonly ConcurrentQueue<string> sent = new();

        public Collector()
        {
            Address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{ServerProcess.FreePort()}/"));
            listener.Prefixes.Add(Address.ToString());
            listener.Start();
            _ = Listen();
        }

        public Uri Address { get; }

        /// <summary>Strings stand in protobuf as they are.</summary>
        public string Sent => string.Concat(sent);

        public void Dispose() => listener.Close();

        private async Task Listen()
        {
            try
            {
                while (true)
                {
                    var context = await listener.GetContextAsync();
                    using var body = new MemoryStream();
                    await context.Request.InputStream.CopyToAsync(body);
                    sent.Enqueue(Encoding.Latin1.GetString(body.ToArray()));
                    context.Response.Close();
                }
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                // The test is over.
                return;
            }
        }
    }
}
