using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Assize.Evaluation.Monitors;

namespace Assize.Evaluation.Notifications;

/// <summary>
/// A monitor's notifications that are not delivered yet, in the order in which they came to be; saved in one write with the alarms they tell of, so that none is lost.
/// Each channel gets them one after the other; one that does not answer holds up no other.
/// </summary>
public sealed record Outbox
{
    /// <summary>Notifications that wait at most; beyond them the oldest are given up.</summary>
    public const int Most = 200;

    public ImmutableArray<Notice> Waiting { get; init; } = [];

    /// <summary>What does not get through, each a sentence.</summary>
    [JsonIgnore]
    public IEnumerable<string> Troubles => Waiting.Where(notice => notice.Failing).Select(notice => string.Create(
        CultureInfo.InvariantCulture,
        $"The notification of channel '{notice.Channel}' about alarm {notice.Alarm} ({notice.Event}) did not get through {notice.Failures} times: {notice.Why}"));

    /// <summary>With what changed between two states of the alarms, for each channel of the definition.</summary>
    public Outbox Add(MonitorSpec spec, AlarmBook before, AlarmBook after)
    {
        if (ReferenceEquals(before, after) || spec.Definition.Notify.IsEmpty)
        {
            return this;
        }

        var known = before.Histories.ToDictionary(alarm => alarm.Number, alarm => alarm.History[^1].State);
        var verdicts = before.All.ToDictionary(alarm => alarm.Number, alarm => alarm.Reversals);
        var judged = after.All.Where(alarm => verdicts.TryGetValue(alarm.Number, out var old) && old != alarm.Reversals).Select(alarm => alarm.Number).ToHashSet();
        var notices = from alarm in after.Histories
                      let state = alarm.History[^1].State
                      let moved = !known.TryGetValue(alarm.Number, out var old) || old != state
                      where moved || judged.Contains(alarm.Number)
                      // Whoever hears of another state hears the verdict with it.
                      let message = NoticeMessage.Of(spec, after, alarm.Number, verdict: !moved)
                      let body = JsonSerializer.Serialize(message, EvaluationJson.Plain.NoticeMessage)
                      from channel in spec.Definition.Notify
                      select new Notice(message.Id, channel, alarm.Number, message.Event, body, message.Time);
        ImmutableArray<Notice> all = [.. Waiting, .. notices];
        return all.Length == Waiting.Length ? this : this with { Waiting = all };
    }

    /// <summary>What is one too many, oldest first.</summary>
    [JsonIgnore]
    public IEnumerable<Notice> Excess => Waiting.Take(Waiting.Length - Most);

    /// <summary>What is to be sent now: of each channel the first that waits, when its time has come.</summary>
    public ImmutableArray<Notice> Due(DateTimeOffset now) =>
        [.. Waiting.GroupBy(notice => notice.Channel).Select(channel => channel.First()).Where(first => !(first.NotBefore > now))];

    public Outbox Without(Notice notice) => this with { Waiting = Waiting.RemoveAll(notice.Same) };

    /// <summary>Notes a failed attempt; the notification is given up when its time is over.</summary>
    public (Outbox Next, bool GivenUp) Failed(Notice notice, string why, RetryTimes retry, DateTimeOffset now)
    {
        if (Waiting.FirstOrDefault(notice.Same) is not { } waiting)
        {
            return (this, false);
        }

        if (now - waiting.Since >= retry.GiveUpAfter)
        {
            return (Without(notice), true);
        }

        var failed = waiting with { Failures = waiting.Failures + 1, NotBefore = now + retry.After(waiting.Failures + 1), Why = why };
        return (this with { Waiting = Waiting.Replace(waiting, failed) }, false);
    }
}
