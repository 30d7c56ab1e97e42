using Assize.Evaluation.Drift;
using Assize.Evaluation.Monitors;
using Google.Protobuf.WellKnownTypes;

namespace Assize.Gateway.Translation;

/// <summary>Baselines in the API's messages.</summary>
public static class BaselineTranslation
{
    public static V1.GetBaselineResponse BaselinesToProto(this MonitorLedger ledger) => new() { Baseline = ledger.Watch.Baseline?.ToProto(), Anchors = ledger.Anchors?.Baseline?.ToProto() };

    internal static void Name(V1.Monitor message, Baseline? baseline)
    {
        message.BaselineId = baseline?.Id.Value ?? "";
        (message.BaselineFromTime, message.BaselineUntilTime) = (Time(baseline?.From), Time(baseline?.Until));
    }

    private static V1.Baseline ToProto(this Baseline baseline)
    {
        var message = new V1.Baseline
        {
            Id = baseline.Id.Value,
            FromTime = Time(baseline.From),
            UntilTime = Time(baseline.Until),
            Scores = baseline.Count,
            ScaleMin = baseline.Scale.Min,
            ScaleMax = baseline.Scale.Max,
            JudgeVersion = baseline.Judge?.Value ?? "",
            RubricHash = baseline.Rubric?.Value ?? "",
            Bridges = { baseline.Bridges.Select(judge => judge.Value) },
            Mean = baseline.MeanInPoints,
            Deviation = baseline.Mean.Deviation * baseline.Width,
            StandardError = baseline.Mean.Error * baseline.Width,
            Carry = baseline.Mean.Carry,
            Slices = { baseline.Slices.All.Select(ToProto) },
            Criteria =
            {
                baseline.Beside.Select(beside => new V1.BaselineCriterion
                {
                    Criterion = beside.Criterion.Value,
                    Scores = beside.Scores.Count,
                    Mean = beside.Scores.MeanInPoints,
                    Deviation = beside.Scores.Mean.Deviation * beside.Scores.Width,
                }),
            },
            Accepted = baseline.Accepted is { } accepted ? new V1.BaselineAcceptance { Time = Time(accepted.At), By = accepted.By ?? "", Note = accepted.Note } : null,
        };
        if (baseline.Correction is { } bridge)
        {
            (message.BridgeShift, message.BridgeError) = (bridge.Shift, bridge.Error);
        }

        if (baseline.LowCutoff is { } cutoff)
        {
            message.LowCutoff = cutoff;
        }

        return message;
    }

    private static V1.BaselineSlice ToProto(SliceBaseline slice)
    {
        var message = new V1.BaselineSlice
        {
            Slice = slice.Slice.Value, Scores = slice.Count, Mean = slice.Mean, Deviation = Math.Sqrt(slice.Variance), Pooled = { slice.Pooled.Select(pooled => pooled.Value) },
        };
        if (slice.LowShare is { } share)
        {
            message.LowShare = share;
        }

        return message;
    }

    private static Timestamp? Time(DateTimeOffset? time) => time is { } known ? Timestamp.FromDateTimeOffset(known) : null;
}
