using System.Collections.Immutable;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Schedules;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Tests.Monitors;

/// <summary>
/// A monitor with anchors: 500 production scores a day of a law with mean 6.90 and deviation 1.83, moved by exponential tilting; 60 anchors of the same law with 10 baseline
/// judgements that are judged daily with a noise of 0.6 points. Rounds are begun by their schedule.
/// </summary>
public sealed class SimulatedAnchors : SimulatedTraffic
{
    public const int Count = 60;

    private const int Daily = 500;
    private const double Noise = 0.6;

    private static readonly double[] Law = [.01, .02, .03, .05, .08, .14, .24, .27, .12, .04];

    private readonly Random chance;
    private readonly double[] qualities;
    private (double Better, double[] Law) tilted = (0, Law);
    private double bridged;

    public SimulatedAnchors(int seed, int baseline = BaselineSize.Most, string name = "anchored", bool learnt = true)
        : base(Spec(name: name, baseline: baseline), Daily)
    {
        chance = new Random(seed);
        qualities = [.. Enumerable.Range(0, Count).Select(_ => Drawn(Law))];
        if (learnt)
        {
            Apply(Next(0));
        }

        while (learnt && Ledger.Watch.Drift is null)
        {
            Send(0, 0);
        }
    }

    public override ImmutableArray<CaseId> Items { get; } = [.. Enumerable.Range(0, Count).Select(item => new CaseId(FormattableString.Invariant($"item-{item:00}")))];

    /// <summary>How much better answers are than they were, in points.</summary>
    public double Better { get; set; }

    public static MonitorSpec Spec(string instructions = "", string name = "anchored", int baseline = BaselineSize.Most) => new()
    {
        Tenant = TenantName.Default,
        Definition = new MonitorDefinition
        {
            Name = new(name),
            From = new TrafficFilter { Applications = [new(name)] },
            Sampler = new SamplerSettings { Rate = 1 },
            Judge = new ScoreJudge
            {
                Name = new("judge"), Model = new("judge"), Instructions = instructions, Asked = [new Criterion { Name = new("quality"), Question = "?", Scale = new Scale(1, 10, 0) }],
            },
            Baseline = new BaselineSettings { Scores = baseline },
            Alarm = new AlarmSettings { PerDay = Daily, SilenceMinutes = 10_000 },
            Anchors = new AnchorSettings { Suite = new($"anchors-{name}"), Schedule = Schedule.Daily, Repeats = 10 },
            KeepText = true,
        },
        Models = ModelCards.None,
        Changed = DateTimeOffset.UnixEpoch,
        Anchors = new AnchorSource(new($"anchors-{name}"), new("v"), new CasePlan("upload", []), new("frozen"), Count),
    };

    /// <summary>Sends a batch of ten, and has the anchors judged where a round is due.</summary>
    /// <param name="product">How much better answers are than they were, in points.</param>
    /// <param name="judge">How much more the judge gives than it did.</param>
    /// <param name="leadsTo">How much more the judge gives that a bridge leads to.</param>
    public void Send(double product, double judge, double leadsTo = 0)
    {
        (Better, Leniency, bridged) = (product, judge, leadsTo);
        Apply(Next(10));
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

    protected override (double Truth, ImmutableSortedDictionary<string, string> Properties) Production(int i) =>
        (Drawn((tilted = tilted.Better == Better ? tilted : (Better, Tilted(Better))).Law), ImmutableSortedDictionary<string, string>.Empty);

    protected override double Anchor(int item) => Math.Round(qualities[item] + Error(), 3);

    protected override ImmutableArray<JudgedAnchor> Answers(SimulatedStep step)
    {
        var judged = base.Answers(step);
        if (step.Round!.Purpose is not AnchorPurpose.Bridge)
        {
            return judged;
        }

        Leniency = bridged;
        return [.. judged, .. base.Answers(step).Select(one => one with { New = true })];
    }

    private double Error() => Noise * Math.Sqrt(-2 * Math.Log(1 - chance.NextDouble())) * Math.Cos(2 * Math.PI * chance.NextDouble());

    private double Drawn(double[] law)
    {
        var (u, level) = (chance.NextDouble(), 0);
        for (; level < law.Length - 1 && u >= law[level]; level++)
        {
            u -= law[level];
        }

        return level + 1;
    }

    /// <summary>The law with another mean: of all that have it, the hardest to tell from this one.</summary>
    private static double[] Tilted(double better)
    {
        static double Mean(double[] law) => law.Select((share, level) => share * level).Sum();
        var (low, high) = (-5.0, 5.0);
        while (true)
        {
            var theta = (low + high) / 2;
            var weights = Law.Select((share, level) => share * Math.Exp(theta * level)).ToArray();
            double[] law = [.. weights.Select(weight => weight / weights.Sum())];
            var off = Mean(law) - Mean(Law) - better;
            if (high - low < 1e-12)
            {
                return law;
            }

            (low, high) = off < 0 ? (theta, high) : (low, theta);
        }
    }
}
