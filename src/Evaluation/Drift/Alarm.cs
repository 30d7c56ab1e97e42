using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Assize.Evaluation.Sampling;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Drift;

/// <summary>Which scores an alarm was raised on.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AlarmSource>))]
public enum AlarmSource
{
    /// <summary>Production scores as they were judged.</summary>
    Production,

    /// <summary>The anchors: the judge grades otherwise.</summary>
    Anchors,

    /// <summary>Production scores less the judge's shift.</summary>
    Corrected,

    /// <summary>A scheduled benchmark, which the gate did not let pass.</summary>
    Benchmark,
}

/// <summary>What a detector found, and how sure it had to be.</summary>
public sealed record Alarm
{
    /// <summary>The kind of detector that raised it.</summary>
    public required string Detector { get; init; }

    /// <summary>The score it was raised at.</summary>
    public required long Sequence { get; init; }

    public required SampleId Sample { get; init; }

    public DateTimeOffset? Time { get; init; }

    /// <summary>What the evidence had to reach.</summary>
    public required double Threshold { get; init; }

    /// <summary>What it reached, in the detector's own unit.</summary>
    public required double Evidence { get; init; }

    public AlarmSource Stream { get; init; }

    public Channel Channel { get; init; }

    public required Direction Direction { get; init; }

    /// <summary>The first score after the change, as far as it can be told; null where the detector does not tell.</summary>
    public long? ChangedAt { get; init; }

    /// <summary>The slices it is about; none where it is about the whole stream.</summary>
    public ImmutableArray<Slice> Slices { get; init; } = [];

    /// <summary>Samples from the change to the alarm, both included, those without a score and anchors among them; null where the change was not told.</summary>
    [JsonIgnore]
    public long? Delay => Sequence - ChangedAt + 1;
}
