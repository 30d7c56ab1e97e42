using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Assize.Evaluation.Monitors;

/// <summary>An alarm about the monitor itself: its silence is no good news. It resolves itself when the trouble is over.</summary>
/// <param name="Number">Counted from 1, in one monitor, together with its alarms of quality.</param>
/// <param name="Trouble">What is wrong.</param>
/// <param name="Sentence">The same for a person, as it stood when the alarm was raised.</param>
public sealed record WatchdogAlarm(long Number, WatchdogTrouble Trouble, string Sentence)
{
    /// <summary>Whether the trouble has gone since; as long as it has not, no second alarm is raised for it, whatever somebody said of the first.</summary>
    public bool Over { get; init; }

    /// <summary>What happened to it, oldest first; its last state is the alarm's.</summary>
    public required ImmutableArray<AlarmEvent> History { get; init; }

    [JsonIgnore]
    public AlarmState State => History[^1].State;
}

/// <summary>What can keep a monitor from its work.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<WatchdogTrouble>))]
public enum WatchdogTrouble
{
    /// <summary>Nothing matched its filter for as long as it puts up with.</summary>
    NoTraffic,

    /// <summary>The last whole hour had less than a quarter of the least that it had on any of the seven days before.</summary>
    LittleTraffic,

    /// <summary>Conversations were not judged, since a silo was lost that held their texts in memory.</summary>
    LostConversations,

    /// <summary>Samples have been waiting for a score for as long as it puts up with, and none came.</summary>
    NoScores,

    /// <summary>Fewer than half of the samples were drawn that the rates say.</summary>
    TooFewSamples,

    /// <summary>Fewer than half of what was judged has a score.</summary>
    TooFewScores,

    /// <summary>More than a tenth of the latest scores lie in slices that the baseline does not have.</summary>
    UnwatchedSlices,

    /// <summary>More than twice as many scores come a day as the alarms' promise reckons with.</summary>
    OutpacedPromise,

    /// <summary>The run that the benchmark is held against is not kept any more.</summary>
    NoBaselineRun,
}

/// <summary>A trouble that is there now, and what it is in words.</summary>
public sealed record WatchdogFinding(WatchdogTrouble Trouble, string Sentence);
