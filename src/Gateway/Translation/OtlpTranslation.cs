using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Assize.Evaluation.Traffic;
using Assize.Otlp.V1;
using Google.Protobuf;
using Google.Protobuf.Collections;

namespace Assize.Gateway.Translation;

/// <summary>Spans from OTLP's messages to the domain.</summary>
internal static class OtlpTranslation
{
    /// <summary>Deeper values than this are not read: nobody writes messages so, and each level costs stack.</summary>
    private const int Deepest = 16;

    /// <summary>Whether anything in a span is about generative AI; most spans are about something else, and reading those is saved.</summary>
    public static bool ConcernsModels(this Span span) => span.Attributes.Any(IsAboutModels) || span.Events.Any(one => IsAboutModels(one.Name));

    public static TracedSpan ToDomain(this Span span, ImmutableDictionary<string, JsonNode?> process) => new()
    {
        TraceId = Hex(span.TraceId),
        SpanId = Hex(span.SpanId),
        Start = At(span.StartTimeUnixNano),
        Took = span.EndTimeUnixNano > span.StartTimeUnixNano ? TimeSpan.FromTicks((long)((span.EndTimeUnixNano - span.StartTimeUnixNano) / 100)) : TimeSpan.Zero,
        Failed = span.Status?.Code is StatusCode.Error,
        Resource = process,
        Attributes = span.Attributes.ToDomain(),
        Events = [.. span.Events.Where(one => IsAboutModels(one.Name)).Select(one => new SpanEvent(one.Name, one.Attributes.ToDomain()))],
    };

    public static ImmutableDictionary<string, JsonNode?> ToDomain(this RepeatedField<KeyValue> attributes)
    {
        var read = ImmutableDictionary.CreateBuilder<string, JsonNode?>(StringComparer.Ordinal);
        foreach (var attribute in attributes)
        {
            read[attribute.Key] = ToDomain(attribute.Value, Deepest);
        }

        return read.ToImmutable();
    }

    private static bool IsAboutModels(KeyValue attribute) => IsAboutModels(attribute.Key);

    private static bool IsAboutModels(string name) => name.StartsWith("gen_ai.", StringComparison.Ordinal);

    private static JsonNode? ToDomain(AnyValue? value, int deep) => value?.ValueCase switch
    {
        AnyValue.ValueOneofCase.StringValue => JsonValue.Create(value.StringValue),
        AnyValue.ValueOneofCase.BoolValue => JsonValue.Create(value.BoolValue),
        AnyValue.ValueOneofCase.IntValue => JsonValue.Create(value.IntValue),
        AnyValue.ValueOneofCase.DoubleValue => double.IsFinite(value.DoubleValue) ? JsonValue.Create(value.DoubleValue) : null,
        AnyValue.ValueOneofCase.ArrayValue when deep > 0 => new JsonArray([.. value.ArrayValue.Values.Select(one => ToDomain(one, deep - 1))]),
        AnyValue.ValueOneofCase.KvlistValue when deep > 0 => Object(value.KvlistValue, deep - 1),
        _ => null,
    };

    private static JsonObject Object(KeyValueList list, int deep)
    {
        var read = new JsonObject();
        foreach (var one in list.Values)
        {
            read[one.Key] = ToDomain(one.Value, deep);
        }

        return read;
    }

    private static string Hex(ByteString id) => Convert.ToHexStringLower(id.Span);

    private static DateTimeOffset At(ulong nanoseconds) => DateTimeOffset.UnixEpoch.AddTicks((long)Math.Min(nanoseconds / 100, (ulong)(DateTimeOffset.MaxValue - DateTimeOffset.UnixEpoch).Ticks));
}
