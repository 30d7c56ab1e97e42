using Assize.Evaluation.Drift;
using Assize.Evaluation.Tests.Drift;
using Assize.Evaluation.Tests.Statistics;

namespace Assize.Evaluation.Tests.Monitors;

/// <summary>What a monitor promises, by its own path in simulated time and with few repetitions; the full measurement is `dotnet run -c Release --project bench -- monitors`.</summary>
public sealed class PromiseTests
{
    private const int PerDay = 500;

    [Theory]
    [InlineData("ordinal AR 0.2")]
    [InlineData("ordinal diurnal slices")]
    public void FalseAlarmsStayWithinThePromiseAlsoWithTheUsualBaseline(string law)
    {
        const int months = 8;
        var alarms = 0;
        for (var month = 0; month < months; month++)
        {
            var monitor = new SimulatedMonitor(Law(law, delay: false), 5000 + month, PerDay, days: 30, baseline: 500);
            for (var sent = 0; sent < 30 * PerDay; sent += 500)
            {
                monitor.Send(500, _ => (false, 0));
                alarms += monitor.Resolve().Length;
            }
        }

        // One in thirty days is promised; of eight expected, 17 and more come once in 250.
        Assert.InRange(alarms, 0, 16);
    }

    [Fact]
    public void ADropIsFoundAndAChangeOfTheMixIsNone()
    {
        var (drop, mix) = (Law("ordinal diurnal slices shift -0.5", delay: true), Law("mix change only", delay: true));
        var delays = Enumerable.Range(0, 15).Select(seed => Delay(drop, seed, 3000)).Order().ToArray();
        var silent = Enumerable.Range(0, 10).Count(seed => double.IsInfinity(Delay(mix, seed, 3000)));

        Assert.InRange(delays[7], 1, 2 * drop.Goal("goal_median_at_most")!.Value);
        Assert.InRange(silent, 7, 10);
    }

    [Theory]
    [InlineData(-0.3, 0, Culprit.Product)]
    [InlineData(0, -0.3, Culprit.Judge)]
    [InlineData(-0.3, 0.3, Culprit.Both)]
    public void TheVerdictIsRightInNineOfTenCases(double product, double judge, Culprit right)
    {
        const int runs = 12;
        var told = Enumerable.Range(0, runs).Select(seed => new SimulatedAnchors(6000 + seed).Verdict(product, judge, 40)).ToArray();

        // Of 12 runs with 90 % right, 8 and fewer come once in 200.
        Assert.True(told.Count(one => one == right) > 8, string.Join(", ", told));
    }

    private static double Delay(AcceptanceProtocol law, int seed, int longest)
    {
        var monitor = new SimulatedMonitor(law, 7000 + seed);
        monitor.Send(500, _ => (false, 0));
        monitor.Resolve();
        var before = monitor.Ledger.Watch.Scored;
        monitor.Send(longest, _ => (true, 1), untilAlarm: true);
        return monitor.Ledger.Watch.Alarms.Standing.IsEmpty ? double.PositiveInfinity : monitor.Ledger.Watch.Scored - before;
    }

    private static AcceptanceProtocol Law(string name, bool delay) => Oracle.Document("drift_acceptance").GetProperty("cases").EnumerateArray()
        .Select(each => new AcceptanceProtocol(each)).First(each => each.IsDelay == delay && each.Name.StartsWith(name, StringComparison.Ordinal) && each.Title.Contains("2,000", StringComparison.Ordinal));
}
