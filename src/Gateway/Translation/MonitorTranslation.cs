using System.Collections.Immutable;
using Assize.Evaluation;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Notifications;
using Assize.Evaluation.Sampling;
using Assize.Evaluation.Suites;
using Assize.Evaluation.Traffic;
using Assize.Grains.Monitors;
using Google.Protobuf.WellKnownTypes;

namespace Assize.Gateway.Translation;

/// <summary>Monitors and alarms between the API's messages and the domain.</summary>
public static class MonitorTranslation
{
    public static V1.MonitorDefinition ToProto(this MonitorDefinition monitor)
    {
        var message = new V1.MonitorDefinition
        {
            Name = monitor.Name.Value,
            Description = monitor.Description ?? "",
            From = new V1.TrafficFilter { Applications = { monitor.From.Applications.Select(name => name.Value) }, Models = { monitor.From.Models }, Properties = { monitor.From.Properties } },
            Sampler = monitor.Sampler.ToProto(),
            Judge = monitor.Judge.ToProto(),
            Slices = { monitor.Slices },
            Baseline = new V1.BaselineSettings { Scores = monitor.Baseline.Scores },
            Alarm = new V1.AlarmSettings
            {
                Days = monitor.Alarm.Days, LeastShift = monitor.Alarm.LeastShift, DropWeight = monitor.Alarm.DropWeight, SilenceMinutes = monitor.Alarm.SilenceMinutes, Detectors = { monitor.Alarm.Detectors },
            },
            KeepText = monitor.KeepText,
            Notify = { monitor.Notify.Select(channel => channel.Value) },
        };
        if (monitor.Criterion is { } criterion)
        {
            message.Criterion = criterion.Value;
        }

        if (monitor.Conversations is { } conversations)
        {
            message.Conversations = new V1.ConversationSettings { IdleMinutes = conversations.IdleMinutes, MostTurns = conversations.MostTurns, MostChars = conversations.MostChars };
        }

        if (monitor.Baseline.Known is { } known)
        {
            message.Baseline.Known = new V1.KnownScores { Mean = known.Mean, Deviation = known.Deviation };
        }

        if (monitor.Alarm.PerDay is { } perDay)
        {
            message.Alarm.PerDay = perDay;
        }

        message.Anchors = monitor.Anchors?.ToProto();
        message.Benchmark = monitor.Benchmark?.ToProto();
        return message;
    }

    public static MonitorDefinition ToDomain(this V1.MonitorDefinition monitor) => new()
    {
        Name = new(monitor.Name),
        Description = monitor.Description.Length == 0 ? null : monitor.Description,
        From = monitor.From is { } from
            ? new TrafficFilter
            {
                Applications = [.. from.Applications.Select(ApplicationName.Of)],
                Models = [.. from.Models],
                Properties = from.Properties.ToImmutableSortedDictionary(StringComparer.Ordinal),
            }
            : new TrafficFilter(),
        Sampler = (monitor.Sampler ?? throw new EvaluationException([new Mistake("The monitor has no sampler.", "Give it one with a rate.") { Field = "sampler" }])).ToDomain(),
        Judge = (monitor.Judge ?? throw new EvaluationException([new Mistake("The monitor has no judge.") { Field = "judge" }])).ToDomain(),
        Criterion = monitor.HasCriterion ? new CriterionName(monitor.Criterion) : null,
        Slices = [.. monitor.Slices],
        Baseline = monitor.Baseline is { } baseline
            ? new BaselineSettings { Scores = baseline.HasScores ? baseline.Scores : BaselineSize.Usual, Known = baseline.Known is { } known ? new KnownScores(known.Mean, known.Deviation) : null }
            : new BaselineSettings(),
        Alarm = ToDomain(monitor.Alarm ?? new V1.AlarmSettings()),
        Anchors = monitor.Anchors?.ToDomain(),
        Benchmark = monitor.Benchmark?.ToDomain(),
        Notify = [.. monitor.Notify.Select(NotificationChannel.Of)],
        KeepText = monitor.HasKeepText && monitor.KeepText,
        Conversations = monitor.Conversations is { } conversations ? ToDomain(conversations) : null,
    };

