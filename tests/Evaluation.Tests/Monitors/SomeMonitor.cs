using System.Collections.Immutable;
using System.Globalization;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Suites;
using Assize.Evaluation.Traffic;

namespace Assize.Evaluation.Tests.Monitors;

/// <summary>A monitor of two languages, and traffic for it that is the same on every machine.</summary>
internal static class SomeMonitor
{
    public static readonly DateTimeOffset Start = new(2026, 5, 4, 8, 0, 0, TimeSpan.Zero);

    public static MonitorDefinition Definition { get; } = new()
    {
        Name = new("support"),
        Sampler = new SamplerSettings { Rate = 1 },
        Judge = new ScoreJudge
        {
            Name = new("helpful"), Model = new("judge"),
            Asked = [new Criterion { Name = new("quality"), Question = "Does it help?", Scale = new Scale(1, 5) }],
        },
        Slices = ["language"],
        Baseline = new BaselineSettings { Scores = 200 },
        Alarm = new AlarmSettings { PerDay = 100 },
    };

    public static MonitorSpec Spec(MonitorDefinition? definition = null) => new()
    {
        Tenant = TenantName.Default, Definition = definition ?? Definition, Models = ModelCards.None, Changed = Start,
    };

    /// <summary>The same monitor with another judge.</summary>
    public static MonitorSpec Stricter => Spec(Definition with { Judge = ((ScoreJudge)Definition.Judge) with { Instructions = "Be strict." } });

    public static Interaction Interaction(int i, DateTimeOffset? time = null) => new()
    {
        Id = new(string.Create(CultureInfo.InvariantCulture, $"turn-{i}")),
        Time = time ?? Start,
        Application = new("shop"),
        Messages = [new Message(Role.User, "Where is my parcel?")],
        Response = "On its way.",
        Properties = ImmutableSortedDictionary<string, string>.Empty.Add("language", i % 2 == 0 ? "de" : "en"),
    };

    public static TrafficBatch Batch(long number, int from, int count, string source = "gateway", DateTimeOffset? time = null)
    {
        ImmutableArray<Drawn> drawn = [.. Enumerable.Range(from, count).Select(i => Interaction(i, time)).Select(one => new Drawn(one, TrafficSampler.SliceOf(Definition, one), 1))];
        return new TrafficBatch(source, number) { Seen = drawn.GroupBy(one => one.Stratum).ToImmutableSortedDictionary(group => group.Key, group => (long)group.Count()), Expected = count, Drawn = drawn };
    }

    /// <summary>Scores 2 to 5 around 3.5; German ones lower by so much.</summary>
    public static JudgedSample Judged(Drawn drawn, double worse = 0)
    {
        var i = int.Parse(drawn.Interaction.Id.Value.AsSpan(5), CultureInfo.InvariantCulture);
        var score = 2 + i / 2 * 7 % 4 - (i % 2 == 0 ? worse : 0);
        return new JudgedSample(new(drawn.Interaction.Id.Value), drawn.Stratum, drawn.Interaction.Time, drawn.Inclusion) { Score = Math.Max(1, score) };
    }

    /// <summary>An alarm of a drop since a score.</summary>
    public static Alarm Drop(long since) => new() { Detector = "mixture", Sequence = 1000, Sample = new("s"), Threshold = 1, Evidence = 1, Direction = Direction.Drop, ChangedAt = since };

    /// <summary>Takes and records so many interactions, ten in a batch.</summary>
    public static MonitorLedger Fed(this MonitorLedger ledger, int from, int count, double worse = 0)
    {
        for (var i = from; i < from + count; i += 10)
        {
            var (next, fresh) = ledger.Take(Batch(i / 10 + 1, i, 10), Start.AddMinutes(i));
            ledger = fresh.IsEmpty ? next : next.Record(next.Intake.Segments, [.. fresh.Select(drawn => Judged(drawn, worse))], Start.AddMinutes(i));
        }

        return ledger;
    }
}
