using Assize.Evaluation.Models;

namespace Assize.Evaluation.Tests.Models;

public sealed class BreakerTests
{
    private static readonly DateTimeOffset Start = SimulatedCluster.Start;

    private static readonly Flow Run = SimulatedCluster.Run("run");

    [Fact]
    public void AnOutageCostsFewCallsAndNothingIsLost()
    {
        var cluster = Outage(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(130));
        cluster.Run(TimeSpan.FromSeconds(60));
        var status = EndpointStatus.Of(new("judge"), cluster.Endpoint, cluster.Now);
        Assert.True(status.Breaker is BreakerState.Open or BreakerState.HalfOpen);
        Assert.Equal("the provider does not work: status 500", status.Why);

        cluster.Run(TimeSpan.FromSeconds(160));

        // Probes after 1, 2, 4, 8, 16, 30, 30 and 30 s, after what was in flight when it began.
        Assert.InRange(cluster.Calls.Count(call => !call.Response.Ok), 20, 80);
        Assert.InRange(cluster.Calls.Count(call => !call.Response.Ok && call.Start > Start.AddSeconds(12)), 5, 9);
        Assert.Equal(BreakerState.Closed, cluster.Endpoint.Breaker.State);
        Assert.Equal(4000, cluster.Served);
    }

    [Fact]
    public void OneCallAtATimeProbes()
    {
        var cluster = Outage(TimeSpan.Zero, TimeSpan.FromSeconds(20));
        cluster.Run(TimeSpan.FromSeconds(100));

        var after = cluster.Calls.Where(call => call.Response.Ok).OrderBy(call => call.Start).Take(3).ToArray();
        Assert.All(after.Zip(after.Skip(1)), pair => Assert.True(pair.Second.Start >= pair.First.End));
        Assert.Equal(4000, cluster.Served);
    }

    [Fact]
    public void AProbeIsTakenBackFromADeadSilo()
    {
        var cluster = Outage(TimeSpan.Zero, TimeSpan.FromSeconds(5));
        cluster.Run(TimeSpan.FromSeconds(6));
        cluster.Kill(0);
        cluster.Kill(1);
        cluster.Run(TimeSpan.FromSeconds(100));

        Assert.Equal(BreakerState.Closed, cluster.Endpoint.Breaker.State);
    }

    [Fact]
    public void PassingFaultsAmongRepliesOpenNothing()
    {
        var i = 0;
        var cluster = new SimulatedCluster(new ModelLimits { Concurrency = 50 }, 4, _ => i++ % 3 == 0 ? Response.Broken : Response.Answered);
        cluster.Wait(0, Run, 3000);
        cluster.Run(TimeSpan.FromSeconds(60));

        Assert.Equal(3000, cluster.Served);
        Assert.InRange(cluster.Calls.Count, 4490, 4510);
    }

    [Fact]
    public void ComplaintsAboutTheRateOpenNothing()
    {
        var breaker = new Breaker().Learn(new LeaseRequest { Holder = "a", Limited = 500 }, Start);

        Assert.Equal(BreakerState.Closed, breaker.State);
    }

    [Fact]
    public void WaitingForAProviderThatStaysAwayHasAnEnd()
    {
        var cluster = Outage(TimeSpan.Zero, TimeSpan.FromHours(1));
        cluster.Run(TimeSpan.FromMinutes(9));
        Assert.Null(Renewed(cluster).Hopeless);

        cluster.Run(TimeSpan.FromMinutes(2));

        Assert.Equal("the provider has not worked since 2026-01-01 00:00:00Z: status 500", Renewed(cluster).Hopeless);
    }

    private static Lease Renewed(SimulatedCluster cluster) =>
        cluster.Endpoint.Renew(new LeaseRequest { Holder = "asks", Demands = [new Demand(Run, 1, 1, 1, 0)] }, cluster.Now).Lease;

    private static SimulatedCluster Outage(TimeSpan from, TimeSpan to)
    {
        var cluster = new SimulatedCluster(new ModelLimits { Concurrency = 40 }, 4, now => now >= Start + from && now < Start + to ? Response.Broken : Response.Answered);
        for (var silo = 0; silo < 4; silo++)
        {
            cluster.Wait(silo, Run, 1000);
        }

        return cluster;
    }
}
