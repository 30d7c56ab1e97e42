using System.Collections.Immutable;
using Assize.Evaluation.Drift;

namespace Assize.Evaluation.Monitors;

/// <summary>Scores that wait to become a baseline.</summary>
public sealed record Learning
{
    /// <summary>A pace measured in less time than this says nothing about a day.</summary>
    private static readonly TimeSpan ShortestPace = TimeSpan.FromMinutes(1);

    public ImmutableList<BaselineScore> Scores { get; init; } = [];

    /// <summary>When the first of them came.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>How long the monitor was paused since then.</summary>
    public TimeSpan Rested { get; init; }

    /// <summary>Who wanted them to become one, in the place of another; null where nobody did.</summary>
    public Acceptance? Accepted { get; init; }

    public Learning Add(BaselineScore score, DateTimeOffset now) => this with { Scores = Scores.Add(score), Since = Since ?? now };

    /// <summary>With a pause, which says nothing about the pace.</summary>
    public Learning Paused(TimeSpan pause) => Since is null ? this : this with { Rested = Rested + pause };

    /// <summary>The pace at which they came, in scores a day.</summary>
    public double PerDay(DateTimeOffset now) => Scores.Count / (now - Since - Rested is { } took && took > ShortestPace ? took : ShortestPace).TotalDays;

    public Baseline Made(BaselineId name, MonitorSpec spec, JudgeVersion judge, DateTimeOffset now)
    {
        var watched = spec.Definition.Watched!;
        var others = spec.Definition.Judge.Criteria.Where(criterion => criterion.Name != watched.Name);
        return BaselineScores.Of(name, watched.Scale, Scores) with
        {
            From = Since,
            Until = now,
            Judge = judge,
            Rubric = spec.Rubric,
            Accepted = Accepted,
            Beside = [.. others.Select((criterion, place) => CriterionBaseline.Of(name, criterion, place, Scores)).OfType<CriterionBaseline>()],
        };
    }
}
