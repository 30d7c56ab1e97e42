using Assize.Evaluation.Drift;
using Assize.Evaluation.Monitors;
using Google.Protobuf.WellKnownTypes;

namespace Assize.Gateway.Translation;

/// <summary>What a backtest over stored scores came to, as the API says it.</summary>
public static class ReplayTranslation
{
    /// <param name="replayed">The monitor as it would stand.</param>
    /// <param name="scores">The scores it was held against.</param>
    public static V1.BacktestMonitorResponse ToProto(this MonitorLedger replayed, IReadOnlyCollection<RecentScore> scores)
    {
        var (watch, baseline) = (replayed.Watch, replayed.Watch.Baseline!);
        var message = new V1.BacktestMonitorResponse
        {
            Scores = scores.Count,
            BaselineMean = baseline.MeanInPoints,
            Level = watch.Level,
            ExpectedFalseAlarms = FalseAlarms.Of(watch.Drift!).Sentence,
            Planning = { MonitorPlan.Of(replayed) },
            Alarms = { watch.Alarms.ToProto(replayed.Spec.Definition.Name) },
        };
        if (scores.Count > 0)
        {
            message.FromTime = Timestamp.FromDateTimeOffset(DateTimeOffset.FromUnixTimeSeconds(scores.Min(score => score.At)));
            message.UntilTime = Timestamp.FromDateTimeOffset(DateTimeOffset.FromUnixTimeSeconds(scores.Max(score => score.At)));
        }

        return message;
    }
}
