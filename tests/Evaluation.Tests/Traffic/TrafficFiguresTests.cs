using System.Text.Json;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Tests.Monitors;
using Assize.Evaluation.Traffic;

namespace Assize.Evaluation.Tests.Traffic;

public sealed class TrafficFiguresTests
{
    [Fact]
    public void WhatNobodySaidIsNotCounted()
    {
        var figures = new[]
        {
            Told(0), Told(1) with { Feedback = 1 }, Told(2) with { Feedback = -0.5, LatencyMs = 200, Cost = 0.004m }, Told(3) with { LatencyMs = 400 },
        }.Aggregate(default(TrafficFigures), (sum, one) => sum.Add(one));

        Assert.Equal((2, 0.25), (figures.Feedback.Count, figures.Feedback.Mean));
        Assert.Equal((2, 300.0, 100.0), (figures.LatencyMs.Count, figures.LatencyMs.Mean, figures.LatencyMs.StandardError!.Value));
        Assert.Equal((1, 0.004), (figures.Cost.Count, figures.Cost.Mean));
        Assert.True(default(TrafficFigures).Add(Told(0)).IsEmpty);
    }

    [Fact]
    public void TwoGatewaysTogetherSayWhatOneWouldHaveSaid()
    {
        Interaction[] all = [.. Enumerable.Range(0, 50).Select(i => Told(i) with { Feedback = i % 3 - 1, LatencyMs = i % 7 == 0 ? null : 100 + i, Cost = i % 2 == 0 ? 0.001m * i : null })];
        static TrafficFigures Of(IEnumerable<Interaction> some) => some.Aggregate(default(TrafficFigures), (sum, one) => sum.Add(one));
        var (one, two) = (Of(all), Of(all.Take(20)).Merge(Of(all.Skip(20))));

        Assert.Equal((one.Feedback.Count, one.LatencyMs.Count, one.Cost.Count), (two.Feedback.Count, two.LatencyMs.Count, two.Cost.Count));
        Assert.Equal(one.LatencyMs.Mean, two.LatencyMs.Mean, 10);
        Assert.Equal(one.LatencyMs.StandardError!.Value, two.LatencyMs.StandardError!.Value, 10);
        Assert.Equal(one.Cost.Mean, two.Cost.Mean, 12);
    }

    [Fact]
    public void ABatchThatIsDeliveredAgainCountsOnceAndEightDaysAreKept()
    {
        var ledger = MonitorLedger.Begin(SomeMonitor.Spec());
        for (var day = 0; day < 12; day++)
        {
            var batch = SomeMonitor.Batch(day + 1, day * 10, 10) with { Figures = default(TrafficFigures).Add(Told(day) with { LatencyMs = day }) };
            ledger = ledger.Take(batch, SomeMonitor.Start.AddDays(day)).Next.Take(batch, SomeMonitor.Start.AddDays(day)).Next;
        }

        var days = ledger.Intake.Days.All;
        Assert.Equal(Enumerable.Range(4, 8), days.Select(day => (int)day.Figures.LatencyMs.Mean));
        Assert.All(days, day => Assert.Equal((10L, 1L), (day.Seen, day.Figures.LatencyMs.Count)));
        Assert.Equal(DateOnly.FromDateTime(SomeMonitor.Start.AddDays(11).UtcDateTime), days[^1].Day);

        // A clock that goes back makes no second yesterday.
        var back = ledger.Take(SomeMonitor.Batch(13, 200, 10), SomeMonitor.Start.AddDays(9)).Next.Intake.Days.All;
        Assert.Equal((8, 20L), (back.Length, back[^1].Seen));
    }

    [Fact]
    public void AGatewayThatIsSetApartStillTellsWhatCame()
    {
        var batch = SomeMonitor.Batch(1, 0, 10) with { Figures = default(TrafficFigures).Add(Told(0) with { Feedback = 1 }) };

        Assert.Equal(2, batch.WithoutSamples().Followed(batch).Figures.Feedback.Count);
    }

    [Fact]
    public void AnOlderLedgerHasNoDaysAndTheyOutliveStorage()
    {
        var stored = JsonSerializer.SerializeToNode(new Intake(), EvaluationJson.Plain.Intake)!.AsObject();
        Assert.True(stored.Remove("days"));
        var older = stored.Deserialize<Intake>(EvaluationJson.Stored)!;
        var kept = older with { Days = older.Days.Add(3, default(TrafficFigures).Add(Told(0) with { Feedback = 1, Cost = 0.5m }), SomeMonitor.Start) };
        var read = JsonSerializer.Deserialize<Intake>(JsonSerializer.Serialize(kept, EvaluationJson.Plain.Intake), EvaluationJson.Stored)!;

        Assert.Empty(older.Days.All);
        Assert.Equal(kept.Days.All, read.Days.All);
        Assert.Same(older.Days, older.Days.Add(0, default, SomeMonitor.Start));
    }

    private static Interaction Told(int i) => SomeMonitor.Interaction(i);
}
