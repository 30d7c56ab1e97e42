using Assize.Evaluation.Monitors;
using Assize.Evaluation.Suites;
using Assize.Evaluation.Tests.Monitors;
using Assize.Evaluation.Traffic;

namespace Assize.Evaluation.Tests.Traffic;

/// <summary>Batches whose samples were lost on their way.</summary>
public sealed class TrafficBatchTests
{
    [Fact]
    public void WhatWasLostIsCountedByTheMonitorAndNothingIsExpectedOfIt()
    {
        var first = new TrafficBatch("here", 1) { Seen = Slices(("de", 3), ("en", 4)), Expected = 2.5, Drawn = [Some(1), Some(2)], Thinned = 1, MayKeep = true }.WithoutSamples();
        var missed = first.Followed(new TrafficBatch("here", 2) { Seen = Slices(("en", 1), ("fr", 2)), Expected = 1, Drawn = [Some(3)], Thinned = 2, Lost = 5 }.WithoutSamples());

        var counts = MonitorLedger.Begin(SomeMonitor.Spec()).Take(missed, SomeMonitor.Start).Next.Intake.Counts;

        Assert.Equal((2, 0.0, 0), ((int)first.Lost, first.Expected, first.Drawn.Length));
        Assert.Equal((10L, 0.0, 0L, 3L, 8L), (counts.Seen, counts.Expected, counts.Drawn, counts.Thinned, counts.Lost));
        Assert.Equal(5, missed.Seen[new("en")]);
    }

    [Fact]
    public void WhatIsMissedForDaysStaysSmall()
    {
        var missed = new TrafficBatch("here", 1);
        for (var i = 0; i < Intake.MostSlices * 5; i++)
        {
            missed = missed.Followed(new TrafficBatch("here", 0) { Seen = Slices((FormattableString.Invariant($"slice-{i}"), 1)) });
        }

        Assert.InRange(missed.Seen.Count, Intake.MostSlices, Intake.MostSlices + 1);
        Assert.Equal(Intake.MostSlices * 5, missed.Seen.Values.Sum());
    }

    private static System.Collections.Immutable.ImmutableSortedDictionary<Slice, long> Slices(params (string Name, long Count)[] slices) =>
        System.Collections.Immutable.ImmutableSortedDictionary.CreateRange(slices.Select(slice => KeyValuePair.Create(new Slice(slice.Name), slice.Count)));

    private static Drawn Some(int number) => new(
        new Interaction { Id = new(FormattableString.Invariant($"i{number}")), Time = SomeMonitor.Start, Application = new("shop"), Messages = [], Response = "Yes." }, new("de"), 0.5);
}
