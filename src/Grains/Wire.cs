using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Assize.Evaluation;
using Assize.Evaluation.Budgets;
using Assize.Evaluation.Models;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Suites;
using Assize.Evaluation.Traffic;
using Assize.Grains.Suites;
using Assize.Grains.Tenants;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Orleans.Serialization.Cloning;
using Orleans.Storage;

namespace Assize.Grains;

/// <summary>How domain values cross between silos and rest in storage: as the domain's one JSON form. Inside a silo they are shared, never copied.</summary>
public static class Wire
{
    /// <summary>The JSON form of everything a grain sends or keeps.</summary>
    public static JsonSerializerOptions Json { get; } = new(EvaluationJson.Stored)
    {
        TypeInfoResolver = JsonTypeInfoResolver.Combine(EvaluationJson.Stored.TypeInfoResolver, new DeclaredDefaults(KeptJson.Default)),
    };

    /// <summary>Registers the JSON form for grain calls and for storage.</summary>
    public static IServiceCollection AddWire(this IServiceCollection services)
    {
        services.AddSerializer(builder => builder.AddJsonSerializer(
            isSerializable: IsDomain,
            isCopyable: _ => false,
            configureOptions: options => options.Configure(json => json.SerializerOptions = Json)));
        // Otherwise a caller elsewhere hears of a missing codec and not of what went wrong.
        services.Configure<ExceptionSerializationOptions>(exceptions => exceptions.SupportedNamespacePrefixes.Add(nameof(Assize)));
        services.AddSingleton<IGeneralizedCopier, SharedValues>();
        services.AddSingleton<IGrainStorageSerializer, StateSerializer>();
        return services;
    }

    private static bool IsDomain(Type type) => type.Assembly == typeof(EvaluationJson).Assembly;

    /// <summary>Domain values are immutable, so that passing the reference is passing a copy.</summary>
    private sealed class SharedValues : IGeneralizedCopier
    {
        public bool IsSupportedType(Type type) => IsDomain(type);

        public object? DeepCopy(object? input, CopyContext context) => input;
    }

    private sealed class StateSerializer : IGrainStorageSerializer, IGrainStorageStreamingSerializer
    {
        public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input, Json));

        public T Deserialize<T>(BinaryData input)
        {
            try
            {
                return JsonSerializer.Deserialize<T>(input, Json) ?? throw IsNull<T>();
            }
            catch (Exception wrong) when (Unreadable<T>(wrong) is { } told)
            {
                return told;
            }
        }

        public async ValueTask SerializeAsync<T>(T? input, Stream destination, CancellationToken cancellationToken = default) =>
            await JsonSerializer.SerializeAsync(destination, input, Json, cancellationToken);

        public async ValueTask<T?> DeserializeAsync<T>(Stream input, CancellationToken cancellationToken = default)
        {
            try
            {
                return await JsonSerializer.DeserializeAsync<T>(input, Json, cancellationToken) ?? throw IsNull<T>();
            }
            catch (Exception wrong) when (Unreadable<T>(wrong) is { } told)
            {
                return told;
            }
        }

        /// <summary>A state that says what is wrong with it, where its grain wants to know; what the store itself failed with is another matter.</summary>
        private static T? Unreadable<T>(Exception wrong)
        {
            if (!typeof(T).IsAssignableTo(typeof(Legible)) || wrong is not (JsonException or NotSupportedException or ArgumentException or FormatException or InvalidOperationException or EvaluationException))
            {
                return default;
            }

            var told = Activator.CreateInstance<T>();
            ((Legible)(object)told!).Unreadable = wrong.Message.TrimEnd('.');
            return told;
        }

        private static JsonException IsNull<T>() => new($"a stored {typeof(T).Name} is null");
    }
}

/// <summary>What a grain keeps: one domain record, or nothing yet. Storage asks for a type with an empty constructor, which a record need not have.</summary>
public sealed class Kept<T>
    where T : class
{
    public T? Value { get; set; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowOutOfOrderMetadataProperties = true,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(Kept<SuiteLedger>))]
[JsonSerializable(typeof(Kept<TenantLedger>))]
[JsonSerializable(typeof(Kept<RunPage>))]
[JsonSerializable(typeof(Kept<Claim>))]
[JsonSerializable(typeof(Kept<OpenRuns>))]
[JsonSerializable(typeof(Kept<Removal>))]
[JsonSerializable(typeof(Kept<Chunk>))]
[JsonSerializable(typeof(Kept<Upload>))]
[JsonSerializable(typeof(Kept<RunLedger>))]
[JsonSerializable(typeof(Kept<ShardLedger>))]
[JsonSerializable(typeof(Kept<PaidCompletion>))]
[JsonSerializable(typeof(Kept<Allowance>))]
[JsonSerializable(typeof(Kept<Purse>))]
[JsonSerializable(typeof(KeptIfLegible<MonitorLedger>))]
[JsonSerializable(typeof(Kept<MonitorSet>))]
[JsonSerializable(typeof(Kept<SampleSegment>))]
[JsonSerializable(typeof(Kept<ConversationTurns>))]
internal sealed partial class KeptJson : JsonSerializerContext;
