using System.Collections.Immutable;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Suites;
using Assize.Evaluation.Tests.Drift;

namespace Assize.Evaluation.Tests.Monitors;

/// <summary>A monitor of scores by a law of drift_acceptance.json.</summary>
public sealed class SimulatedMonitor : SimulatedTraffic
{
    private const string Slicing = "slice";

    private readonly AcceptanceProtocol.Source stream;

    /// <param name="law">The law before a change and after it.</param>
    /// <param name="seed">Fixes every score.</param>
    /// <param name="perDay">Interactions a day; with <paramref name="days"/> and the rate it is the threshold.</param>
    /// <param name="days">Between false alarms.</param>
    /// <param name="baseline">Scores that the baseline is made from.</param>
    /// <param name="rate">The share that is judged.</param>
    /// <param name="keep">Whether texts may rest in storage.</param>
    /// <param name="name">The monitor's, its application's, and the beginning of its interactions' ids.</param>
    /// <param name="learnt">Whether it has its baseline already.</param>
    public SimulatedMonitor(AcceptanceProtocol law, int seed, int perDay = 500, double days = 20, int baseline = BaselineSize.Most, double rate = 1, bool keep = false, string name = "simulated", bool learnt = true)
        : base(Spec(law, perDay, days, baseline, rate, keep, name), perDay)
    {
        stream = law.Open(seed);
        if (learnt)
        {
            Send(baseline, _ => (false, 0));
        }
    }

    /// <summary>Scores since the baseline.</summary>
    public long Watched => Ledger.Watch.Watched;

    /// <summary>By the number of an interaction in a step, whether the weights are those after the change, and the share of the law after it.</summary>
    public Func<int, (bool Changed, double Mixed)> Law { get; set; } = _ => (false, 0);

    /// <summary>Sends so many interactions, a batch at a time, until there is an alarm if that is asked for.</summary>
    /// <param name="law">By the number of the interaction from 0, whether the weights are those after the change, and the share of the law after it.</param>
    public void Send(int count, Func<int, (bool Changed, double Mixed)> law, bool untilAlarm = false, int batch = 10)
    {
        for (var done = 0; done < count && !(untilAlarm && !Ledger.Watch.Alarms.Standing.IsEmpty); done += batch)
        {
            var from = done;
            Law = i => law(from + i);
            Apply(Next(Math.Min(batch, count - done)));
        }
    }

    protected override (double Truth, ImmutableSortedDictionary<string, string> Properties) Production(int i)
    {
        var (changed, mixed) = Law(i);
        var score = stream.Next(changed, mixed);
        return (score.Score!.Value, ImmutableSortedDictionary<string, string>.Empty.Add(Slicing, score.Slice.Value));
    }

    private static MonitorSpec Spec(AcceptanceProtocol law, int perDay, double days, int baseline, double rate, bool keep, string name) => new()
    {
        Tenant = TenantName.Default,
        Definition = new MonitorDefinition
        {
            Name = new(name),
            From = new TrafficFilter { Applications = [new(name)] },
            Sampler = new SamplerSettings { Rate = rate },
            Judge = new ScoreJudge { Name = new("judge"), Model = new("judge"), Asked = [new Criterion { Name = new("quality"), Question = "?", Scale = law.Scale }] },
            Slices = law.Slices > 1 ? [Slicing] : [],
            Baseline = new BaselineSettings { Scores = baseline },
            Alarm = new AlarmSettings { PerDay = perDay * rate, Days = days, SilenceMinutes = 10_000 },
            KeepText = keep,
        },
        Models = ModelCards.None,
        Changed = Start,
    };
}
