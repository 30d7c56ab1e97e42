using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Notifications;
using Assize.Evaluation.Sampling;
using Assize.Evaluation.Suites;
using Assize.Evaluation.Traffic;

namespace Assize.Evaluation.Monitors;

/// <summary>What is watched, who judges it, and when somebody is to be told.</summary>
public sealed record MonitorDefinition
{
    public required MonitorName Name { get; init; }

    public string? Description { get; init; }

    /// <summary>Which traffic it looks at.</summary>
    public TrafficFilter From { get; init; } = new();

    public required SamplerSettings Sampler { get; init; }

    /// <summary>Judges each drawn interaction by itself.</summary>
    public required Judge Judge { get; init; }

    /// <summary>The judge's criterion that is watched; null where it has only one.</summary>
    public CriterionName? Criterion { get; init; }

    /// <summary>Properties whose values have means of their own; <c>application</c> and <c>model</c> are what an interaction says of itself.</summary>
    public ImmutableArray<string> Slices { get; init; } = [];

    public BaselineSettings Baseline { get; init; } = new();

    public AlarmSettings Alarm { get; init; } = new();

    /// <summary>Frozen items by which a change of the judge is told from one of the product; null where there are none.</summary>
    public AnchorSettings? Anchors { get; init; }

    /// <summary>A suite that is run on a schedule and held against its baseline run; null where there is none.</summary>
    public BenchmarkSettings? Benchmark { get; init; }

    /// <summary>
    /// Whether texts may rest in storage until they are judged, where the operator has declared their source safe to keep. Where they may not,
    /// an interaction is acknowledged only when its score is saved.
    /// </summary>
    public bool KeepText { get; init; }

    /// <summary>How interactions of one conversation are put together and judged as one; null judges each by itself.</summary>
    public ConversationSettings? Conversations { get; init; }

    /// <summary>The channels that are told when an alarm is raised, acknowledged or resolved; the operator declares them.</summary>
    public ImmutableArray<NotificationChannel> Notify { get; init; } = [];

    /// <summary>The criterion that is watched; null when the judge has none of that name, or several and none is named.</summary>
    [JsonIgnore]
    public Criterion? Watched => Criterion is { } name
        ? Judge.Criteria.FirstOrDefault(criterion => criterion.Name == name)
        : Judge.Criteria is [var only] ? only : null;
}

/// <summary>How much of the traffic is judged.</summary>
public sealed record SamplerSettings
{
    /// <summary>The share of the traffic that is drawn when no budget is in the way, above 0 and at most 1.</summary>
    public required double Rate { get; init; }

    /// <summary>Keeps its draws independent of other monitors'; null takes the monitor's name.</summary>
    public Salt? Salt { get; init; }

    /// <summary>Interactions judged a minute at most; null for no limit.</summary>
    public long? PerMinute { get; init; }

    /// <summary>Interactions judged a day at most; null for no limit.</summary>
    public long? PerDay { get; init; }

    /// <summary>Rates of slices that have one of their own.</summary>
    public ImmutableSortedDictionary<Slice, double> Strata { get; init; } = ImmutableSortedDictionary<Slice, double>.Empty;

    /// <summary>Whether both draw as much of the same traffic, were there no budget for the day.</summary>
    public bool DrawsLike(SamplerSettings other) => (Rate, PerMinute) == (other.Rate, other.PerMinute) && Strata.SequenceEqual(other.Strata);

    /// <summary>How the daily budget is split over slices; null draws all alike.</summary>
    public AllocationSettings? Allocation { get; init; }

    /// <summary>The rate of a slice when no budget is in the way.</summary>
    public double RateOf(Slice slice) => Strata.TryGetValue(slice, out var own) ? own : Rate;
}

/// <summary>What scores are held against: the first so many of the stream's own, or a mean that is known.</summary>
public sealed record BaselineSettings
{
    /// <summary>Scores that a baseline is made from.</summary>
    public int Scores { get; init; } = BaselineSize.Usual;

    /// <summary>Known numbers in place of recorded scores.</summary>
    public KnownScores? Known { get; init; }
}

/// <summary>How scores behave when all is well, in points.</summary>
public sealed record KnownScores(double Mean, double Deviation);

/// <summary>How many scores a baseline may be made from.</summary>
public static class BaselineSize
{
    public const int Usual = 500;

    public const int Most = 2000;
}
