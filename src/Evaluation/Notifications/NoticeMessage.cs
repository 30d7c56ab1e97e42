using System.Collections.Immutable;
using System.Globalization;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Monitors;

namespace Assize.Evaluation.Notifications;

/// <summary>What a channel is told: the JSON document that is sent, in a form that docs/monitors.md describes. New fields may come; a change of meaning raises <see cref="Version"/>.</summary>
public sealed record NoticeMessage
{
    public int Version { get; init; } = 1;

    /// <summary>The same whenever the same is told: whoever has seen it may leave it.</summary>
    public required string Id { get; init; }

    /// <summary>What happened: opened, verdict (another one is to blame than was told), acknowledged or resolved.</summary>
    public required string Event { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset Time { get; init; }

    public required TenantName Tenant { get; init; }

    public required MonitorName Monitor { get; init; }

    /// <summary>The alarm's number in its monitor.</summary>
    public required long Alarm { get; init; }

    /// <summary>drift or watchdog.</summary>
    public required string Kind { get; init; }

    /// <summary>Who did it; <c>monitor</c> where nobody did.</summary>
    public required string By { get; init; }

    public required string Note { get; init; }

    /// <summary>All of it in a sentence or two.</summary>
    public required string Summary { get; init; }

    /// <summary>What moved; null for the watchdog's alarms.</summary>
    public DriftFacts? Drift { get; init; }

    /// <summary>What keeps the monitor from its work; null for alarms of drift.</summary>
    public WatchdogFinding? Watchdog { get; init; }

    /// <summary>The message about the last thing that happened to an alarm.</summary>
    /// <param name="spec">Whose alarm it is.</param>
    /// <param name="alarms">All of them.</param>
    /// <param name="number">Which one.</param>
    /// <param name="verdict">Whether that was another verdict; else it was another state.</param>
    public static NoticeMessage Of(MonitorSpec spec, AlarmBook alarms, long number, bool verdict)
    {
        var (_, history) = alarms.Histories.First(alarm => alarm.Number == number);
        var happened = history[^1];
        var what = verdict ? "verdict" : happened.State switch { AlarmState.Open => "opened", AlarmState.Acknowledged => "acknowledged", _ => "resolved" };
        var drift = alarms.All.FirstOrDefault(alarm => alarm.Number == number);
        var turn = verdict ? string.Create(CultureInfo.InvariantCulture, $"-{drift?.Reversals}") : "";
        var silence = alarms.Watchdogs.FirstOrDefault(alarm => alarm.Number == number);
        var name = spec.Definition.Name;
        return new NoticeMessage
        {
            // With the moment it was raised, for a monitor that was deleted and made again counts from 1 once more.
            Id = string.Create(CultureInfo.InvariantCulture, $"{spec.Tenant}/{name}/{number}-{history[0].At.ToUnixTimeMilliseconds()}/{what}{turn}"),
            Event = what,
            Time = happened.At,
            Tenant = spec.Tenant,
            Monitor = name,
            Alarm = number,
            Kind = drift is null ? "watchdog" : "drift",
            By = happened.By,
            Note = happened.Note,
            Summary = string.Create(CultureInfo.InvariantCulture, $"{name}, alarm {number} {(verdict ? "has another verdict" : what)}: {(drift is null ? silence?.Sentence : Sentence(drift))}"),
            Drift = drift is null ? null : DriftFacts.Of(drift),
            Watchdog = silence is null ? null : new WatchdogFinding(silence.Trouble, silence.Sentence),
        };
    }

    private static string Sentence(MonitorAlarm alarm)
    {
        var told = alarm.Explanation;
        var most = told.Cause ?? told.Slices.FirstOrDefault();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"quality {(alarm.Alarm.Direction is Direction.Drop ? "dropped" : "rose")} from {told.Before:0.00} to {told.After:0.00} since {told.SinceTime ?? alarm.Alarm.Time:yyyy-MM-dd HH:mm'Z'}{(most is null ? "" : $", {(Math.Abs(most.Within) > Math.Abs(told.After - told.Before) / 2 ? "most of it" : "the largest part")} in {most.Slice}")}. Judge or product: {alarm.Verdict}.");
    }
}

/// <summary>What moved, by how much, since when and where.</summary>
public sealed record DriftFacts
{
    /// <summary>drop or rise.</summary>
    public required string Direction { get; init; }

    /// <summary>mean, or lowTail: the share of very low scores.</summary>
    public required string Channel { get; init; }

    public required double Evidence { get; init; }

    public required double Threshold { get; init; }

    /// <summary>The score it was raised at, and the first one after the change as far as it can be told.</summary>
    public required long Sequence { get; init; }

    public long? ChangedAt { get; init; }

    /// <summary>When that interaction was.</summary>
    public DateTimeOffset? ChangedTime { get; init; }

    /// <summary>The id of the baseline that scores are held against; of a benchmark its baseline run.</summary>
    public required string Baseline { get; init; }

    /// <summary>In points, as is what follows.</summary>
    public required double MeanBefore { get; init; }

    public required double MeanAfter { get; init; }

    /// <summary>Scores since the change.</summary>
    public required long Scores { get; init; }

    /// <summary>Whether the judge or the product changed.</summary>
    public required string Verdict { get; init; }

    public required string ExpectedFalseAlarms { get; init; }

    /// <summary>The slices, the one that explains most first.</summary>
    public required ImmutableArray<SliceEffect> Slices { get; init; }

    /// <summary>The value of a property, or the pair of values of two, that explains the change; null where none does.</summary>
    public SliceEffect? Cause { get; init; }

    /// <summary>Values and pairs of values of several properties, the one that contributes most first; none with one property.</summary>
    public ImmutableArray<SliceEffect> Parts { get; init; } = [];

    /// <summary>How far the judge's other criteria moved since the change; none where it has no other.</summary>
    public ImmutableArray<CriterionShift> Criteria { get; init; } = [];

    /// <summary>How far the scores since the change lie from the baseline's, as a description.</summary>
    public ScoreDistances? Distances { get; init; }

    /// <summary>Ids of interactions that show it.</summary>
    public required ImmutableArray<string> Examples { get; init; }

    /// <summary>The same with their scores, each beside one from before.</summary>
    public ImmutableArray<ExampleScore> Shown { get; init; } = [];

    public static DriftFacts Of(MonitorAlarm alarm) => new()
    {
        Direction = alarm.Alarm.Direction is Evaluation.Drift.Direction.Drop ? "drop" : "rise",
        Channel = alarm.Alarm.Channel is Evaluation.Drift.Channel.Mean ? "mean" : "lowTail",
        Evidence = alarm.Alarm.Evidence,
        Threshold = alarm.Alarm.Threshold,
        Sequence = alarm.Alarm.Sequence,
        ChangedAt = alarm.Alarm.ChangedAt,
        ChangedTime = alarm.Explanation.SinceTime,
        Baseline = alarm.Baseline.Value,
        MeanBefore = alarm.Explanation.Before,
        MeanAfter = alarm.Explanation.After,
        Scores = alarm.Explanation.Scores,
        Verdict = alarm.Verdict,
        ExpectedFalseAlarms = alarm.Expected,
        Slices = alarm.Explanation.Slices,
        Cause = alarm.Explanation.Cause,
        Parts = alarm.Explanation.Parts,
        Criteria = alarm.Explanation.Criteria,
        Examples = [.. alarm.Explanation.Examples.Select(sample => sample.Value)],
        Shown = alarm.Explanation.Shown,
        Distances = alarm.Explanation.Distances,
    };
}
