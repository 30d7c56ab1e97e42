using System.Text.Json.Serialization;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Sampling;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Drift;

/// <summary>One judged sample as a detector sees it: a score, or why there is none. Late ones are appended in the order of their arrival.</summary>
public sealed record Observation
{
    /// <summary>The place in the order of arrival, rising; one that is not above a detector's last was seen already and changes nothing.</summary>
    public required long Sequence { get; init; }

    public required SampleId Sample { get; init; }

    /// <summary>The part of the traffic with a baseline of its own; for an anchor, its item.</summary>
    public Slice Slice { get; init; } = Slice.All;

    /// <summary>On the baseline's scale; null when the sample could not be scored.</summary>
    public double? Score { get; init; }

    /// <summary>Why there is no score.</summary>
    public Reason? Unscored { get; init; }

    /// <summary>When the interaction took place; detectors do not read it.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>π, with which the sample was drawn, fixed before its score was known.</summary>
    public double Inclusion { get; init; } = 1;

    /// <summary>Who judged it; null where nobody wrote it down.</summary>
    public JudgeVersion? Judge { get; init; }

    /// <summary>Whether it is a fixed item that is judged again and again.</summary>
    public bool Anchor { get; init; }

    /// <summary>The score as a share of the scale's width, 0 to 1; an exception when it lies outside the scale, which is refused and never clipped.</summary>
    public double Share(Scale scale) => Score switch
    {
        null => throw new InvalidOperationException("there is no score"),
        { } score when double.IsFinite(score) && score >= scale.Min && score <= scale.Max => (score - scale.Min) / (scale.Max - scale.Min),
        { } score => throw new EvaluationException([new Mistake(FormattableString.Invariant($"The score {score} of sample '{Sample}' lies outside the scale {scale.Words()}."), "Leave it out as unscored (out of range), or correct the scale.")]),
    };

    /// <summary>Whether there is a number to learn from.</summary>
    [JsonIgnore]
    public bool IsScored => Score is not null;
}
