using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Assize.Evaluation.Drift;

namespace Assize.Evaluation.Monitors;

/// <summary>A monitor's alarms, oldest first: as long as one is not resolved, more evidence in its direction is added to it and rings nobody again.</summary>
public sealed record AlarmBook
{
    /// <summary>Alarms kept; the oldest go first.</summary>
    public const int Most = 100;

    /// <summary>How long a verdict gets better with every round of the anchors: the day of the alarm and four more. Source: statistics.md 4.4.</summary>
    private static readonly TimeSpan VerdictAfter = TimeSpan.FromDays(5);

    /// <summary>Alarms raised so far; the number of the last one.</summary>
    public long Raised { get; init; }

    public ImmutableArray<MonitorAlarm> All { get; init; } = [];

    /// <summary>Those that are not resolved.</summary>
    [JsonIgnore]
    public ImmutableArray<MonitorAlarm> Standing => [.. All.Where(alarm => alarm.State is not AlarmState.Resolved)];

    /// <summary>
    /// Raises an alarm, or adds it to one that stands and tells the same: the same stream and direction, and no slice that was not named before. An alarm over the whole
    /// stream learns the names of its slices in this way.
    /// </summary>
    public AlarmBook Raise(Alarm alarm, Explanation explanation, Watch watch, DateTimeOffset now) => Raise(
        alarm,
        explanation,
        watch.Baseline.Id,
        watch.Anchors is null ? watch.Patience.Sentence : $"{watch.Patience.Sentence} Anchors and corrected scores are watched as well, with the same promise each.",
        watch.Anchors is null ? MonitorAlarm.NoAnchors : MonitorAlarm.TooEarly,
        now);

    /// <param name="expected">How many false alarms are to be expected, as a sentence.</param>
    /// <param name="verdict">What is known of whether the judge or the product changed.</param>
    public AlarmBook Raise(Alarm alarm, Explanation explanation, BaselineId baseline, string expected, string verdict, DateTimeOffset now)
    {
        if (Standing.FirstOrDefault(one => one.Tells(alarm)) is { } standing)
        {
            var named = standing.Alarm with { Slices = standing.Alarm.Slices.IsEmpty ? alarm.Slices : standing.Alarm.Slices };
            return this with { All = All.Replace(standing, standing with { Alarm = named, Repeats = standing.Repeats + 1, LastSeen = now }) };
        }

        var raised = new MonitorAlarm
        {
            Number = Raised + 1,
            Alarm = alarm,
            Baseline = baseline,
            Explanation = explanation,
            Expected = expected,
            Verdict = verdict,
            LastSeen = now,
            History = [new AlarmEvent(now, AlarmState.Open, "monitor", "")],
        };
        return this with { Raised = raised.Number, All = [.. All.Skip(All.Length - Most + 1), raised] };
    }

    /// <summary>Notes for every alarm that stands whether the judge or the product moved, until that is decided and for five days at least.</summary>
    /// <param name="verdict">What is known of an alarm by now; null while it is too little.</param>
    public AlarmBook Judged(Func<Alarm, AnchorVerdict?> verdict, DateTimeOffset now)
    {
        var all = All;
        foreach (var alarm in Standing.Where(alarm => alarm.Alarm.Stream is not AlarmSource.Benchmark).Where(alarm => alarm.Anchors is not { Culprit: not Culprit.Undecided } || now - alarm.History[0].At <= VerdictAfter))
        {
            if (verdict(alarm.Alarm) is { } known)
            {
                all = all.Replace(alarm, alarm with { Anchors = known, Verdict = known.Sentence });
            }
        }

        return this with { All = all };
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

    /// <summary>How often the evidence reached the threshold again before the alarm was resolved.</summary>
    public int Repeats { get; init; }

    public required DateTimeOffset LastSeen { get; init; }

    /// <summary>What happened to it, oldest first; its last state is the alarm's.</summary>
    public required ImmutableArray<AlarmEvent> History { get; init; }

    [JsonIgnore]
    public AlarmState State => History[^1].State;

    /// <summary>Whether another alarm says nothing that this one does not say. A corrected score is production's, and is no other stream.</summary>
    public bool Tells(Alarm other) =>
        Alarm.Direction == other.Direction
        && Heard(Alarm) == Heard(other)
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
