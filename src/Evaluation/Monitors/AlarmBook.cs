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

    /// <summary>How long a verdict gets better with every round of the anchors: the day of the alarm and four more. Source: statistics.md 4.4.</summary>
    private static readonly TimeSpan VerdictAfter = TimeSpan.FromDays(5);

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
    public int StandingCount => Histories.Count(alarm => alarm.History[^1].State is not AlarmState.Resolved);

    /// <summary>Whether an alarm is a benchmark's.</summary>
    public bool OfBenchmark(long number) => All.Any(alarm => alarm.Number == number && alarm.Alarm.Stream is AlarmSource.Benchmark);

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
        FalseAlarms.Of(watch) is var known && known.Production.Length > 1 ? known.Of(alarm) : known.Sentence,
        watch.Anchors is null ? MonitorAlarm.NoAnchors : MonitorAlarm.TooEarly,
        now);

    /// <summary>
    /// The same, where the explanation is made when it is needed. An alarm that stands is explained anew by more evidence, as long as the change is remembered: it was raised when scores had just
    /// been unlucky enough, and the part of the traffic that explains it may have had too few.
    /// </summary>
    /// <param name="alarm">What was raised.</param>
    /// <param name="explain">Explains it, or one that stands, by what is known now.</param>
    /// <param name="remembered">The oldest score that the explanation would know.</param>
    /// <param name="watch">Whose alarm it is.</param>
    /// <param name="now">When.</param>
    public AlarmBook Raise(Alarm alarm, Func<Alarm, Explanation> explain, long? remembered, Watch watch, DateTimeOffset now)
    {
        if (Told(alarm, watch.Baseline.Id) is not { } standing)
        {
            return Raise(alarm, explain(alarm), watch, now);
        }

        // As a whole, so that its figures are of one moment; a part that was found is not given up for none.
        var known = standing.Explanation;
        if (standing.Alarm.ChangedAt >= remembered && explain(standing.Alarm) is var later && (later.Cause is not null || known.Cause is null))
        {
            known = later;
        }

        return (this with { All = All.Replace(standing, standing with { Explanation = known }) }).Raise(alarm, known, watch, now);
    }

    /// <param name="expected">How many false alarms are to be expected, as a sentence.</param>
    /// <param name="verdict">What is known of whether the judge or the product changed.</param>
    public AlarmBook Raise(Alarm alarm, Explanation explanation, BaselineId baseline, string expected, string verdict, DateTimeOffset now)
    {
        if (Told(alarm, baseline) is { } standing)
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
            History = [new AlarmEvent(now, AlarmState.Open, Monitor, "")],
        };
        // What stands is kept as long as anything resolved could go in its place.
        var room = All.Length < Most ? All : All.Remove(All.FirstOrDefault(one => one.State is AlarmState.Resolved) ?? All[0]);
        return this with { Raised = raised.Number, All = room.Add(raised) };
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
                var judged = alarm with { Anchors = known, Verdict = known.Sentence };
                all = all.Replace(alarm, known.Culprit == alarm.Culprit ? judged : judged with
                {
                    Reversals = alarm.Reversals + 1,
                    History = alarm.History.Add(new AlarmEvent(now, alarm.State, Monitor, $"Judge or product: {known.Sentence}.")),
                });
            }
        }

        return this with { All = all };
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

    /// <summary>The one that stands and says all that another would; what was held against another baseline says nothing of this one.</summary>
    private MonitorAlarm? Told(Alarm alarm, BaselineId baseline) => Standing.FirstOrDefault(one => one.Baseline == baseline && one.Tells(alarm));

    private AlarmState? StateOf(long number) => Histories.Where(alarm => alarm.Number == number).Select(alarm => (AlarmState?)alarm.History[^1].State).FirstOrDefault();

    private AlarmBook With(long number, AlarmEvent happened) => this with
    {
        All = [.. All.Select(alarm => alarm.Number == number ? alarm with { History = alarm.History.Add(happened) } : alarm)],
        Watchdogs = [.. Watchdogs.Select(alarm => alarm.Number == number ? alarm with { History = alarm.History.Add(happened) } : alarm)],
    };
}
