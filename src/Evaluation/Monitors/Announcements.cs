using System.Collections.Immutable;
using Assize.Evaluation.Notifications;

namespace Assize.Evaluation.Monitors;

/// <summary>What is told of a monitor's alarms, and what becomes of it.</summary>
public static class Announcements
{
    /// <summary>The ledger after a transition, with what is to be told of its alarms.</summary>
    public static MonitorLedger Announced(this MonitorLedger next, MonitorLedger before, DateTimeOffset now)
    {
        var outbox = next.Outbox.Add(next.Spec, before.Watch.Alarms, next.Watch.Alarms);
        return ReferenceEquals(outbox, next.Outbox) ? next
            : outbox.Excess.Aggregate(next with { Outbox = outbox }, (ledger, notice) => ledger.GivenUp(ledger.Outbox.Without(notice), notice, "too many others wait", now));
    }

    /// <summary>A channel has taken a notification.</summary>
    public static MonitorLedger Delivered(this MonitorLedger ledger, Notice notice) => ledger with { Outbox = ledger.Outbox.Without(notice) };

    /// <summary>A channel has not taken a notification: it is offered again later, or given up, and then the alarm's history says so.</summary>
    public static MonitorLedger NotDelivered(this MonitorLedger ledger, Notice notice, string why, RetryTimes retry, DateTimeOffset now)
    {
        var (outbox, givenUp) = ledger.Outbox.Failed(notice, why, retry, now);
        return givenUp ? ledger.GivenUp(outbox, notice, $"it did not get through for {retry.Words}, lastly: {why}", now) : ledger with { Outbox = outbox };
    }

    /// <summary>What keeps the monitor from doing its work, each a sentence.</summary>
    public static ImmutableArray<string> Troubles(this MonitorLedger ledger, DateTimeOffset now) =>
    [
        .. ledger.Leaving ? (ReadOnlySpan<string>)["It is being deleted."] : [], .. Watchdog.Findings(ledger, now).Select(finding => finding.Sentence), .. ledger.Outbox.Troubles, .. ledger.Allotment.Trouble(ledger.Spec.Definition.Sampler) is { } trouble ? (ReadOnlySpan<string>)[trouble] : [],
    ];

    private static MonitorLedger GivenUp(this MonitorLedger ledger, Outbox outbox, Notice notice, string why, DateTimeOffset now) => ledger with
    {
        Outbox = outbox,
        Watch = ledger.Watch with { Alarms = ledger.Watch.Alarms.Remark(notice.Alarm, "notifications", $"Channel '{notice.Channel}' was not told that it was {notice.Event}: {why}", now) },
    };
}
