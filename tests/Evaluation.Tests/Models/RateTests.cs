using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;

namespace Assize.Evaluation.Tests.Models;

public sealed class RateTests
{
    private static readonly Flow Run = SimulatedCluster.Run("run");

    private static readonly DateTimeOffset Start = SimulatedCluster.Start;

    [Theory]
    [InlineData(1, 30)]
    [InlineData(4, 30)]
    [InlineData(1, 60)]
    [InlineData(4, 60)]
    [InlineData(4, 600)]
    [InlineData(1, 30_000)]
    [InlineData(4, 30_000)]
    public void RequestsAMinuteAreKeptInEveryMinuteAndUsed(int silos, int perMinute)
    {
        var cluster = new SimulatedCluster(new ModelLimits { Concurrency = 500, RequestsPerMinute = perMinute }, silos);
        // Uneven: the last silo has most of the work, the first a little.
        for (var silo = 0; silo < silos; silo++)
        {
            cluster.Wait(silo, Run, silo == silos - 1 ? 1_000_000 : 1000 * (silo + 1));
        }

        cluster.Run(TimeSpan.FromMinutes(4));

        Assert.InRange(cluster.MostInAMinute(_ => 1), 0, perMinute * 1.02);
        Assert.InRange(cluster.Calls.Count / 4.0 / perMinute, 0.95, 1);
    }

    [Theory]
    [InlineData(1, 6_000, 100)]
    [InlineData(4, 100_000, 500)]
    [InlineData(4, 2_000_000, 400)]
    public void TokensAMinuteAreKeptInEveryMinuteAndUsed(int silos, int perMinute, int call)
    {
        // Estimates are a twentieth too low, and calls differ by a half from the mean.
        var cluster = new SimulatedCluster(new ModelLimits { Concurrency = 500, TokensPerMinute = perMinute }, silos)
        {
            Tokens = (call * 0.95, i => call * (0.5 + i % 11 / 10.0)),
        };
        for (var silo = 0; silo < silos; silo++)
        {
            cluster.Wait(silo, Run, silo == 0 ? 1_000_000 : 300);
        }

        cluster.Run(TimeSpan.FromMinutes(4));

        Assert.InRange(cluster.MostInAMinute(one => one.Tokens) / perMinute, 0, 1.02);
        Assert.InRange(cluster.Calls.Sum(one => one.Tokens) / 4 / perMinute, 0.95, 1);
    }

    [Fact]
    public void ALimitIsKeptWhenTheEndpointIsMovedAndSilosDie()
    {
        var cluster = new SimulatedCluster(new ModelLimits { Concurrency = 100, RequestsPerMinute = 600 }, 4);
        for (var silo = 0; silo < 4; silo++)
        {
            cluster.Wait(silo, Run, 100_000);
        }

        for (var i = 0; i < 12; i++)
        {
            cluster.Run(TimeSpan.FromSeconds(7));
            cluster.Move();
        }

        cluster.Kill(2);
        cluster.Run(TimeSpan.FromSeconds(60));

        Assert.InRange(cluster.MostInAMinute(_ => 1), 0, 612);
        Assert.InRange(cluster.Calls.Count / 144.0 * 60, 570, 600);
        Assert.InRange(cluster.MostInFlight, 1, 100);
    }

    [Fact]
    public void WhatIsLeasedAndNotUsedGoesBack()
    {
        // The first silo gets permits that its few places in flight cannot use.
        var cluster = new SimulatedCluster(new ModelLimits { Concurrency = 2, RequestsPerMinute = 6000 }, 1) { Latency = TimeSpan.FromSeconds(1) };
        cluster.Wait(0, Run, 1000);
        cluster.Run(TimeSpan.FromSeconds(20));

        Assert.InRange(cluster.Endpoint.Requests!.Level, 0, 50);
        Assert.InRange(cluster.Calls.Count, 36, 40);
    }

