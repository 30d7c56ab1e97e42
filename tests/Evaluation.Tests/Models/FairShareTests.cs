using Assize.Evaluation.Models;

namespace Assize.Evaluation.Tests.Models;

public sealed class FairShareTests
{
    private static readonly Flow First = SimulatedCluster.Run("first");

    private static readonly Flow Second = SimulatedCluster.Run("second");

    private static readonly Flow Watch = SimulatedCluster.Monitor("watch");

    [Fact]
    public void WhatOneDoesNotWantGoesToTheOthersByWeight()
    {
        var shares = FairShare.Divide(
            100,
            [Wants(First, 10), Wants(Second, 100) with { Weight = 2 }, Wants(SimulatedCluster.Run("third"), 100)],
            one => one.Waiting,
            0.2);

        Assert.Equal((10, 60, 30), (shares[First], shares[Second], shares[SimulatedCluster.Run("third")]));
    }

    [Fact]
    public void TenantsShareBeforeTheirRunsDo()
    {
        var other = SimulatedCluster.Run("lonely", "other");
        var shares = FairShare.Divide(90, [Wants(First, 100), Wants(Second, 100), Wants(other, 100) with { TenantWeight = 2 }], one => one.Waiting, 0.2);

        Assert.Equal((15, 15, 60), (shares[First], shares[Second], shares[other]));
    }

    [Theory]
    [InlineData(1000, 1000, 80, 20)]
    [InlineData(1000, 5, 95, 5)]
    [InlineData(10, 1000, 10, 90)]
    public void MonitorsHaveAReservedLaneAndWhatEitherLeavesGoesToTheOther(int runs, int monitors, double toRuns, double toMonitors)
    {
        var shares = FairShare.Divide(100, [Wants(First, runs), Wants(Watch, monitors)], one => one.Waiting, 0.2);

        Assert.Equal((toRuns, toMonitors), (Math.Round(shares[First], 9), Math.Round(shares[Watch], 9)));
    }

    [Theory]
    [InlineData(600, null)]
    [InlineData(6000, null)]
    [InlineData(null, 40)]
    public void TwoEqualRunsShareEquallyWhenOneCameLaterWithLess(int? perMinute, int? concurrency)
    {
        var cluster = Cluster(perMinute, concurrency);
        Spread(cluster, First, 20_000);
        cluster.Run(TimeSpan.FromSeconds(20));
        Spread(cluster, Second, 4_000);
        cluster.Run(TimeSpan.FromSeconds(40));

        Assert.InRange(Part(cluster, Second, 22), 0.45, 0.55);
    }

    [Theory]
    [InlineData(600, null)]
    [InlineData(6000, null)]
    [InlineData(null, 40)]
    public void ARunThatSitsOnOneSiloGetsItsShare(int? perMinute, int? concurrency)
    {
        var cluster = Cluster(perMinute, concurrency);
        Spread(cluster, First, 20_000);
        cluster.Wait(3, Second, 10_000);
        cluster.Run(TimeSpan.FromSeconds(60));

        Assert.InRange(Part(cluster, Second, 2), 0.45, 0.55);
    }

    [Theory]
    [InlineData(600, null)]
    [InlineData(null, 40)]
    public void AMonitorGetsItsReservedShareAgainstManyRuns(int? perMinute, int? concurrency)
    {
        var cluster = Cluster(perMinute, concurrency);
        for (var run = 0; run < 8; run++)
        {
            Spread(cluster, SimulatedCluster.Run($"run-{run}"), 5_000);
        }

        cluster.Wait(1, Watch, 5_000);
        cluster.Run(TimeSpan.FromSeconds(60));

        Assert.InRange(Part(cluster, Watch, 2), 0.18, 0.22);
    }

    [Fact]
    public void WeightsCount()
    {
        var cluster = Cluster(6000, null);
        for (var silo = 0; silo < 4; silo++)
        {
            cluster.Wait(silo, First, 5000, weight: 3);
            cluster.Wait(silo, Second, 5000);
        }

        cluster.Run(TimeSpan.FromSeconds(60));

        Assert.InRange(Part(cluster, First, 2), 0.7, 0.8);
    }

    private static Demand Wants(Flow flow, int calls) => new(flow, 1, 1, calls, 0);

    private static SimulatedCluster Cluster(int? perMinute, int? concurrency) => new(new ModelLimits { Concurrency = concurrency ?? 500, RequestsPerMinute = perMinute }, 4);

    private static void Spread(SimulatedCluster cluster, Flow flow, int calls)
    {
        for (var silo = 0; silo < 4; silo++)
        {
            cluster.Wait(silo, flow, calls / 4);
        }
    }

    private static double Part(SimulatedCluster cluster, Flow flow, int since)
    {
        var from = TimeSpan.FromSeconds(since);
        return cluster.Started(flow, from) / (double)cluster.Calls.Count(call => call.Start >= SimulatedCluster.Start + from);
    }
}
