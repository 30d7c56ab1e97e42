using Assize.Evaluation.Models;

namespace Assize.Evaluation.Tests.Models;

public sealed class EndpointTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void OneWorkerGetsEverything() => Assert.Equal(32, Renew(Endpoint.Of(new ModelLimits { Concurrency = 32 }, Start), "a", 100, 0, Start).Lease.Concurrency);

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
    public void AWorkerThatIsGoneGivesItsLeaseBack()
    {
        var (endpoint, _) = Renew(Endpoint.Of(new ModelLimits { Concurrency = 16 }, Start), "dead", 100, 0, Start);

        Assert.Equal(16, Renew(endpoint, "alive", 100, 0, Start.AddSeconds(11)).Lease.Concurrency);
    }

    [Fact]
    public void TooManyRequestsShrinkConcurrencyByAFifthAndPauseAsLongAsTheProviderAsks()
    {
        var endpoint = Endpoint.Of(new ModelLimits { Concurrency = 100 }, Start);
        (endpoint, var lease) = endpoint.Renew(
            new LeaseRequest { Holder = "a", InFlight = 50, Waiting = 100, Limited = 3, RetryAfter = TimeSpan.FromMilliseconds(700) }, Start.AddSeconds(5));
        Assert.Equal((80, 0), (lease.Concurrency, lease.Requests));
        Assert.Equal(TimeSpan.FromMilliseconds(700), lease.Renew);

        (endpoint, _) = endpoint.Renew(new LeaseRequest { Holder = "a", InFlight = 50, Waiting = 100, Limited = 3 }, Start.AddSeconds(5.5));
        Assert.Equal(80, endpoint.Bearing.Concurrency);
    }

    [Fact]
    public void CleanRoundsWinConcurrencyBackUpToTheLimit()
    {
        var endpoint = Endpoint.Of(new ModelLimits { Concurrency = 10 }, Start);
        endpoint = endpoint with { Bearing = endpoint.Bearing with { Concurrency = 8 } };
        for (var i = 0; i < 20; i++)
        {
            (endpoint, _) = endpoint.Renew(new LeaseRequest { Holder = "a", InFlight = 8, Waiting = 5, Served = 10 }, Start.AddSeconds(i));
        }

        Assert.Equal(10, endpoint.Bearing.Concurrency);
    }

    [Fact]
    public void RequestsAMinuteAreHandedOutAsTheyAccrue()
    {
        var endpoint = Endpoint.Of(new ModelLimits { Concurrency = 1000, RequestsPerMinute = 600 }, Start);
        var granted = 0;
        for (var tick = 0; tick <= 600; tick++)
        {
            (endpoint, var lease) = Renew(endpoint, "a", 500, 0, Start.AddMilliseconds(100 * tick));
            granted += lease.Requests!.Value;
        }

        // A minute's 600 and the second's worth that the bucket held at the start.
        Assert.InRange(granted, 600, 611);
    }

    [Fact]
    public void TokensAMinuteHoldRequestsBackUntilTheBucketHasRefilled()
    {
        var endpoint = Endpoint.Of(new ModelLimits { TokensPerMinute = 6000 }, Start);
        (endpoint, var spent) = endpoint.Renew(new LeaseRequest { Holder = "a", InFlight = 0, Waiting = 5, Tokens = 300 }, Start);
        Assert.Equal(0, spent.Requests);

        Assert.Equal(5, Renew(endpoint, "a", 5, 0, Start.AddSeconds(3.5)).Lease.Requests);
    }

    private static (Endpoint Next, Lease Lease) Renew(Endpoint endpoint, string holder, int waiting, int inFlight, DateTimeOffset now) =>
        endpoint.Renew(new LeaseRequest { Holder = holder, InFlight = inFlight, Waiting = waiting }, now);
}
