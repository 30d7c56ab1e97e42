using Assize.Evaluation.Models;

namespace Assize.Evaluation.Tests.Models;

public sealed class EndpointTests
{
    private static readonly DateTimeOffset Start = SimulatedCluster.Start;

    private static readonly Flow Run = SimulatedCluster.Run("run");

    [Fact]
    public void OneSiloGetsAllThatIsDeclared() =>
        Assert.Equal(512, Renew(Endpoint.Of(new ModelLimits { Concurrency = 512 }, Start), "a", 100, 0, Start).Lease.Concurrency);

    [Fact]
    public void NothingDeclaredBeginsAtTwenty() => Assert.Equal(20, Renew(Endpoint.Of(new ModelLimits(), Start), "a", 100, 0, Start).Lease.Concurrency);

    [Fact]
    public void ANewcomerGetsItsShareOnceTheFirstHasRenewedAndTheLimitIsNeverOverdrawn()
    {
        var endpoint = Endpoint.Of(new ModelLimits { Concurrency = 16 }, Start);
        (endpoint, var first) = Renew(endpoint, "a", 100, 0, Start);
        (endpoint, var second) = Renew(endpoint, "b", 100, 0, Start);
        Assert.Equal((16, 0), (first.Concurrency, second.Concurrency));

        (endpoint, first) = Renew(endpoint, "a", 84, 16, Start);
        (endpoint, second) = Renew(endpoint, "b", 100, 0, Start);
        Assert.Equal((8, 0), (first.Concurrency, second.Concurrency));

        (endpoint, first) = Renew(endpoint, "a", 92, 8, Start);
        (_, second) = Renew(endpoint, "b", 100, 0, Start);
        Assert.Equal((8, 8), (first.Concurrency, second.Concurrency));
    }

    [Fact]
    public void ADeadSilosLeaseIsFreeAfterTenSecondsOrWhenTheClusterKnows()
    {
        var (endpoint, _) = Renew(Endpoint.Of(new ModelLimits { Concurrency = 16 }, Start), "dead", 100, 0, Start);

        Assert.Equal(0, Renew(endpoint, "alive", 100, 0, Start.AddSeconds(9)).Lease.Concurrency);
        Assert.Equal(16, Renew(endpoint, "alive", 100, 0, Start.AddSeconds(10)).Lease.Concurrency);
        Assert.Equal(16, Renew(endpoint.Without(holder => holder == "dead"), "alive", 100, 0, Start.AddSeconds(1)).Lease.Concurrency);
    }

    [Fact]
    public void ALeavingSiloGivesItsLeaseBackAtOnce()
    {
        var (endpoint, _) = Renew(Endpoint.Of(new ModelLimits { Concurrency = 16 }, Start), "a", 100, 0, Start);
        (endpoint, _) = endpoint.Renew(new LeaseRequest { Holder = "a", Leaving = true }, Start);

        Assert.Equal(16, Renew(endpoint, "b", 100, 0, Start).Lease.Concurrency);
    }

    [Fact]
    public void AFreshEndpointInAClusterLeavesOthersTheirPartUntilTheyHaveReported()
    {
        var endpoint = Endpoint.Of(new ModelLimits { Concurrency = 40 }, Start, silos: 4);

        Assert.Equal(10, Renew(endpoint, "newcomer", 100, 0, Start).Lease.Concurrency);
        Assert.Equal(25, endpoint.Renew(Report("holder", 75, 25) with { Leased = 25 }, Start).Lease.Concurrency);
        Assert.Equal(40, Renew(endpoint, "newcomer", 100, 0, Start.AddSeconds(1)).Lease.Concurrency);
    }

    [Fact]
    public void TooManyRequestsShrinkConcurrencyByAFifthAndPauseAsLongAsTheProviderAsks()
    {
        var endpoint = Endpoint.Of(new ModelLimits { Concurrency = 100 }, Start);
        (endpoint, var lease) = endpoint.Renew(Report("a", 100, 50) with { Limited = 3, RetryAfter = TimeSpan.FromMilliseconds(700) }, Start.AddSeconds(5));
        Assert.Equal((80, 0, TimeSpan.FromMilliseconds(1000)), (lease.Concurrency, lease.Requests, lease.Renew));

        (endpoint, _) = endpoint.Renew(Report("a", 100, 50) with { Limited = 3 }, Start.AddSeconds(5.5));
        Assert.Equal(80, endpoint.Tolerance.Concurrency);
    }

    [Fact]
    public void ACallThatWasTurnedAwayWithATimeToComeAgainTakesNoSecondPermit()
    {
        var endpoint = Endpoint.Of(new ModelLimits { RequestsPerMinute = 60 }, Start);
        (endpoint, var first) = Renew(endpoint, "a", 5, 0, Start.AddSeconds(2));
        var early = Report("a", 5, 0) with { Limited = 1, RetryAfter = TimeSpan.FromMilliseconds(20) };
        var (told, paused) = endpoint.Renew(early, Start.AddSeconds(2.05));
        (told, var again) = Renew(told, "a", 5, 0, Start.AddSeconds(2.08));
        var next = Renew(told, "a", 5, 0, Start.AddSeconds(3)).Lease;

        Assert.Equal((1, 0, 1, 0), (first.Requests, paused.Requests, again.Requests, next.Requests));
        // Where nobody says when to come again, it may have counted.
        var silent = endpoint.Renew(early with { RetryAfter = null }, Start.AddSeconds(2.05)).Next;
        Assert.Equal(0, Renew(silent, "a", 5, 0, Start.AddSeconds(2.7)).Lease.Requests);
    }