    public static V1.Monitor ToProto(this MonitorStatus status)
    {
        var ledger = status.Ledger;
        var watch = ledger.Watch;
        var drifting = watch.Alarms.All.Any(alarm => alarm.State is not AlarmState.Resolved);
        var message = new V1.Monitor
        {
            Definition = ledger.Spec.Definition.ToProto(),
            Revision = ledger.Spec.Revision,
            ChangeTime = Timestamp.FromDateTimeOffset(ledger.Spec.Changed),
            State = ledger.Paused ? V1.MonitorState.Paused : watch.Baseline is null ? V1.MonitorState.Learning : drifting ? V1.MonitorState.Drifting : V1.MonitorState.Watching,
            Counts = ToProto(ledger),
            BaselineScores = watch.Baseline?.Count ?? watch.Learning.Scores.Count,
            Level = watch.Level,
            ExpectedFalseAlarms = watch.Drift is { } drift ? FalseAlarms.Of(drift).Sentence : "",
            Troubles = { status.Troubles },
            StandingAlarms = watch.Alarms.StandingCount,
            JudgeVersion = ledger.Spec.Judge.Value,
            NotificationsWaiting = ledger.Outbox.Waiting.Length,
            Planning = { MonitorPlan.Of(ledger) },
            Anchors = ledger.AnchorsToProto(),
            Benchmark = ledger.BenchmarkToProto(),
            Plans = { ledger.Allotment.Plans.Select(plan => SamplerTranslation.ToProto(plan, ledger.Allotment.Rates)) },
            PlanTime = ledger.Allotment is { Plans.IsEmpty: false, Rates.Made: { } made } ? Timestamp.FromDateTimeOffset(made) : null,
            Detectors = { watch.Drift?.Detectors.Select(ExplanationTranslation.ToProto) ?? [] },
            Days = { ledger.Intake.Days.All.Select(TrafficFiguresTranslation.ToProto) },
            Distances = watch.Recent.DistancesFrom(watch.Baseline)?.ToProto(),
        };
        BaselineTranslation.Name(message, watch.Baseline);
        AlarmTranslation.Estimate(message, PresentEstimate.Of(ledger.Spec, watch));
        if (watch.Baseline is { } baseline)
        {
            message.BaselineMean = baseline.MeanInPoints;
        }

        return message;
    }

    private static AlarmSettings ToDomain(V1.AlarmSettings alarm)
    {
        var usual = new AlarmSettings();
        return new AlarmSettings
        {
            Days = alarm.HasDays ? alarm.Days : usual.Days,
            PerDay = alarm.HasPerDay ? alarm.PerDay : null,
            LeastShift = alarm.LeastShift,
            DropWeight = alarm.HasDropWeight ? alarm.DropWeight : usual.DropWeight,
            SilenceMinutes = alarm.HasSilenceMinutes ? alarm.SilenceMinutes : usual.SilenceMinutes,
            Detectors = [.. alarm.Detectors],
        };
    }

    private static ConversationSettings ToDomain(V1.ConversationSettings conversations)
    {
        var usual = new ConversationSettings();
        return new ConversationSettings
        {
            IdleMinutes = conversations.HasIdleMinutes ? conversations.IdleMinutes : usual.IdleMinutes,
            MostTurns = conversations.HasMostTurns ? conversations.MostTurns : usual.MostTurns,
            MostChars = conversations.HasMostChars ? conversations.MostChars : usual.MostChars,
        };
    }

    private static V1.MonitorCounts ToProto(MonitorLedger ledger)
    {
        var counts = ledger.Intake.Counts;
        var message = new V1.MonitorCounts
        {
            Seen = counts.Seen,
            Expected = counts.Expected,
            Drawn = counts.Drawn,
            RepeatedSamples = counts.Repeated,
            Late = counts.Late,
            OverBudget = counts.OverBudget,
            Thinned = counts.Thinned,
            Lost = counts.Lost,
            OpenConversations = ledger.Conversations.Open.Values.Count(one => !one.Left) + ledger.Conversations.Closing.Length,
            CutConversations = ledger.Conversations.Cut,
            LostConversations = ledger.Conversations.Lost,
            Pending = ledger.Intake.Pending.Sum(pending => pending.Samples),
            Scored = ledger.Watch.Scored,
            Unplaced = ledger.Watch.Unplaced,
        };
        foreach (var (reason, count) in ledger.Watch.Unscored)
        {
            message.Unscored[reason.ToString()] = count;
        }

        return message;
    }
}
