using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Assize.Evaluation.Drift;

namespace Assize.Evaluation.Monitors;

/// <summary>A monitor's alarms, oldest first: as long as one is not resolved, more evidence in its direction is added to it and rings nobody again.</summary>
public sealed record AlarmBook
{
    /// <summary>Alarms kept; the oldest go first.</summary>
    public const int Most = 100;

    /// <summary>Alarms raised so far; the number of the last one.</summary>
    public long Raised { get; init; }

    public ImmutableArray<MonitorAlarm> All { get; init; } = [];

    public AlarmBook Raise(Alarm alarm, Explanation explanation, BaselineId baseline, string expected, DateTimeOffset now)
    {
        var standing = All.FirstOrDefault(one => one.State is not AlarmState.Resolved && one.Alarm.Direction == alarm.Direction);
        if (standing is not null)
        {
            return this with { All = All.Replace(standing, standing with { Repeats = standing.Repeats + 1, LastSeen = now }) };
        }

        var raised = new MonitorAlarm
        {
            Number = Raised + 1,
            Alarm = alarm,
            Baseline = baseline,
            Explanation = explanation,
            Expected = expected,
            LastSeen = now,
            History = [new AlarmEvent(now, AlarmState.Open, "monitor", "")],
        };
        return this with { Raised = raised.Number, All = [.. All.Skip(All.Length - Most + 1), raised] };
    }

    /// <summary>Notes what somebody did about an alarm; the same state again changes nothing.</summary>
    /// <exception cref="EvaluationException">There is no such alarm, or it is resolved already.</exception>
    public AlarmBook Move(long number, AlarmState to, string by, string note, DateTimeOffset now)
    {
        var alarm = All.FirstOrDefault(one => one.Number == number)
            ?? throw new EvaluationException([new Mistake(FormattableString.Invariant($"There is no alarm {number}."), "List the alarms to see their numbers.") { Field = "alarm" }]);
        if (alarm.State == to)
        {
            return this;
        }

        if (to < alarm.State)
        {
            throw new EvaluationException([new Mistake(FormattableString.Invariant($"Alarm {number} is resolved already.")) { Field = "alarm" }]);
        }

        return this with { All = All.Replace(alarm, alarm with { History = alarm.History.Add(new AlarmEvent(now, to, by, note)) }) };
    }
}

/// <summary>An alarm with everything that is known about it.</summary>
public sealed record MonitorAlarm
{
    /// <summary>Counted from 1, in one monitor.</summary>
    public required long Number { get; init; }

    public required Alarm Alarm { get; init; }

    /// <summary>What the scores were held against.</summary>
    public required BaselineId Baseline { get; init; }

    public required Explanation Explanation { get; init; }

    /// <summary>How many false alarms are to be expected, as a sentence.</summary>
    public required string Expected { get; init; }

    /// <summary>Whether the judge or the product changed.</summary>
    public string Verdict { get; init; } = "undecided: no anchors";

    /// <summary>How often the evidence reached the threshold again before the alarm was resolved.</summary>
    public int Repeats { get; init; }

    public required DateTimeOffset LastSeen { get; init; }

    /// <summary>What happened to it, oldest first; its last state is the alarm's.</summary>
    public required ImmutableArray<AlarmEvent> History { get; init; }

    [JsonIgnore]
    public AlarmState State => History[^1].State;
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