    [Fact]
    public void CallsThatAreTurnedAwayStayInTheSumOverAMinute()
    {
        var (endpoint, asked) = (Endpoint.Of(new ModelLimits { RequestsPerMinute = 60 }, Start), new List<double>());
        var turnedAway = 0;
        for (var second = 0.0; second < 180; second += 0.01)
        {
            (endpoint, var lease) = endpoint.Renew(Report("a", 5, 0) with { Limited = turnedAway, RetryAfter = turnedAway > 0 ? TimeSpan.Zero : null }, Start.AddSeconds(second));
            // Every tenth call is turned away.
            turnedAway = lease.Requests is > 0 && asked.Count % 10 == 9 ? 1 : 0;
            asked.AddRange(Enumerable.Repeat(second, lease.Requests ?? 0));
        }

        Assert.All(asked.Where(at => at > 60), at => Assert.InRange(asked.Count(one => one > at - 60 && one <= at), 1, 61));
        Assert.True(asked.Count > 170);
    }

    [Fact]
    public void CleanRoundsWinConcurrencyBackUpToWhatIsDeclared()
    {
        var endpoint = Endpoint.Of(new ModelLimits { Concurrency = 10 }, Start);
        (endpoint, _) = endpoint.Renew(Report("a", 5, 8) with { Limited = 1 }, Start);
        for (var i = 1; i < 20; i++)
        {
            (endpoint, _) = endpoint.Renew(Report("a", 5, 8) with { Served = 10 }, Start.AddSeconds(i));
        }

        Assert.Equal(10, endpoint.Tolerance.Concurrency);
    }

    [Fact]
    public void WithoutDemandConcurrencyDoesNotGrow()
    {
        var endpoint = Endpoint.Of(new ModelLimits(), Start);
        for (var i = 1; i < 50; i++)
        {
            (endpoint, _) = endpoint.Renew(Report("a", 0, 5) with { Served = 30 }, Start.AddSeconds(i));
        }

        Assert.Equal(20, endpoint.Tolerance.Concurrency);
    }

    [Fact]
    public void ConcurrencyIsFoundWithinItsBounds()
    {
        var cluster = new SimulatedCluster(new ModelLimits { MaxConcurrency = 50 }, 1);
        cluster.Wait(0, Run, 100_000);
        cluster.Run(TimeSpan.FromSeconds(60));

        Assert.Equal((50, 50), (cluster.MostInFlight, (int)cluster.Endpoint.Tolerance.Concurrency));
    }

    [Fact]
    public void ASiloWithOneCallAtATimeDoesNotStarveTheOthers()
    {
        var cluster = new SimulatedCluster(new ModelLimits { Concurrency = 2 }, 4);
        for (var silo = 0; silo < 4; silo++)
        {
            cluster.Wait(silo, Run, 1000);
        }

        cluster.Run(TimeSpan.FromSeconds(60));

        Assert.Equal(2, cluster.MostInFlight);
        var bySilo = cluster.Calls.GroupBy(call => call.Silo).Select(silo => silo.Count()).ToArray();
        Assert.Equal(4, bySilo.Length);
        Assert.True(bySilo.Min() > 0.5 * bySilo.Max(), string.Join(' ', bySilo));
    }

    [Fact]
    public void TheStatusSaysWhoWaitsAndWhy()
    {
        var cluster = new SimulatedCluster(new ModelLimits { RequestsPerMinute = 60 }, 2);
        cluster.Wait(0, Run, 10);
        cluster.Wait(1, SimulatedCluster.Monitor("m"), 5);
        cluster.Run(TimeSpan.FromSeconds(3));

        var status = EndpointStatus.Of(new("judge"), cluster.Endpoint, cluster.Now);

        Assert.Equal("rate limit 60 requests/min", status.Why);
        Assert.Equal([Lane.Run, Lane.Monitor], status.Flows.Select(flow => flow.Flow.Lane));
        Assert.Equal(["silo-0", "silo-1"], status.Holders.Select(holder => holder.Silo));
        Assert.Equal(20, status.Bearable);
        Assert.Null(status.LearnedPerMinute);
        Assert.Equal(BreakerState.Closed, status.Breaker);
    }

    private static LeaseRequest Report(string holder, int waiting, int inFlight) => new() { Holder = holder, Demands = [new Demand(Run, 1, 1, waiting, inFlight)] };

    private static (Endpoint Next, Lease Lease) Renew(Endpoint endpoint, string holder, int waiting, int inFlight, DateTimeOffset now) =>
        endpoint.Renew(Report(holder, waiting, inFlight), now);
}