    [Theory]
    [InlineData(1, 600, 3000)]
    [InlineData(4, 600, 3000)]
    [InlineData(4, 3000, 4000)]
    [InlineData(1, 60, 400)]
    [InlineData(4, 30_000, 20_000)]
    public void AnUndeclaredRateIsLearnedFromComplaints(int silos, int perMinute, int calls)
    {
        var bucket = new ProviderBucket(perMinute);
        var cluster = new SimulatedCluster(new ModelLimits(), silos, bucket.Ask);
        for (var silo = 0; silo < silos; silo++)
        {
            cluster.Wait(silo, Run, calls / silos);
        }

        while (cluster.Served < calls && cluster.Now < SimulatedCluster.Start.AddHours(1))
        {
            cluster.Run(TimeSpan.FromSeconds(5));
        }

        Assert.Equal(calls, cluster.Served);
        Assert.InRange((double)cluster.Calls.Count / calls, 1, 1.1);
        Assert.InRange(calls / (cluster.Now - SimulatedCluster.Start).TotalMinutes / Math.Min(perMinute, 60_000), 0.75, 1.1);
    }

    [Fact]
    public void ADeclaredRateThatIsTooHighIsCorrected()
    {
        var bucket = new ProviderBucket(600);
        var cluster = new SimulatedCluster(new ModelLimits { RequestsPerMinute = 3000 }, 4, bucket.Ask);
        for (var silo = 0; silo < 4; silo++)
        {
            cluster.Wait(silo, Run, 100_000);
        }

        cluster.Run(TimeSpan.FromMinutes(4));

        Assert.InRange((double)cluster.Calls.Count / cluster.Served, 1, 1.1);
        Assert.InRange(cluster.Served, 2000, 2410);
    }

    [Fact]
    public void ADeclaredRateIsTrustedAgainstAComplaintNowAndThen()
    {
        var calls = 0;
        var cluster = new SimulatedCluster(new ModelLimits { RequestsPerMinute = 600 }, 4, _ => ++calls % 50 == 0 ? new Response(false, TimeSpan.FromMilliseconds(50)) : Response.Answered);
        cluster.Wait(0, Run, 100_000);
        cluster.Run(TimeSpan.FromMinutes(3));

        Assert.Null(cluster.Endpoint.Tolerance.Rate);
        Assert.InRange(cluster.Calls.Count / 3.0, 570, 600);
    }

    [Theory]
    [InlineData(0.02, 1, 0.5)]
    [InlineData(0.05, 1, 0.5)]
    [InlineData(0.05, 4, 0.5)]
    [InlineData(0.05, 4, 0.05)]
    [InlineData(0.1, 4, 0.5)]
    public void AProviderThatTurnsSomeAwayAtAnyRateDoesNotStarveARun(double share, int silos, double pause)
    {
        // The same refusals in every run of the test.
        var dice = new Random(7);
        var cluster = new SimulatedCluster(new ModelLimits(), silos, _ => dice.NextDouble() < share ? new Response(false, TimeSpan.FromSeconds(pause)) : Response.Answered);
        for (var silo = 0; silo < silos; silo++)
        {
            cluster.Wait(silo, Run, 1_000_000);
        }

        var served = new List<int>();
        for (var minute = 0; minute < 20; minute++)
        {
            var before = cluster.Served;
            cluster.Run(TimeSpan.FromMinutes(1));
            served.Add(cluster.Served - before);
        }

        // Between two refusals there are 1/share replies on the average, and one refusal holds everybody up for its pause and a little more.
        Assert.All(served, minute => Assert.InRange(minute, 0.2 * 60 / (share * (pause + 0.3) + 0.2), int.MaxValue));
        Assert.InRange(served[10..].Sum(), 0.6 * served[..10].Sum(), int.MaxValue);
    }

    [Fact]
    public void OneEarlyComplaintTeachesNoRate()
    {
        var calls = 0;
        var cluster = new SimulatedCluster(new ModelLimits(), 2, _ => ++calls == 4 ? new Response(false, TimeSpan.FromMilliseconds(50)) : Response.Answered);
        cluster.Wait(0, Run, 3);
        cluster.Run(TimeSpan.FromSeconds(1));
        cluster.Wait(0, Run, 100_000);
        cluster.Run(TimeSpan.FromSeconds(30));

        Assert.Null(cluster.Endpoint.Tolerance.Rate);
        Assert.InRange(cluster.Served, 1000, int.MaxValue);
    }

