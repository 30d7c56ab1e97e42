using Assize.Evaluation.Drift;
using Assize.Evaluation.Monitors;

namespace Assize.Gateway.Translation;

/// <summary>What explains an alarm, in the API's messages.</summary>
public static class ExplanationTranslation
{
    public static V1.SliceChange ToProto(this SliceEffect change)
    {
        var message = new V1.SliceChange { Slice = change.Slice.Value, ShareBefore = change.ShareBefore, ShareAfter = change.ShareAfter, Within = change.Within, Mix = change.Mix };
        if (change.MeanBefore is { } before)
        {
            message.MeanBefore = before;
        }

        if (change.MeanAfter is { } after)
        {
            message.MeanAfter = after;
        }

        if (change.Scores is { } scores)
        {
            message.Scores = scores;
        }

        if (change is { ChangeLow: { } low, ChangeHigh: { } high })
        {
            (message.ChangeLow, message.ChangeHigh) = (low, high);
        }

        if (change is { WithinLow: { } least, WithinHigh: { } most })
        {
            (message.WithinLow, message.WithinHigh) = (least, most);
        }

        if (change.P is { } p)
        {
            message.P = p;
        }

        return message;
    }

    public static V1.CriterionShift ToProto(this CriterionShift shift) => new()
    {
        Criterion = shift.Criterion.Value,
        MeanBefore = shift.Before,
        MeanAfter = shift.After,
        Shift = shift.Shift,
        ShiftLow = shift.ShiftLow,
        ShiftHigh = shift.ShiftHigh,
        P = shift.P,
        Scores = shift.Scores,
    };

    public static V1.ScoreDistances ToProto(this ScoreDistances distances)
    {
        var message = new V1.ScoreDistances
        {
            Scores = distances.Scores,
            Psi = distances.Psi,
            PsiBySampling = distances.PsiBySampling,
            JensenShannon = distances.JensenShannon,
            JensenShannonBySampling = distances.JensenShannonBySampling,
            Wasserstein = distances.Wasserstein,
            WassersteinBySampling = distances.WassersteinBySampling,
        };
        if (distances.PsiP is { } p)
        {
            message.PsiP = p;
        }

        return message;
    }

    public static V1.DetectorStatus ToProto(this Detector detector)
    {
        var message = new V1.DetectorStatus { Detector = detector.Kind(), Level = detector.Level };
        if (detector.Promise() is { } promise)
        {
            (message.Guaranteed, message.ScoresToFalseAlarm) = (promise.Guaranteed, promise.Scores);
        }

        return message;
    }

    public static V1.ExampleScore ToProto(this ExampleScore example)
    {
        var message = new V1.ExampleScore { Sample = example.Sample.Value, Slice = example.Slice.Value, Score = example.Score };
        if (example.Expected is { } expected)
        {
            message.Expected = expected;
        }

        if (example.Growth is { } growth)
        {
            message.Growth = growth;
        }

        if (example is { Before: { } before, ScoreBefore: { } score })
        {
            (message.Before, message.ScoreBefore) = (before.Value, score);
        }

        return message;
    }
}
