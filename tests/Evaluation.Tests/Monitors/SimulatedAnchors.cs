using System.Collections.Immutable;
using System.Globalization;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Schedules;
using Assize.Evaluation.Suites;
using Assize.Evaluation.Traffic;

namespace Assize.Evaluation.Tests.Monitors;

/// <summary>
/// A monitor with anchors in simulated time, as statistics.md 4.4 has it: 500 production scores a day, 60 anchors with 10 baseline judgements that are judged daily, judge noise of
/// 0.6 points. Rounds are begun by their schedule and recorded as the cluster does.
/// </summary>
public sealed class SimulatedAnchors
{
    private const int Items = 60;
    private const int PerDay = 500;
    private const double Noise = 0.6;

    private static readonly double[] Law = [.01, .02, .03, .05, .08, .14, .24, .27, .12, .04];

    private readonly Random chance;
    private readonly double[] qualities;
    private readonly DateTimeOffset start = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);
    private long sent;

    public SimulatedAnchors(int seed)
    {
        chance = new Random(seed);
        qualities = [.. Enumerable.Range(0, Items).Select(_ => Quality())];
        Ledger = MonitorLedger.Begin(Spec());
        while (Ledger.Watch.Drift is null)
        {
            Send(0, 0);
        }
    }

    public MonitorLedger Ledger { get; private set; }

    /// <summary>Days since the first interaction.</summary>
    public double Day => (double)sent / PerDay;

    public static MonitorSpec Spec(string instructions = "") => new()
    {
        Tenant = TenantName.Default,
        Definition = new MonitorDefinition
        {
            Name = new("anchored"),
            Sampler = new SamplerSettings { Rate = 1 },
            Judge = new ScoreJudge
            {
                Name = new("judge"), Model = new("judge"), Instructions = instructions, Asked = [new Criterion { Name = new("quality"), Question = "?", Scale = new Scale(1, 10, 0) }],
            },
            Baseline = new BaselineSettings { Scores = BaselineSize.Most },
            Alarm = new AlarmSettings { PerDay = PerDay },
            Anchors = new AnchorSettings { Suite = new("anchors"), Schedule = Schedule.Daily, Repeats = 10 },
        },
        Models = ModelCards.None,
        Changed = DateTimeOffset.UnixEpoch,
        Anchors = new AnchorSource(new("anchors"), new("v"), new CasePlan("upload", []), new("frozen"), Items),
    };

    /// <summary>Sends a batch of ten, and has the anchors judged where a round is due.</summary>
    /// <param name="product">How much better answers are than they were, in points.</param>
    /// <param name="judge">How much more the judge gives than it did.</param>
    /// <param name="bridged">How much more the judge gives that a bridge leads to.</param>
    public void Send(double product, double judge, double bridged = 0)
    {
        Ledger = Ledger.BeginRound(Now);
        if (Ledger.Anchors!.Open is { } round)
        {
            var repeats = from repeat in Enumerable.Range(0, round.Repeats) from item in Enumerable.Range(0, Items) select (repeat, item);
            ImmutableArray<JudgedAnchor> judged = [.. repeats.Select(at => Anchor(at.item, at.repeat, false, judge))];
            Ledger = Ledger.Record(round, round.Purpose is AnchorPurpose.Bridge ? [.. judged, .. repeats.Select(at => Anchor(at.item, at.repeat, true, bridged))] : judged, Now);
        }

        ImmutableArray<Drawn> drawn = [.. Enumerable.Range(0, 10).Select(_ => new Drawn(Interaction(), Slice.All, 1))];
        var (taken, fresh) = Ledger.Take(new TrafficBatch("gateway", sent) { Seen = ImmutableSortedDictionary<Slice, long>.Empty.Add(Slice.All, 10), Expected = 10, Drawn = drawn }, Now);
        Ledger = taken.Record(taken.Intake.Segments, [.. fresh.Select(one => new JudgedSample(new(one.Interaction.Id.Value), Slice.All, one.Interaction.Time, 1) { Score = Judged(Quality() + product, judge) })], Now);
    }

    /// <summary>Who moved, at the end of the fourth day after the one of the first alarm; null where there was none in so many days.</summary>
    public Culprit? Verdict(double product, double judge, double days)
    {
        var (until, alarmed) = (Day + days, double.PositiveInfinity);
        while (Day < until || alarmed < double.PositiveInfinity)
        {
            Send(product, judge);
            alarmed = Math.Min(alarmed, Ledger.Watch.Alarms.Standing.IsEmpty ? double.PositiveInfinity : Day);
            if (Day >= Math.Floor(alarmed) + 5)
            {
                return Ledger.Watch.Alarms.All[0].Anchors?.Culprit ?? Culprit.Undecided;
            }
        }

        return null;
    }

    private DateTimeOffset Now => start.AddDays(Day);

    private Interaction Interaction() => new()
    {
        Id = new((++sent).ToString(CultureInfo.InvariantCulture)), Time = Now, Application = new("simulated"), Messages = [new Message(Role.User, "?")], Response = "!",
    };

    private JudgedAnchor Anchor(int item, int repeat, bool isNew, double judge) =>
        new(new(string.Create(CultureInfo.InvariantCulture, $"item-{item}")), repeat, isNew) { Score = Judged(qualities[item], judge) };

    private double Judged(double quality, double shift) =>
        Math.Clamp(quality + shift + Noise * Math.Sqrt(-2 * Math.Log(1 - chance.NextDouble())) * Math.Cos(2 * Math.PI * chance.NextDouble()), 1, 10);

    private double Quality()
    {
        var (u, level) = (chance.NextDouble(), 0);
        for (; level < Law.Length - 1 && u >= Law[level]; level++)
        {
            u -= Law[level];
        }

        return level + 1;
    }
}
