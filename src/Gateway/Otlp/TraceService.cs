using System.Collections.Immutable;
using Assize.Evaluation.Suites;
using Assize.Evaluation.Traffic;
using Assize.Gateway.Traffic;
using Assize.Gateway.Translation;
using Assize.Grains;
using Assize.Otlp.V1;
using Grpc.Core;

namespace Assize.Gateway.Otlp;

/// <summary>Receives traces by OTLP over gRPC, and takes the chats with models out of them as interactions.</summary>
internal sealed class TraceService(TrafficIntake intake, TrafficTelemetry telemetry, SuiteLimits limits, TimeProvider time) : Assize.Otlp.V1.TraceService.TraceServiceBase
{
    /// <summary>Interactions that may wait for monitors before exporters are told to come again.</summary>
    private const long MostWaiting = 50_000;

    /// <summary>Exporters give a call up after ten seconds, and are to hear before that why it takes so long.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public override async Task<ExportResponse> Export(ExportRequest request, ServerCallContext context)
    {
        if (intake.Waiting > MostWaiting)
        {
            throw new BusyException();
        }

        var tally = new SpanTally();
        var chats = Chats(request, tally);
        telemetry.Refused(TrafficWay.Otlp, tally.Refused);
        try
        {
            // What takes longer is not given up: the same spans, sent again, wait for what became of these.
            await intake.Accept(chats, TrafficWay.Otlp).Safe.WaitAsync(Patience, time, context.CancellationToken);
        }
        catch (TimeoutException)
        {
            throw new BusyException();
        }

        return new ExportResponse { PartialSuccess = tally.Told() };
    }

    private ImmutableArray<Interaction> Chats(ExportRequest request, SpanTally tally)
    {
        var chats = ImmutableArray.CreateBuilder<Interaction>();
        foreach (var resource in request.ResourceSpans)
        {
            var process = resource.Resource?.Attributes.ToDomain() ?? [];
            foreach (var span in resource.ScopeSpans.SelectMany(scope => scope.Spans))
            {
                SpanReading reading;
                try
                {
                    reading = span.ConcernsModels() ? GenAiSpan.Of(span.ToDomain(process)) : new SpanReading.NoChat();
                }
                catch (Exception unreadable) when (unreadable is InvalidOperationException or ArgumentException or FormatException or System.Text.Json.JsonException)
                {
                    // What one user typed is not to cost an application the other spans of its export.
                    tally.Refuse($"Span '{span.Name}' cannot be read: {unreadable.Message}");
                    continue;
                }

                switch (reading)
                {
                    case SpanReading.NoChat:
                        tally.NoChats++;
                        break;
                    case SpanReading.NoContent:
                        tally.Contentless++;
                        break;
                    case SpanReading.Chat chat when span.TraceId.Length != 16 || span.SpanId.Length != 8:
                        tally.Refuse($"A span has no valid id (application {chat.Interaction.Application}).");
                        break;
                    case SpanReading.Chat chat when InteractionCheck.Of(chat.Interaction.ToProto(), limits) is { } mistake:
                        tally.Refuse($"{chat.Interaction.Id}: {mistake}");
                        break;
                    case SpanReading.Chat chat:
                        chats.Add(chat.Interaction);
                        break;
                }
            }
        }

        tally.Used = chats.Count;
        return chats.ToImmutable();
    }
}
