using System.Collections.Immutable;
using System.Globalization;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Suites;
using Assize.Evaluation.Tests.Drift;
using Assize.Evaluation.Traffic;

namespace Assize.Evaluation.Tests.Monitors;

/// <summary>
/// A monitor in simulated time, by its own path: interactions are decided about as a gateway does, taken in as batches, judged by a script and recorded; alarms are read
/// from its book.
/// </summary>
public sealed class SimulatedMonitor
{
    private const string Slicing = "slice";

    private readonly AcceptanceProtocol.Source stream;
    private readonly int perDay;
    private readonly DateTimeOffset start = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);
    private TrafficSampler sampler;
    private long sent;

    /// <param name="perDay">Interactions a day, all of them judged; with <paramref name="days"/> it is the threshold.</param>
    /// <param name="baseline">Scores that the baseline is made from.</param>
    public SimulatedMonitor(AcceptanceProtocol law, int seed, int perDay = 500, double days = 20, int baseline = BaselineSize.Most)
    {
        stream = law.Open(seed);
        this.perDay = perDay;
        var definition = new MonitorDefinition
        {
            Name = new("simulated"),
            Sampler = new SamplerSettings { Rate = 1 },
            Judge = new ScoreJudge { Name = new("judge"), Model = new("judge"), Asked = [new Criterion { Name = new("quality"), Question = "?", Scale = law.Scale }] },
            Slices = law.Slices > 1 ? [Slicing] : [],
            Baseline = new BaselineSettings { Scores = baseline },
            Alarm = new AlarmSettings { PerDay = perDay, Days = days },
        };
        sampler = TrafficSampler.Of(definition);
        Ledger = MonitorLedger.Begin(new MonitorSpec { Tenant = TenantName.Default, Definition = definition, Models = ModelCards.None, Changed = start });
        Send(baseline, _ => (false, 0));
    }

    public MonitorLedger Ledger { get; private set; }

    /// <summary>Scores since the baseline.</summary>
    public long Watched => Ledger.Watch.Watched;

    /// <summary>Sends so many interactions, a batch at a time, until there is an alarm if that is asked for.</summary>
    /// <param name="law">By the number of the interaction from 0, whether the weights are those after the change, and the share of the law after it.</param>
    public void Send(int count, Func<int, (bool Changed, double Mixed)> law, bool untilAlarm = false, int batch = 10)
    {
        for (var done = 0; done < count && !(untilAlarm && !Ledger.Watch.Alarms.Standing.IsEmpty); done += batch)
        {
            Take([.. Enumerable.Range(done, Math.Min(batch, count - done)).Select(i => law(i)).Select(at => stream.Next(at.Changed, at.Mixed))]);
        }
    }

    /// <summary>Resolves every alarm that stands, as somebody does who looks at each and finds nothing; how many there were.</summary>
    public int Resolve()
    {
        var standing = Ledger.Watch.Alarms.Standing;
        Ledger = standing.Aggregate(Ledger, (ledger, alarm) => ledger.Acknowledge(alarm.Number, new Acknowledgement(AlarmState.Resolved, "simulation", "", Rebaseline: false), Now));
        return standing.Length;
    }

    private DateTimeOffset Now => start.AddDays((double)sent / perDay);

    private void Take(Observation[] scores)
    {
        var drawn = ImmutableArray.CreateBuilder<Drawn>(scores.Length);
        var seen = ImmutableSortedDictionary<Slice, long>.Empty;
        var expected = 0.0;
        foreach (var score in scores)
        {
            var interaction = new Interaction
            {
                Id = new((++sent).ToString(CultureInfo.InvariantCulture)),
                Time = Now,
                Application = new("simulated"),
                Messages = [new Message(Role.User, "?")],
                Response = "!",
                Properties = ImmutableSortedDictionary<string, string>.Empty.Add(Slicing, score.Slice.Value),
            };
            (sampler, var draw, var slice) = sampler.Decide(interaction, Now);
            (seen, expected) = (seen.SetItem(slice, seen.GetValueOrDefault(slice) + 1), expected + draw.Inclusion);
            if (draw.Kept)
            {
                drawn.Add(new Drawn(interaction, slice, draw.Inclusion));
            }
        }

        var (taken, fresh) = Ledger.Take(new TrafficBatch("gateway", sent) { Seen = seen, Expected = expected, Drawn = drawn.ToImmutable() }, Now);
        var watched = Ledger.Spec.Definition.Watched!.Name;
        Ledger = taken.Record(taken.Intake.Segments, [.. fresh.Zip(scores, (one, score) => JudgedSample.Of(one, new Outcome.Scored([new Score(watched, score.Score!.Value)]), watched))], Now);
    }
}
