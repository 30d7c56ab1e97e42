using Assize.Evaluation.Models;

namespace Assize.Evaluation.Tests.Models;

/// <summary>The goals of the limiter, on silos that want all they can get: never more than two percent over in any minute, almost all of it used, few requests in vain.</summary>
public sealed class LimiterTests
{
    [Theory]
    [InlineData(30, 1)]
    [InlineData(60, 4)]
    [InlineData(600, 1)]
    [InlineData(600, 4)]
    [InlineData(6000, 4)]
    [InlineData(30000, 4)]
    public void RequestsAMinuteAreNeverOverdrawnAndHardlyWasted(int perMinute, int silos)
    {
        var traffic = new SimulatedTraffic(new ModelLimits { Concurrency = 500, RequestsPerMinute = perMinute }, silos);
        traffic.Run(300);

        Assert.InRange(traffic.MostInAMinute, 1, Math.Max(perMinute + 1, perMinute * 1.02));
        Assert.InRange(traffic.Asked, perMinute * 5 * 0.95, perMinute * 5 * 1.02);
    }

    [Theory]
    [InlineData(60_000, 1)]
    [InlineData(60_000, 4)]
    [InlineData(600_000, 4)]
    public void TokensAMinuteAreNeverOverdrawnAndHardlyWasted(int perMinute, int silos)
    {
        var traffic = new SimulatedTraffic(new ModelLimits { Concurrency = 500, TokensPerMinute = perMinute }, silos) { TokensEach = 400 };
        traffic.Run(300);

        // One call more than the limit may be under way: it could not be asked at all otherwise.
        Assert.InRange(traffic.MostInAMinute * 400, 1, perMinute * 1.02 + 400);
        Assert.InRange(traffic.Asked * 400L, perMinute * 5 * 0.95, perMinute * 5 * 1.02);
    }

    [Theory]
    [InlineData(1, 600)]
    [InlineData(4, 600)]
    [InlineData(4, 6000)]
    public void AnUndeclaredLimitIsFoundOutWithFewRequestsInVain(int silos, int perMinute)
    {
        var traffic = new SimulatedTraffic(new ModelLimits(), silos) { ProviderPerMinute = perMinute };
        traffic.Run(300);

        Assert.InRange((double)traffic.Asked / traffic.Served, 1, 1.1);
        Assert.InRange(traffic.Served, perMinute * 5 * 0.9, perMinute * 5 * 1.05);
    }

    [Fact]
    public void WithoutALimitCallsInFlightGrowFromTwentyToTheBound()
    {
        var traffic = new SimulatedTraffic(new ModelLimits(), 1);
        traffic.Run(1);
        Assert.InRange(traffic.Endpoint.Bearing.Concurrency, 20, 40);
        traffic.Run(30);
        Assert.Equal(200, traffic.Endpoint.Bearing.Concurrency);
    }

    [Fact]
    public void UnevenSilosStillUseTheWholeLimit()
    {
        var traffic = new SimulatedTraffic(new ModelLimits { Concurrency = 500, RequestsPerMinute = 600 }, 4) { Waiting = silo => silo == 0 ? 500 : silo };
        traffic.Run(120);

        Assert.InRange(traffic.MostInAMinute, 1, 612);
        Assert.InRange(traffic.Asked, 1140, 1224);
    }

    [Fact]
    public void AnEndpointThatFailsIsLeftAloneAndTriedNowAndThen()
    {
        var traffic = new SimulatedTraffic(new ModelLimits { Concurrency = 20 }, 4) { Works = now => now is < 10 or > 70 };
        traffic.Run(65);
        Assert.True(traffic.Endpoint.Breaker.IsOpen);
        // While replies are still on their way it counts as working, for two tenths of a second; then a try at 1, 3, 7, 15, 31 and 61 seconds.
        Assert.InRange(traffic.Failed, Breaker.Limit, 150);
        var whileOpen = traffic.Failed;
        traffic.Run(1);
        Assert.Equal(whileOpen, traffic.Failed);

        traffic.Run(40);
        Assert.False(traffic.Endpoint.Breaker.IsOpen);
        Assert.Equal(20, (int)traffic.Endpoint.Bearing.Concurrency);
    }
}