    [Fact]
    public void AProvidersLimitOnConcurrencyIsLearned()
    {
        SimulatedCluster? cluster = null;
        cluster = new SimulatedCluster(new ModelLimits(), 4, _ => cluster!.Silos.Sum(silo => silo.InFlight) >= 8 ? new Response(false, TimeSpan.FromMilliseconds(200)) : Response.Answered);
        for (var silo = 0; silo < 4; silo++)
        {
            cluster.Wait(silo, Run, 500);
        }

        cluster.Run(TimeSpan.FromSeconds(120));

        Assert.Equal(2000, cluster.Served);
        Assert.InRange(cluster.Calls.Count, 2000, 2200);
    }

    [Fact]
    public void APauseThatIsLongerThanAnybodysPatienceIsWaitedOutOnceAndNotForEver()
    {
        var endpoint = Endpoint.Of(new ModelLimits(), Start);
        var hour = TimeSpan.FromHours(1);

        (endpoint, var first) = Turned(endpoint, hour, Start);
        var still = Waits(endpoint, Start.AddMinutes(59));
        (endpoint, _) = Turned(endpoint, hour, Start.AddMinutes(60.5));
        (endpoint, _) = Turned(endpoint, hour, Start.AddMinutes(60.6));
        var lease = Waits(endpoint, Start.AddMinutes(61));

        Assert.Equal((null, null), (first.Hopeless, still.Hopeless));
        Assert.Equal((Reason.RateLimited, "the provider has answered nothing but 429 since 2026-01-01 00:00:00Z, and is to be asked again at 2026-01-01 02:00:36Z"), (lease.HopelessFor, lease.Hopeless));
    }

    [Fact]
    public void AReplyBetweenTwoPausesIsHope()
    {
        var endpoint = Endpoint.Of(new ModelLimits(), Start);
        (endpoint, _) = Turned(endpoint, TimeSpan.FromMinutes(20), Start);
        (endpoint, _) = endpoint.Renew(new LeaseRequest { Holder = "a", Demands = [new Demand(Run, 1, 1, 5, 0)], Served = 1 }, Start.AddMinutes(20.5));

        (endpoint, var lease) = Turned(endpoint, TimeSpan.FromMinutes(20), Start.AddMinutes(20.6));

        Assert.Null(lease.Hopeless);
        Assert.Null(Waits(endpoint, Start.AddMinutes(30)).Hopeless);
    }

    [Fact]
    public void AComplaintOfYesterdayIsNotHeldAgainstTheProviderToday()
    {
        var endpoint = Endpoint.Of(new ModelLimits(), Start);
        (endpoint, _) = Turned(endpoint, TimeSpan.FromSeconds(5), Start);

        (endpoint, var lease) = Turned(endpoint, TimeSpan.FromHours(1), Start.AddDays(1));

        Assert.Null(lease.Hopeless);
        Assert.Null(Waits(endpoint, Start.AddDays(1).AddMinutes(30)).Hopeless);
    }

    private static (Endpoint Next, Lease Lease) Turned(Endpoint endpoint, TimeSpan pause, DateTimeOffset now) =>
        endpoint.Renew(new LeaseRequest { Holder = "a", Demands = [new Demand(Run, 1, 1, 5, 0)], Limited = 3, RetryAfter = pause }, now);

    private static Lease Waits(Endpoint endpoint, DateTimeOffset now) => endpoint.Renew(new LeaseRequest { Holder = "a", Demands = [new Demand(Run, 1, 1, 5, 0)] }, now).Lease;

    [Fact]
    public void APauseHoldsForEverySilo()
    {
        var cluster = new SimulatedCluster(new ModelLimits(), 4, now => now < SimulatedCluster.Start.AddSeconds(1) ? new Response(false, TimeSpan.FromSeconds(20)) : Response.Answered);
        for (var silo = 0; silo < 4; silo++)
        {
            cluster.Wait(silo, Run, 100);
        }

        cluster.Run(TimeSpan.FromSeconds(40));

        Assert.DoesNotContain(cluster.Calls, call => call.Start > SimulatedCluster.Start.AddSeconds(1) && call.Start < SimulatedCluster.Start.AddSeconds(20));
        Assert.Equal(400, cluster.Served);
    }
}
