using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Assize.Evaluation.Drift;

namespace Assize.Evaluation.Monitors;

/// <summary>An alarm with everything that is known about it.</summary>
public sealed record MonitorAlarm
{
    public const string NoAnchors = "undecided: no anchors";

    public const string Benchmark = "not asked: a benchmark's judge and candidate are asked anew together";

    public const string TooEarly = "undecided: too few anchors were judged since";

    /// <summary>Counted from 1, in one monitor.</summary>
    public required long Number { get; init; }

    public required Alarm Alarm { get; init; }

    /// <summary>What the scores were held against.</summary>
    public required BaselineId Baseline { get; init; }

    public required Explanation Explanation { get; init; }

    /// <summary>How many false alarms are to be expected, as a sentence.</summary>
    public required string Expected { get; init; }

    /// <summary>Whether the judge or the product changed, in words.</summary>
    public required string Verdict { get; init; }

    /// <summary>The same in numbers; null without anchors, or while too few were judged.</summary>
    public AnchorVerdict? Anchors { get; init; }

    /// <summary>How often somebody else was to blame than before, or nobody any more; whoever was told before is told again.</summary>
    public int Reversals { get; init; }

    [JsonIgnore]
    public Culprit Culprit => Anchors?.Culprit ?? Culprit.Undecided;

    /// <summary>How often the evidence reached the threshold again before the alarm was resolved.</summary>
    public int Repeats { get; init; }

    public required DateTimeOffset LastSeen { get; init; }

    /// <summary>What happened to it, oldest first; its last state is the alarm's.</summary>
    public required ImmutableArray<AlarmEvent> History { get; init; }

    [JsonIgnore]
    public AlarmState State => History[^1].State;

    /// <summary>Whether another alarm says nothing that this one does not say. A corrected score is production's, and is no other stream; a chart does not say what a detector with a guarantee says.</summary>
    public bool Tells(Alarm other) =>
        Alarm.Direction == other.Direction
        && Heard(Alarm) == Heard(other)
        && (!ChosenDetectors.Charts.Contains(Alarm.Detector) || ChosenDetectors.Charts.Contains(other.Detector))
        && (Alarm.Slices.IsEmpty || other.Slices.All(slice => Alarm.Slices.Contains(slice)));

    private static AlarmSource Heard(Alarm alarm) => alarm.Stream is AlarmSource.Corrected ? AlarmSource.Production : alarm.Stream;
}

/// <summary>How far an alarm has been dealt with.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AlarmState>))]
public enum AlarmState
{
    Open,

    /// <summary>Somebody has seen it.</summary>
    Acknowledged,

    /// <summary>It is over: the next evidence raises a new one.</summary>
    Resolved,
}

/// <summary>Something that happened to an alarm.</summary>
public sealed record AlarmEvent(DateTimeOffset At, AlarmState State, string By, string Note);
