using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Assize.Evaluation.Drift;

namespace Assize.Cli.Streams;

/// <summary>What going through a stream came to.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DriftVerdict>))]
internal enum DriftVerdict
{
    Quiet,
    Alarm,
    Inconclusive,
}

/// <summary>All that <c>assize drift</c> prints, in the form of its JSON.</summary>
internal sealed record DriftFindings
{
    public required DriftVerdict Verdict { get; init; }

    /// <summary>Why nothing can be said; null where something can.</summary>
    public string? Why { get; init; }

    public required string File { get; init; }

    public required long Rows { get; init; }

    public required string Scale { get; init; }

    public required ImmutableArray<string> Remarks { get; init; }

    public BaselineFacts? Baseline { get; init; }

    public Patience? Patience { get; init; }

    /// <summary>The sentence on expected false alarms, as the detectors that ran promise them.</summary>
    public string? FalseAlarms { get; init; }

    /// <summary>The same of the detectors of production scores in numbers, the surest first.</summary>
    public ImmutableArray<PromiseFacts> Promises { get; init; } = [];

    public ImmutableArray<string> Planning { get; init; } = [];

    public MonitoredFacts? Monitored { get; init; }

    /// <summary>The first alarm of every detector.</summary>
    public ImmutableArray<AlarmFacts> Alarms { get; init; } = [];

    /// <summary>Alarms after the first of their detector: the stream is still in drift.</summary>
    public long FurtherAlarms { get; init; }

    public ImmutableArray<SliceFacts> Slices { get; init; } = [];

    public double? Within { get; init; }

    public double? Mix { get; init; }

    public AnchorFacts? Anchors { get; init; }

    public ImmutableArray<ExampleFacts> Examples { get; init; } = [];

    public DescriptionFacts? Descriptions { get; init; }

    public ImmutableArray<CurvePoint> Curve { get; init; } = [];
}

/// <summary>Numbers in points.</summary>
internal sealed record BaselineFacts(
    long Rows, long Scores, long Repeated, double Mean, double Deviation, double AssumedDeviation, double CarryOver, double Band, double? LowTailAtMost, int Slices, string? Judge, DateTimeOffset? From, DateTimeOffset? Until, int AnchorItems, long AnchorJudgements);

internal sealed record MonitoredFacts(long Rows, long Scored, long Unscored, long Duplicates, long SlicesWithoutBaseline, long AnchorJudgements, long AnchorsWithoutBaseline, long RefusedForTheirJudge);

/// <summary>Scores and days to a false alarm of several detectors together, at least (guaranteed) or about (calibrated); none where no rate is promised.</summary>
internal sealed record PromiseFacts(ImmutableArray<string> Detectors, bool Guaranteed, double? Scores, double? Days);

/// <summary>FalseAlarms: what its detector promises of them, a part of what is said of the stream.</summary>
internal sealed record AlarmFacts(
    int Line, DateTimeOffset? Time, string Detector, AlarmSource Stream, Channel Channel, Direction Direction, double Evidence, double Threshold, int? ChangedAtLine, DateTimeOffset? ChangedAtTime, long? Delay, ImmutableArray<string> Slices, string FalseAlarms);

/// <summary>WithinError: half of the 95 % interval of Within; none where nothing says how far the slice's scores vary.</summary>
internal sealed record SliceFacts(string Slice, long Before, double MeanBefore, long After, double? MeanAfter, double Within, double? WithinError, double Mix);

/// <summary>Judge or product; shifts in points with their standard errors.</summary>
internal sealed record AnchorFacts(Culprit? Culprit, string Sentence, Shift? Judge, Shift? Product, Shift? Raw, long Items);

internal sealed record ExampleFacts(int Line, string? Id, string Slice, double Score, double Expected);

/// <summary>Distances of the monitored scores from the baseline's, each beside what sampling alone makes it; never an alarm.</summary>
internal sealed record DescriptionFacts(double Psi, double PsiBySampling, double? PsiP, double JensenShannon, double JensenShannonBySampling, double Wasserstein, double WassersteinBySampling);

/// <summary>A stretch of the monitored rows: mean in points, largest evidence over threshold.</summary>
internal sealed record CurvePoint(int FromLine, int ToLine, long Scores, double Mean, double Level);

/// <summary>The JSON form of the findings.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(DriftFindings))]
internal sealed partial class DriftJson : JsonSerializerContext;
