using Assize.Evaluation.Judges;
using Assize.Evaluation.Sampling;
using Assize.Evaluation.Suites;
using Assize.Evaluation.Traffic;

namespace Assize.Evaluation.Monitors;

/// <summary>A drawn interaction with its score on the watched criterion, or why there is none.</summary>
public sealed record JudgedSample(SampleId Sample, Slice Slice, DateTimeOffset Time, double Inclusion)
{
    public double? Score { get; init; }

    public Reason? Unscored { get; init; }

    public static JudgedSample Of(Drawn drawn, Outcome outcome, CriterionName watched)
    {
        var sample = new JudgedSample(new(drawn.Interaction.Id.Value), drawn.Stratum, drawn.Interaction.Time, drawn.Inclusion);
        return outcome switch
        {
            Outcome.Scored scored => sample with { Score = scored.Scores.First(score => score.Criterion == watched).Value },
            Outcome.Unscored unscored => sample with { Unscored = unscored.Reason },
            _ => throw new InvalidOperationException($"a monitor's judge gives scores, not a {outcome.GetType().Name}"),
        };
    }
}
