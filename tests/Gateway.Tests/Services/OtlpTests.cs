using System.Diagnostics;
using Assize.Otlp.V1;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Assize.Gateway.Tests.Services;

/// <summary>An instrumented application points its exporter here: the real SDK, its OTLP exporter, and a judge that remembers what it is shown.</summary>
[Collection(SharedCluster.Name)]
public sealed class OtlpTests(ClusterFixture cluster)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ChatsOfTheRealSdkAreJudgedWhetherTheyAreInAttributesOrInEvents()
    {
        await cluster.Watch("otel-shop", monitor => monitor.KeepText = true);
        using var source = new ActivitySource("otel-shop");
        using (var tracing = Sdk.CreateTracerProviderBuilder().AddSource(source.Name).ConfigureResource(resource => resource.AddService("otel-shop"))
            .AddOtlpExporter(exporter => (exporter.Endpoint, exporter.Protocol) = (cluster.Address, OtlpExportProtocol.Grpc)).Build())
        {
            using (var request = source.StartActivity("POST /ask"))
            {
                using (var chat = source.StartActivity("chat gpt-4", ActivityKind.Client)!)
                {
                    chat.SetTag("gen_ai.operation.name", "chat").SetTag("gen_ai.request.model", "gpt-4").SetTag("gen_ai.conversation.id", "otel-1");
                    chat.SetTag("gen_ai.input.messages", """[{"role":"user","parts":[{"type":"text","content":"Asked in attributes by ann@otel.example?"}]}]""");
                    chat.SetTag("gen_ai.output.messages", """[{"role":"assistant","parts":[{"type":"text","content":"Answered in attributes."}]}]""");
                }

                using (var chat = source.StartActivity("chat gpt-4", ActivityKind.Client)!)
                {
                    chat.SetTag("gen_ai.operation.name", "chat").SetTag("gen_ai.system", "openai");
                    chat.AddEvent(new ActivityEvent("gen_ai.user.message", tags: new ActivityTagsCollection { ["gen_ai.event.content"] = """{"content":"Asked in events?"}""" }));
                    chat.AddEvent(new ActivityEvent("gen_ai.choice", tags: new ActivityTagsCollection { ["gen_ai.event.content"] = """{"index":0,"message":{"content":"Answered in events."}}""" }));
                }
            }

            Assert.True(tracing.ForceFlush(30_000), "the exporter could not send its spans");
        }

        var attributes = await cluster.Heard("Asked in attributes by [redacted email]?");
        Assert.Contains("Answered in attributes.", attributes, StringComparison.Ordinal);
        Assert.Contains("Answered in events.", await cluster.Heard("Asked in events?"), StringComparison.Ordinal);
        var counts = (await cluster.Connection.Monitors.GetMonitorAsync(new V1.GetMonitorRequest { Monitor = "otel-shop" }, cancellationToken: Stop)).Monitor.Counts;
        Assert.Equal((2L, 2L), (counts.Seen, counts.Drawn));
    }

    [Fact]
    public async Task SpansThatAreOfNoUseAreCountedInWords()
    {
        using var channel = GrpcChannel.ForAddress(cluster.Address);
        var client = new TraceService.TraceServiceClient(channel);
        var good = Span(1, ("gen_ai.operation.name", "chat"), ("gen_ai.prompt", "Hello?"), ("gen_ai.completion", "Hello!"));
        var nameless = Span(2, ("gen_ai.operation.name", "chat"), ("gen_ai.prompt", "Hello?"), ("gen_ai.completion", "Hello!"));
        nameless.SpanId = ByteString.Empty;

        var all = await client.ExportAsync(Request(good, Span(3), Span(4, ("gen_ai.operation.name", "embeddings")), Span(5, ("gen_ai.operation.name", "chat")), nameless), cancellationToken: Stop);
        var fine = await client.ExportAsync(Request(good), cancellationToken: Stop);

        Assert.Equal(1, all.PartialSuccess.RejectedSpans);
        Assert.StartsWith("4 of 5 spans were passed over: 2 are no chat with a model; 1 are chats without captured content (", all.PartialSuccess.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains("1 cannot be used, the first because: A span has no valid id", all.PartialSuccess.ErrorMessage, StringComparison.Ordinal);
        Assert.Null(fine.PartialSuccess);
    }

    [Fact]
    public async Task AnExporterIsToldToComeAgainWhileAMonitorIsBehindAndNothingIsCountedTwice()
    {
        await cluster.Watch("otel-behind", monitor =>
        {
            monitor.From.Applications[0] = "otel-behind";
            monitor.Judge.Score.Model = "stuck";
        });
        using var channel = GrpcChannel.ForAddress(cluster.Address);
        var client = new TraceService.TraceServiceClient(channel);
        var request = Request("otel-behind", Span(6, ("gen_ai.operation.name", "chat"), ("gen_ai.prompt", "Hello?"), ("gen_ai.completion", "Hello!")));

        using var held = cluster.Listening.Hold();
        var refused = await Assert.ThrowsAsync<RpcException>(() => client.ExportAsync(request, cancellationToken: Stop).ResponseAsync);
        held.Dispose();
        await client.ExportAsync(request, cancellationToken: Stop);

        Assert.Equal(Grpc.Core.StatusCode.Unavailable, refused.StatusCode);
        Assert.True(refused.GetRpcStatus()!.GetDetail<RetryInfo>()!.RetryDelay.ToTimeSpan() > TimeSpan.Zero);
        Assert.Equal(1, (await cluster.Connection.Monitors.GetMonitorAsync(new V1.GetMonitorRequest { Monitor = "otel-behind" }, cancellationToken: Stop)).Monitor.Counts.Drawn);
    }

    private static ExportRequest Request(params Span[] spans) => Request("otel-words", spans);

    private static ExportRequest Request(string application, params Span[] spans) => new()
    {
        ResourceSpans =
        {
            new ResourceSpans { Resource = new Assize.Otlp.V1.Resource { Attributes = { new KeyValue { Key = "service.name", Value = new AnyValue { StringValue = application } } } }, ScopeSpans = { new ScopeSpans { Spans = { spans } } } },
        },
    };

    private static Span Span(byte number, params (string Key, string Value)[] attributes) => new()
    {
        TraceId = ByteString.CopyFrom([.. Enumerable.Repeat(number, 16)]),
        SpanId = ByteString.CopyFrom([.. Enumerable.Repeat(number, 8)]),
        StartTimeUnixNano = 1_000_000_000,
        EndTimeUnixNano = 2_000_000_000,
        Attributes = { attributes.Select(one => new KeyValue { Key = one.Key, Value = new AnyValue { StringValue = one.Value } }) },
    };
}
