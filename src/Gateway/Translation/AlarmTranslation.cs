using Assize.Evaluation.Drift;
using Assize.Evaluation.Monitors;
using Google.Protobuf.WellKnownTypes;

namespace Assize.Gateway.Translation;

/// <summary>Alarms of both kinds in the API's messages.</summary>
public static class AlarmTranslation
{
    /// <summary>A monitor's alarms of both kinds.</summary>
    public static IEnumerable<V1.MonitorAlarm> ToProto(this AlarmBook alarms, MonitorName monitor) =>
        alarms.All.Select(alarm => alarm.ToProto(monitor)).Concat(alarms.Watchdogs.Select(alarm => alarm.ToProto(monitor)));

    public static V1.MonitorAlarm ToProto(this MonitorAlarm alarm, MonitorName monitor)
    {
        var message = new V1.MonitorAlarm
        {
            Kind = V1.AlarmKind.Drift,
            Monitor = monitor.Value,
            Number = alarm.Number,
            State = ToProto(alarm.State),
            Detector = alarm.Alarm.Detector,
            Sequence = alarm.Alarm.Sequence,
            RaiseTime = Timestamp.FromDateTimeOffset(alarm.History[0].At),
            Threshold = alarm.Alarm.Threshold,
            Evidence = alarm.Alarm.Evidence,
            Channel = alarm.Alarm.Channel is Channel.Mean ? V1.AlarmChannel.Mean : V1.AlarmChannel.LowTail,
            Direction = alarm.Alarm.Direction is Direction.Drop ? V1.AlarmDirection.Drop : V1.AlarmDirection.Rise,
            Baseline = alarm.Baseline.Value,
            MeanBefore = alarm.Explanation.Before,
            MeanAfter = alarm.Explanation.After,
            Scores = alarm.Explanation.Scores,
            Slices = { alarm.Explanation.Slices.Select(ExplanationTranslation.ToProto) },
            Cause = alarm.Explanation.Cause?.ToProto(),
            Parts = { alarm.Explanation.Parts.Select(ExplanationTranslation.ToProto) },
            Criteria = { alarm.Explanation.Criteria.Select(ExplanationTranslation.ToProto) },
            Examples = { alarm.Explanation.Examples.Select(example => example.Value) },
            Distances = alarm.Explanation.Distances?.ToProto(),
            Shown = { alarm.Explanation.Shown.Select(ExplanationTranslation.ToProto) },
            ExpectedFalseAlarms = alarm.Expected,
            Verdict = alarm.Verdict,
            Repeats = alarm.Repeats,
            NamedSlices = { alarm.Alarm.Slices.Select(slice => slice.Value) },
            Stream = alarm.Alarm.Stream switch { AlarmSource.Anchors => V1.AlarmStream.Anchors, AlarmSource.Corrected => V1.AlarmStream.Corrected, AlarmSource.Benchmark => V1.AlarmStream.Benchmark, _ => V1.AlarmStream.Production },
            Anchors = alarm.Anchors?.ToProto(),
            History = { alarm.History.Select(ToProto) },
        };
        if (alarm.Alarm.ChangedAt is { } changed)
        {
            message.ChangedAt = changed;
        }

        if (alarm.Explanation.SinceTime is { } time)
        {
            message.ChangeTime = Timestamp.FromDateTimeOffset(time);
        }

        return message;
    }

    public static V1.MonitorAlarm ToProto(this WatchdogAlarm alarm, MonitorName monitor) => new()
    {
        Kind = V1.AlarmKind.Watchdog,
        Monitor = monitor.Value,
        Number = alarm.Number,
        State = ToProto(alarm.State),
        RaiseTime = Timestamp.FromDateTimeOffset(alarm.History[0].At),
        Trouble = ToProto(alarm.Trouble),
        What = alarm.Sentence,
        History = { alarm.History.Select(ToProto) },
    };

    internal static void Estimate(V1.Monitor message, PresentEstimate? estimate)
    {
        if (estimate is not null)
        {
            message.Estimate = estimate.Mean;
        }

        if (estimate is { Low: { } low, High: { } high })
        {
            (message.EstimateLow, message.EstimateHigh) = (low, high);
        }
    }

    private static V1.AlarmEvent ToProto(AlarmEvent one) => new() { Time = Timestamp.FromDateTimeOffset(one.At), State = ToProto(one.State), By = one.By, Note = one.Note };

    private static V1.WatchdogTrouble ToProto(WatchdogTrouble trouble) => trouble switch
    {
        WatchdogTrouble.NoTraffic => V1.WatchdogTrouble.NoTraffic,
        WatchdogTrouble.LittleTraffic => V1.WatchdogTrouble.LittleTraffic,
        WatchdogTrouble.LostConversations => V1.WatchdogTrouble.LostConversations,
        WatchdogTrouble.NoScores => V1.WatchdogTrouble.NoScores,
        WatchdogTrouble.TooFewSamples => V1.WatchdogTrouble.TooFewSamples,
        WatchdogTrouble.TooFewScores => V1.WatchdogTrouble.TooFewScores,
        WatchdogTrouble.OutpacedPromise => V1.WatchdogTrouble.OutpacedPromise,
        WatchdogTrouble.NoBaselineRun => V1.WatchdogTrouble.NoBaselineRun,
        _ => V1.WatchdogTrouble.UnwatchedSlices,
    };

    private static V1.AlarmState ToProto(AlarmState state) => state switch
    {
        AlarmState.Open => V1.AlarmState.Open,
        AlarmState.Acknowledged => V1.AlarmState.Acknowledged,
        _ => V1.AlarmState.Resolved,
    };
}
