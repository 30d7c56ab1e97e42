using Assize.Evaluation.Drift;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Schedules;
using Google.Protobuf.WellKnownTypes;

namespace Assize.Gateway.Translation;

/// <summary>Anchors and schedules between the API's messages and the domain.</summary>
public static class AnchorTranslation
{
    public static V1.AnchorSettings ToProto(this AnchorSettings anchors)
    {
        var message = new V1.AnchorSettings { Suite = anchors.Suite.Value, Schedule = anchors.Schedule.ToProto(), Repeats = anchors.Repeats };
        if (anchors.Candidate is { } candidate)
        {
            message.Candidate = candidate.Value;
        }

        return message;
    }

    public static AnchorSettings ToDomain(this V1.AnchorSettings anchors)
    {
        var settings = new AnchorSettings { Suite = new(anchors.Suite), Candidate = anchors.HasCandidate ? new(anchors.Candidate) : null };
        return settings with { Schedule = anchors.Schedule?.ToDomain() ?? settings.Schedule, Repeats = anchors.HasRepeats ? anchors.Repeats : settings.Repeats };
    }

    public static V1.Schedule ToProto(this Schedule schedule)
    {
        var message = new V1.Schedule();
        if (schedule.EveryHours is { } hours)
        {
            message.EveryHours = hours;
        }

        if (schedule.Cron is { } cron)
        {
            message.Cron = cron;
        }

        if (schedule.Zone is { } zone)
        {
            message.Zone = zone;
        }

        return message;
    }

    public static Schedule ToDomain(this V1.Schedule schedule) => new()
    {
        EveryHours = schedule.HasEveryHours ? schedule.EveryHours : null,
        Cron = schedule.HasCron ? schedule.Cron : null,
        Zone = schedule.HasZone ? schedule.Zone : null,
    };

    /// <summary>How the anchors stand; null where there are none.</summary>
    public static V1.AnchorStatus? AnchorsToProto(this MonitorLedger ledger)
    {
        if (ledger is not { Anchors: { } book, Spec.Anchors: { } source })
        {
            return null;
        }

        var message = new V1.AnchorStatus
        {
            Version = source.Version.Value,
            Items = source.Items,
            Rounds = book.Rounds,
            Due = book.Due is { } due ? Timestamp.FromDateTimeOffset(due) : null,
            Ready = book.Baseline is not null,
            Scored = book.Scored,
            Unscored = book.Unscored,
            Level = ledger.Watch.Drift?.JudgeDetector?.Level ?? 0,
            Bridge = book.Bridge?.ToProto(),
            Judging = book.Judging,
            Decided = book.Decided?.ToProto(),
        };
        if (ledger.Watch.Drift?.JudgeShift() is { } shift)
        {
            (message.Shift, message.ShiftError) = (shift.Shift, shift.Error);
        }

        return message;
    }

    public static V1.AnchorVerdict ToProto(this AnchorVerdict verdict)
    {
        var message = new V1.AnchorVerdict
        {
            Culprit = verdict.Culprit switch
            {
                Culprit.Judge => V1.Culprit.Judge,
                Culprit.Product => V1.Culprit.Product,
                Culprit.Both => V1.Culprit.Both,
                _ => V1.Culprit.Undecided,
            },
            JudgeShift = verdict.Judge.Value,
            JudgeError = verdict.Known.Error,
            Items = verdict.Items,
        };
        if (verdict.Product is { } product)
        {
            (message.ProductShift, message.ProductError) = (product.Value, product.Error);
        }

        return message;
    }

    private static V1.BridgeWord ToProto(this BridgeWord word) => new()
    {
        Decision = word.What switch
        {
            BridgeDecision.Carry => V1.BridgeDecision.Carry,
            BridgeDecision.Rebaseline => V1.BridgeDecision.Rebaseline,
            _ => V1.BridgeDecision.Keep,
        },
        JudgeVersion = word.Judge.Value,
        Time = Timestamp.FromDateTimeOffset(word.At),
        By = word.By ?? "",
    };

    private static V1.BridgeStatus ToProto(this Bridge bridge)
    {
        var message = new V1.BridgeStatus { JudgeVersion = bridge.To.Judge.Value, AskTime = Timestamp.FromDateTimeOffset(bridge.Asked) };
        if (bridge.Found is { } found)
        {
            (message.Ready, message.Shift, message.ShiftError, message.Items, message.Carries) = (true, found.Shift.Value, found.Shift.Error, found.Items, found.Carries);
        }

        return message;
    }
}
