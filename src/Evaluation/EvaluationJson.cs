using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Assize.Evaluation.Budgets;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Notifications;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Sampling;
using Assize.Evaluation.Suites;
using Assize.Evaluation.Traffic;

namespace Assize.Evaluation;

/// <summary>The one JSON form of the domain: in files, on the wire between grains, and at rest.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowOutOfOrderMetadataProperties = true,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(SuiteDefinition))]
[JsonSerializable(typeof(Exhibit))]
[JsonSerializable(typeof(ImmutableArray<Exhibit>))]
[JsonSerializable(typeof(CaseRecord))]
[JsonSerializable(typeof(Completion))]
[JsonSerializable(typeof(Prompt))]
[JsonSerializable(typeof(ModelCards))]
[JsonSerializable(typeof(Report))]
[JsonSerializable(typeof(RunSpec))]
[JsonSerializable(typeof(RunLedger))]
[JsonSerializable(typeof(ShardLedger))]
[JsonSerializable(typeof(Removal))]
[JsonSerializable(typeof(RunFate))]
[JsonSerializable(typeof(Expiry))]
[JsonSerializable(typeof(Summary))]
[JsonSerializable(typeof(SuiteContents))]
[JsonSerializable(typeof(SuiteRecord))]
[JsonSerializable(typeof(Chunk))]
[JsonSerializable(typeof(Upload))]
[JsonSerializable(typeof(CompletionRequest))]
[JsonSerializable(typeof(PaidCompletion))]
[JsonSerializable(typeof(LeaseRequest))]
[JsonSerializable(typeof(Lease))]
[JsonSerializable(typeof(EndpointStatus))]
[JsonSerializable(typeof(Budget))]
[JsonSerializable(typeof(BudgetLines))]
[JsonSerializable(typeof(Allowance))]
[JsonSerializable(typeof(Terms))]
[JsonSerializable(typeof(RationRequest))]
[JsonSerializable(typeof(Ration))]
[JsonSerializable(typeof(Purse))]
[JsonSerializable(typeof(Draft))]
[JsonSerializable(typeof(Advance))]
[JsonSerializable(typeof(Response))]
[JsonSerializable(typeof(ImmutableArray<RecentScore>))]
[JsonSerializable(typeof(RunId))]
[JsonSerializable(typeof(SuiteName))]
[JsonSerializable(typeof(SuiteVersion))]
[JsonSerializable(typeof(CaseId))]
[JsonSerializable(typeof(Detector))]
[JsonSerializable(typeof(Observation))]
[JsonSerializable(typeof(Baseline))]
[JsonSerializable(typeof(ImmutableArray<SliceBaseline>))]
[JsonSerializable(typeof(Alarm))]
[JsonSerializable(typeof(Watch))]
[JsonSerializable(typeof(AnchorVerdict))]
[JsonSerializable(typeof(HashSampler))]
[JsonSerializable(typeof(Thinning))]
[JsonSerializable(typeof(BottomK))]
[JsonSerializable(typeof(MonitorDefinition))]
[JsonSerializable(typeof(MonitorName))]
[JsonSerializable(typeof(MonitorSpec))]
[JsonSerializable(typeof(MonitorLedger))]
[JsonSerializable(typeof(MonitorSet))]
[JsonSerializable(typeof(MonitorEntry))]
[JsonSerializable(typeof(SampleSegment))]
[JsonSerializable(typeof(TrafficBatch))]
[JsonSerializable(typeof(Pseudonyms))]
[JsonSerializable(typeof(ConversationTurns))]
[JsonSerializable(typeof(Acknowledgement))]
[JsonSerializable(typeof(NotificationChannels))]
[JsonSerializable(typeof(NoticeMessage))]
[JsonSerializable(typeof(AnchorRound))]
[JsonSerializable(typeof(BenchmarkRun))]
[JsonSerializable(typeof(BridgeDecision))]
public sealed partial class EvaluationJson : JsonSerializerContext
{
    private static readonly Lazy<EvaluationJson> PlainContext = new(() =>
        new EvaluationJson(new JsonSerializerOptions(Default!.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));

    private static readonly Lazy<JsonSerializerOptions> StoredOptions = new(() => new JsonSerializerOptions(Plain.Options) { TypeInfoResolver = new DeclaredDefaults(Plain) });

    /// <summary>The context with text written as it is, not escaped for HTML: nothing here is pasted into a page unencoded.</summary>
    public static EvaluationJson Plain => PlainContext.Value;

    /// <summary>The same form for what is read long after it was written, or was written by another version: see <see cref="DeclaredDefaults"/>.</summary>
    public static JsonSerializerOptions Stored => StoredOptions.Value;
}
