using System.Text.Json;
using Assize.Evaluation.Tests.Statistics;

namespace Assize.Evaluation.Tests.Drift;

/// <summary>
/// The goals of drift_acceptance.json with few repetitions: a goal is missed here when the measured figure lies beyond it by more than chance explains.
/// The full protocol is `dotnet run -c Release --project bench -- drift`.
/// </summary>
public sealed class AcceptanceTests
{
    private const int Runs = 24;
    private const int Delays = 120;

    // One-sided, 20 cases: a good detector fails here about once in a thousand seeds, and the seed is fixed.
    private const double Margin = 4;

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, All().Length)];

    [Fact]
    public void TheProtocolHasTwentyOneCases() => Assert.Equal((7, 14), (All().Count(each => !each.IsDelay), All().Count(each => each.IsDelay)));

    [Theory]
    [MemberData(nameof(Cases))]
    public void TheDefaultDetectorReachesItsGoals(int index)
    {
        var protocol = All()[index];
        if (protocol.IsDelay)
        {
            Delay(protocol);
        }
        else
        {
            FalseAlarms(protocol);
        }
    }

    private static void FalseAlarms(AcceptanceProtocol protocol)
    {
        var rates = Enumerable.Range(0, Runs).Select(seed => protocol.FalseAlarms(seed) / 3.0).ToArray();
        var mean = rates.Average();
        var error = Math.Sqrt(rates.Sum(rate => (rate - mean) * (rate - mean)) / (Runs - 1) / Runs);

        Assert.True(mean - Margin * error <= protocol.Goal("goal_at_most"), $"{protocol.Title}: {mean:0.00} ± {error:0.00} false alarms per 10,000, goal {protocol.Goal("goal_at_most")}");
    }

    private static void Delay(AcceptanceProtocol protocol)
    {
        var sorted = Enumerable.Range(0, Delays).Select(seed => protocol.Delay(seed)).Order().ToArray();

        // The order statistics whose ranks lie that many binomial deviations below and above the quantile's.
        double At(double quantile, double side) => sorted[(int)Math.Clamp(quantile * Delays + side * Margin * Math.Sqrt(quantile * (1 - quantile) * Delays), 0, Delays - 1)];
        if (protocol.Goal("goal_median_at_least") is { } least)
        {
            Assert.True(At(0.5, 1) >= least, $"{protocol.Title}: median {At(0.5, 0)}, goal at least {least}");
            return;
        }

        Assert.True(At(0.5, -1) <= protocol.Goal("goal_median_at_most"), $"{protocol.Title}: median {At(0.5, 0)}, goal {protocol.Goal("goal_median_at_most")}");
        Assert.True(At(0.9, -1) <= protocol.Goal("goal_p90_at_most"), $"{protocol.Title}: 90th percentile {At(0.9, 0)}, goal {protocol.Goal("goal_p90_at_most")}");
    }

    private static AcceptanceProtocol[] All() => [.. Oracle.Document("drift_acceptance").GetProperty("cases").EnumerateArray().Select(each => new AcceptanceProtocol(each))];
}
