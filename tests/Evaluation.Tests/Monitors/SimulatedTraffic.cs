using System.Collections.Immutable;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Suites;
using Assize.Evaluation.Traffic;

namespace Assize.Evaluation.Tests.Monitors;

/// <summary>A piece of simulated time: first a round of the anchors where one is due, then interactions.</summary>
/// <param name="Now">When both are judged.</param>
/// <param name="Round">Null where none is due.</param>
/// <param name="Anchors">What a judge that is neither lenient nor strict would give, by repeat and item.</param>
/// <param name="Interactions">Their responses say what such a judge would give them.</param>
/// <param name="Truths">The same as numbers.</param>
public sealed record SimulatedStep(DateTimeOffset Now, AnchorRound? Round, double[][] Anchors, ImmutableArray<Interaction> Interactions, ImmutableArray<double> Truths);

/// <summary>
/// A monitor in simulated time, by its own path: interactions are decided about as a gateway does, taken in as batches, judged and recorded; alarms are read from its book. Each step
/// is made first and applied then, so that the same one can go through a cluster as well.
/// </summary>
public abstract class SimulatedTraffic
{
    public static readonly DateTimeOffset Start = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);

    private readonly Scale scale;
    private TrafficSampler sampler;
    private long batches;

    protected SimulatedTraffic(MonitorSpec spec, int perDay)
    {
        (PerDay, scale, sampler) = (perDay, spec.Definition.Watched!.Scale, TrafficSampler.Of(spec.Definition));
        Ledger = MonitorLedger.Begin(spec);
    }

    public MonitorLedger Ledger { get; protected set; }

    /// <summary>Interactions a day.</summary>
    public int PerDay { get; }

    /// <summary>Interactions so far.</summary>
    public long Sent { get; private set; }

    /// <summary>Days since the first interaction.</summary>
    public double Day => (double)Sent / PerDay;

    /// <summary>How much more the judge gives than it did, in points.</summary>
    public double Leniency { get; set; }

    public DateTimeOffset Now => Start.AddDays(Day);

    public MonitorName Name => Ledger.Spec.Definition.Name;

    /// <summary>The items in the order in which they are judged.</summary>
    public virtual ImmutableArray<CaseId> Items => [];

    /// <summary>What a judge says, given what one that is neither lenient nor strict would say; in thousandths of a point.</summary>
    public double Judged(double truth) => Math.Clamp(Math.Round(truth + Leniency, 3), scale.Min, scale.Max);

    /// <summary>Makes the next step, so many interactions long; with none it is a look at the anchors alone.</summary>
    public SimulatedStep Next(int interactions)
    {
        var first = Sent;
        Sent += interactions;
        Ledger = Ledger.BeginRound(Now);
        var round = Ledger.Anchors?.Open;
        double[][] anchors = round is null ? [] : [.. Enumerable.Range(0, round.Repeats).Select(_ => Items.Select((_, item) => Anchor(item)).ToArray())];
        var truths = ImmutableArray.CreateBuilder<double>(interactions);
        var made = ImmutableArray.CreateBuilder<Interaction>(interactions);
        for (var i = 0; i < interactions; i++)
        {
            var (truth, properties) = Production(i);
            var number = first + i + 1;
            truths.Add(truth);
            made.Add(new Interaction
            {
                Id = new(FormattableString.Invariant($"{Name}-{number}")),
                Time = Start.AddDays((double)number / PerDay),
                Application = new(Name.Value),
                Messages = [new Message(Role.User, FormattableString.Invariant($"What of {number}?"))],
                Response = FormattableString.Invariant($"{Name} deserves {truth} for {number}."),
                Properties = properties,
            });
        }

        return new SimulatedStep(Now, round, anchors, made.MoveToImmutable(), truths.MoveToImmutable());
    }

    /// <summary>Applies a step to the ledger.</summary>
    public void Apply(SimulatedStep step)
    {
        if (step.Round is { } round)
        {
            Ledger = Ledger.Record(round, Answers(step), step.Now);
        }

        if (!step.Interactions.IsEmpty)
        {
            Take(step);
        }
    }

    /// <summary>Resolves every alarm that stands, as somebody does who looks at each and finds nothing; the numbers of those.</summary>
    public ImmutableArray<long> Resolve()
    {
        ImmutableArray<long> standing = [.. Ledger.Watch.Alarms.Standing.Select(alarm => alarm.Number)];
        Ledger = standing.Aggregate(Ledger, (ledger, alarm) => ledger.Acknowledge(alarm, new Acknowledgement(AlarmState.Resolved, "simulation", "", Rebaseline: false), Now));
        return standing;
    }

    /// <summary>The next interaction: what it deserves, and its properties.</summary>
    /// <param name="i">Its place in the step.</param>
    protected abstract (double Truth, ImmutableSortedDictionary<string, string> Properties) Production(int i);

    /// <summary>What an item gets this time.</summary>
    protected virtual double Anchor(int item) => throw new NotSupportedException("there are no anchors");

    /// <summary>The judgements of a round, in the order in which the cluster makes them.</summary>
    protected virtual ImmutableArray<JudgedAnchor> Answers(SimulatedStep step) =>
        [.. step.Anchors.SelectMany((items, repeat) => items.Select((truth, item) => new JudgedAnchor(Items[item], repeat, false) { Score = Judged(truth) }))];

    private void Take(SimulatedStep step)
    {
        var drawn = ImmutableArray.CreateBuilder<Drawn>(step.Interactions.Length);
        var truths = new Dictionary<InteractionId, double>();
        var seen = ImmutableSortedDictionary<Slice, long>.Empty;
        var expected = 0.0;
        foreach (var (interaction, truth) in step.Interactions.Zip(step.Truths))
        {
            (sampler, var draw, var slice) = sampler.Decide(interaction, step.Now);
            (seen, expected) = (seen.SetItem(slice, seen.GetValueOrDefault(slice) + 1), expected + draw.Inclusion);
            if (draw.Kept)
            {
                drawn.Add(new Drawn(interaction, slice, draw.Inclusion));
                truths[interaction.Id] = truth;
            }
        }

        var (taken, fresh) = Ledger.Take(new TrafficBatch("gateway", ++batches) { Seen = seen, Expected = expected, Drawn = drawn.ToImmutable() }, step.Now);
        var watched = Ledger.Spec.Definition.Watched!.Name;
        Ledger = fresh.IsEmpty ? taken : taken.Record(
            taken.Intake.Segments, [.. fresh.Select(one => JudgedSample.Of(one, new Outcome.Scored([new Score(watched, Judged(truths[one.Interaction.Id]))]), watched))], step.Now);
    }
}
