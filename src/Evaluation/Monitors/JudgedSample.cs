using System.Collections.Immutable;
using System.Globalization;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Sampling;
using Assize.Evaluation.Suites;
using Assize.Evaluation.Traffic;

namespace Assize.Evaluation.Monitors;

/// <summary>A drawn interaction with its score on the watched criterion, or why there is none.</summary>
public sealed record JudgedSample(SampleId Sample, Slice Slice, DateTimeOffset Time, double Inclusion)
{
    public double? Score { get; init; }

    /// <summary>What the judge gave by its other criteria, in their order and points; default where it has no other, or nobody kept it.</summary>
    public ImmutableArray<double> Others { get; init; }

    public Reason? Unscored { get; init; }

    /// <summary>The samples of a segment that nobody judged before its texts had to go.</summary>
    /// <param name="pending">The segment.</param>
    /// <param name="texts">What is stored of it; null where that is lost, and nothing is known but how many there were.</param>
    /// <param name="now">When it is given up.</param>
    public static ImmutableArray<JudgedSample> Expired(PendingSegment pending, SampleSegment? texts, DateTimeOffset now) => texts is not null
        ? [.. texts.Samples.Select(Expired)]
        : [.. Enumerable.Range(1, pending.Samples).Select(i => new JudgedSample(new(string.Create(CultureInfo.InvariantCulture, $"segment {pending.Number}, sample {i}")), Slice.All, now, 1) { Unscored = Reason.Expired })];

    /// <summary>One that nobody judged before its text had to go.</summary>
    public static JudgedSample Expired(Drawn drawn) => new(new(drawn.Interaction.Id.Value), drawn.Stratum, drawn.Interaction.Time, drawn.Inclusion) { Unscored = Reason.Expired };

    public static JudgedSample Of(Drawn drawn, Outcome outcome, CriterionName watched)
    {
        var sample = new JudgedSample(new(drawn.Interaction.Id.Value), drawn.Stratum, drawn.Interaction.Time, drawn.Inclusion);
        return outcome switch
        {
            Outcome.Scored scored => sample with
            {
                Score = scored.Scores.First(score => score.Criterion == watched).Value,
                Others = scored.Scores.Length > 1 ? [.. scored.Scores.Where(score => score.Criterion != watched).Select(score => score.Value)] : default,
            },
            Outcome.Unscored unscored => sample with { Unscored = unscored.Reason },
            _ => throw new InvalidOperationException($"a monitor's judge gives scores, not a {outcome.GetType().Name}"),
        };
    }
}
