using System.Collections.Immutable;
using System.Globalization;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Schedules;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Monitors;

/// <summary>What is known of a monitor's anchors: the rounds, what their scores should be, and whether a bridge to another judge is wanted.</summary>
public sealed record AnchorBook
{
    /// <summary>Rounds begun so far; the number of the last one.</summary>
    public long Rounds { get; init; }

    /// <summary>When the next round is due; null for at once.</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>What the round counts as that somebody has asked for beside the schedule; null where nobody has.</summary>
    public DateTimeOffset? Asked { get; init; }

    /// <summary>The round under way.</summary>
    public AnchorRound? Open { get; init; }

    /// <summary>What the items should have; null before their first round.</summary>
    public Baseline? Baseline { get; init; }

    /// <summary>Judgements with a score, and without.</summary>
    public long Scored { get; init; }

    public long Unscored { get; init; }

    /// <summary>Another judge that is to take over.</summary>
    public Bridge? Bridge { get; init; }

    /// <summary>The last word about another judge; null where none was said, or by an older version.</summary>
    public BridgeWord? Decided { get; init; }

    /// <summary>Whether a round is asked for or under way.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool Judging => Open is not null || Asked is not null;

    /// <summary>Begins the next round where one is due or asked for: one at a time, and one for all that were missed.</summary>
    public AnchorBook Next(AnchorSettings settings, DateTimeOffset now)
    {
        var bridge = Bridge is { Found: null };
        if (Open is not null || (!bridge && Asked is null && Due is { } due && now < due))
        {
            return this;
        }

        var purpose = Baseline is null ? AnchorPurpose.Baseline : bridge ? AnchorPurpose.Bridge : AnchorPurpose.Round;
        // Who asks wants to know whether the judge moved, and a bridge does not tell.
        var (begun, asked) = purpose is AnchorPurpose.Bridge ? (now, Asked) : (Asked ?? now, null);
        return this with { Rounds = Rounds + 1, Asked = asked, Open = new AnchorRound(Rounds + 1, begun, purpose, purpose is AnchorPurpose.Round ? 1 : settings.Repeats) };
    }

    /// <summary>Notes that somebody wants a round beside the schedule, as soon as none is under way; who asks again before it begins asks for the same one.</summary>
    /// <param name="asOf">What it counts as.</param>
    public AnchorBook Ask(DateTimeOffset asOf) => this with { Asked = asOf };

    /// <summary>Without a bridge and its round.</summary>
    public AnchorBook Unbridged() => this with { Bridge = null, Open = Open is { Purpose: AnchorPurpose.Bridge } ? null : Open };

    /// <summary>With the next round when another schedule wants it; one that is due at once stays so.</summary>
    public AnchorBook Rescheduled(Schedule schedule, DateTimeOffset now) => Due is null ? this : this with { Due = schedule.Next(now) };

    /// <summary>Notes what a round found, as far as the anchors by themselves are concerned.</summary>
    /// <param name="learning">
    /// Whether production's baseline is being made: then the anchors' goes on being made as well. Both shifts of a verdict are then held against the judge of the same days, and the
    /// anchors' is known better.
    /// </param>
    public AnchorBook Done(MonitorSpec spec, ImmutableArray<JudgedAnchor> judged, bool learning, DateTimeOffset now)
    {
        var round = Open ?? throw new InvalidOperationException("no round is under way");
        var next = this with
        {
            Open = null,
            Due = round.Purpose is AnchorPurpose.Bridge ? Due : spec.Definition.Anchors!.Schedule.After(Due, now),
            Scored = Scored + judged.Count(one => one.Score is not null),
            Unscored = Unscored + judged.Count(one => one.Score is null),
        };
        return round.Purpose switch
        {
            AnchorPurpose.Baseline => next with { Baseline = Of(spec, round, judged) },
            AnchorPurpose.Bridge => next with { Bridge = Bridge! with { Found = Found(Bridge.To, round, judged) } },
            _ => learning && Baseline is { } known ? next with { Baseline = known.With(Scores(judged)) with { Until = round.Begun } } : next,
        };
    }

    /// <summary>What the items should have by their judgements; null where fewer than ten could be scored.</summary>
    private static Baseline? Of(MonitorSpec spec, AnchorRound round, IEnumerable<JudgedAnchor> judged)
    {
        var scale = spec.Definition.Watched!.Scale;
        BaselineScore[] scores = [.. Scores(judged)];
        if (scores.Select(score => score.Slice).Distinct().Count() < AnchorScores.FewestItems)
        {
            return null;
        }

        // Anchors are spread like production; where they are not, a few repeats say more than the guess.
        var spread = Math.Sqrt(Sample.Of(scores.Select(score => score.Score).ToArray()).Variance ?? 0) / (scale.Max - scale.Min);
        var id = new BaselineId(string.Create(CultureInfo.InvariantCulture, $"{spec.Definition.Name}-anchors-{round.Number}"));
        return AnchorScores.Of(id, scale, scores, spread) with { From = round.Begun, Until = round.Begun, Judge = spec.Judge, Rubric = spec.Rubric };
    }

    private static IEnumerable<BaselineScore> Scores(IEnumerable<JudgedAnchor> judged) =>
        judged.Where(one => one.Score is not null).Select(one => new BaselineScore(new(one.Item.Value), one.Score!.Value));

    private static BridgeFindings Found(MonitorSpec to, AnchorRound round, ImmutableArray<JudgedAnchor> judged)
    {
        var differences = judged.Where(one => one.Score is not null).GroupBy(one => one.Item)
            .Select(item => (Old: item.Where(one => !one.New).ToArray(), New: item.Where(one => one.New).ToArray()))
            .Where(item => item.Old.Length > 0 && item.New.Length > 0)
            .Select(item => item.New.Average(one => one.Score!.Value) - item.Old.Average(one => one.Score!.Value));
        var shift = AnchorShift.Of([.. differences], to.Definition.Watched!.Scale);
        return new BridgeFindings(shift.All, shift.Items.Count, judged.Count(one => one.Score is null), Of(to, round, judged.Where(one => one.New)));
    }
}

/// <summary>Another judge that is to take over, once both have judged the anchors and somebody has said yes.</summary>
/// <param name="To">What the monitor is to be.</param>
/// <param name="Asked">When that was wished.</param>
public sealed record Bridge(MonitorSpec To, DateTimeOffset Asked)
{
    /// <summary>Null while the anchors are being judged by both.</summary>
    public BridgeFindings? Found { get; init; }
}

/// <summary>What two judges say of the same anchors.</summary>
/// <param name="Shift">Mean over items of the new judge's score less the present one's, in points, with what the items do not show in its error.</param>
/// <param name="Items">Items that both have scored.</param>
/// <param name="Unscored">Judgements without a score, of both.</param>
/// <param name="Anchors">What the items should have by the new judge; null where it could score too few.</param>
public sealed record BridgeFindings(Shift Shift, long Items, int Unscored, Baseline? Anchors)
{
    /// <summary>Whether the old baseline can be held against the new judge's scores.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool Carries => Anchors is not null && Items >= AnchorScores.FewestItems;
}
