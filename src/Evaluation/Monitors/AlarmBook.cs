using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Assize.Evaluation.Drift;

namespace Assize.Evaluation.Monitors;

/// <summary>A monitor's alarms, oldest first: as long as one is not resolved, more evidence in its direction is added to it and rings nobody again.</summary>
public sealed record AlarmBook
{
    /// <summary>Alarms of each kind kept; the oldest go first.</summary>
    public const int Most = 100;

    /// <summary>Who did what nobody else did.</summary>
    public const string Monitor = "monitor";

    /// <summary>Alarms raised so far; the number of the last one.</summary>
    public long Raised { get; init; }

    /// <summary>Alarms of a change of quality.</summary>
    public ImmutableArray<MonitorAlarm> All { get; init; } = [];

    /// <summary>Alarms of the watchdog: the monitor itself could not do its work.</summary>
    public ImmutableArray<WatchdogAlarm> Watchdogs { get; init; } = [];

    /// <summary>What happened to each alarm of either kind, by number.</summary>
    [JsonIgnore]
    public IEnumerable<(long Number, ImmutableArray<AlarmEvent> History)> Histories =>
        All.Select(alarm => (alarm.Number, alarm.History)).Concat(Watchdogs.Select(alarm => (alarm.Number, alarm.History))).OrderBy(alarm => alarm.Number);

    /// <summary>Alarms of either kind that are not resolved.</summary>
    [JsonIgnore]
    public int Standing => Histories.Count(alarm => alarm.History[^1].State is not AlarmState.Resolved);

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
            History = [new AlarmEvent(now, AlarmState.Open, Monitor, "")],
        };
        return this with { Raised = raised.Number, All = [.. All.Skip(All.Length - Most + 1), raised] };
    }

    /// <summary>Notes what somebody did about an alarm; the same state again changes nothing.</summary>
    /// <exception cref="EvaluationException">There is no such alarm, or it is resolved already.</exception>
    public AlarmBook Move(long number, AlarmState to, string by, string note, DateTimeOffset now)
    {
        var state = StateOf(number)
            ?? throw new EvaluationException([new Mistake(FormattableString.Invariant($"There is no alarm {number}."), "List the alarms to see their numbers.") { Field = "alarm" }]);
        if (state == to)
        {
            return this;
        }

        return to > state
            ? With(number, new AlarmEvent(now, to, by, note))
            : throw new EvaluationException([new Mistake(FormattableString.Invariant($"Alarm {number} is resolved already.")) { Field = "alarm" }]);
    }

    /// <summary>Writes something into an alarm's history that leaves its state as it is; of an alarm that is not kept any more nothing is written.</summary>
    public AlarmBook Remark(long number, string by, string note, DateTimeOffset now) => StateOf(number) is { } state ? With(number, new AlarmEvent(now, state, by, note)) : this;

    /// <summary>Holds what the watchdog finds now against its alarms: what is new is raised once, and what is over resolves itself. Nothing new is the same book.</summary>
    /// <param name="findings">What keeps the monitor from its work; at most one of a kind.</param>
    /// <param name="over">What to write where something is over.</param>
    public AlarmBook Tend(IReadOnlyCollection<WatchdogFinding> findings, string over, DateTimeOffset now)
    {
        var book = this;
        foreach (var gone in Watchdogs.Where(alarm => !alarm.Over && findings.All(finding => finding.Trouble != alarm.Trouble)))
        {
            book = book with { Watchdogs = book.Watchdogs.Replace(gone, gone with { Over = true }) };
            book = gone.State is AlarmState.Resolved ? book : book.With(gone.Number, new AlarmEvent(now, AlarmState.Resolved, Monitor, over));
        }

        foreach (var finding in findings.Where(finding => Watchdogs.All(alarm => alarm.Over || alarm.Trouble != finding.Trouble)))
        {
            var raised = new WatchdogAlarm(book.Raised + 1, finding.Trouble, finding.Sentence) { History = [new AlarmEvent(now, AlarmState.Open, Monitor, "")] };
            book = book with { Raised = raised.Number, Watchdogs = [.. book.Watchdogs.Skip(book.Watchdogs.Length - Most + 1), raised] };
        }

        return book;
    }

    private AlarmState? StateOf(long number) => Histories.Where(alarm => alarm.Number == number).Select(alarm => (AlarmState?)alarm.History[^1].State).FirstOrDefault();

    private AlarmBook With(long number, AlarmEvent happened) => this with
    {
        All = [.. All.Select(alarm => alarm.Number == number ? alarm with { History = alarm.History.Add(happened) } : alarm)],
        Watchdogs = [.. Watchdogs.Select(alarm => alarm.Number == number ? alarm with { History = alarm.History.Add(happened) } : alarm)],
    };
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
