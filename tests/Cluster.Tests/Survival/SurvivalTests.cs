namespace Assize.Cluster.Tests.Survival;

/// <summary>
/// A run on a cluster that loses parts of itself: the report is an undisturbed one's to the last bit, nothing that was kept is asked again, no case is lost or counted twice.
/// <c>ASSIZE_KILLS</c> says how many kills at random moments the long form makes.
/// </summary>
public sealed class SurvivalTests(SurvivingCluster survivors) : IClassFixture<SurvivingCluster>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ThreeSilosReportWhatOneProcessReports()
    {
        var stats = await survivors.Run("undisturbed", _ => Task.CompletedTask, Cancellation);
        Assert.Equal(SurvivingCluster.Calls, stats.Requests);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TheSampleReportsOnThreeSilosWhatItReportsInOneProcess(bool replaced)
    {
        var (alone, together) = await survivors.Sample(
            $"sample-{(replaced ? "replaced" : "undisturbed")}", cluster => replaced ? cluster.ReplaceAll(Cancellation) : Task.CompletedTask, Cancellation);

        Assert.Equal(alone, together);
    }

    [Theory]
    [MemberData(nameof(Moments))]
    public async Task ASiloKilledAtAnyMomentChangesNothing(int moment) => await survivors.Run($"killed-{moment}", async run =>
    {
        await run.Answered(Moment.Random(moment, 90), Cancellation);
        await run.Cluster.Silos[Moment.Random(moment + 1000, SiloCluster.Size)].Kill();
        await run.Recovered(Cancellation);
        await run.Report(Cancellation);
        run.AskedAgainNoMoreThanWasEndangered();
    }, Cancellation);

    [Fact]
    public async Task TheSiloThatHoldsTheRunMayDie() => await survivors.Run("holder", async run =>
    {
        await run.Answered(40, Cancellation);
        await run.Cluster.HolderOf(run.Id).Kill();
        await run.Recovered(Cancellation);
        await run.Report(Cancellation);
        run.AskedAgainNoMoreThanWasEndangered();
    }, Cancellation);

    [Fact]
    public async Task TwoSilosOfThreeMayDieAtOnce() => await survivors.Run("two", async run =>
    {
        await run.Answered(30, Cancellation);
        await Task.WhenAll(run.Cluster.Silos.Take(2).Select(silo => silo.Kill()));
        await run.Recovered(Cancellation);
        await run.Report(Cancellation);
        run.AskedAgainNoMoreThanWasEndangered();
    }, Cancellation);

    [Fact]
    public async Task AllSilosMayDieAndOthersFinishTheRun() => await survivors.Run("all", async run =>
    {
        await run.Answered(50, Cancellation);
        await Task.WhenAll(run.Cluster.Silos.Select(silo => silo.Kill()));
        await run.Cluster.Fill(Cancellation);
        await run.Recovered(Cancellation);
    }, Cancellation);

    [Fact]
    public async Task AFrozenSiloIsReplacedAndWhenItWakesItPaysForNothingAndEnds()
    {
        await survivors.Run("frozen", async run =>
        {
            await run.Answered(30, Cancellation);
            var frozen = run.Cluster.Silos[0];
            frozen.Freeze();
            await run.Recovered(Cancellation);
            await run.Report(Cancellation);
            frozen.Thaw();
            await Waiting.Until(() => frozen.HasExited, Cancellation);
            run.AskedAgainNoMoreThanWasEndangered();
        }, Cancellation);
    }

    [Fact]
    public async Task ASiloToldToStopHandsItsWorkOverInTime() => await survivors.Run("stopped", async run =>
    {
        await run.Answered(30, Cancellation);
        var took = await run.Cluster.Silos[1].Terminate(Cancellation);
        await run.Recovered(Cancellation);
        Assert.True(took < SiloCluster.GraceTime, $"it took {took.TotalSeconds:0.0} s to stop");
    }, Cancellation);

    [Fact]
    public async Task EverySiloMayBeReplacedDuringARun() => await survivors.Run("rolling", async run =>
    {
        await run.Answered(10, Cancellation);
        await run.Cluster.ReplaceAll(Cancellation);
    }, Cancellation);

    [Fact]
    public async Task ASilosClockMayBeTenMinutesAhead()
    {
        var faketime = Skew.Library();
        await survivors.Run("ahead", async run =>
        {
            await run.Answered(10, Cancellation);
            var gone = run.Cluster.Silos[0];
            run.Cluster.Silos[0] = await run.Cluster.NewSilo(Cancellation, Skew.Of(faketime, "+10m"));
            await gone.Terminate(Cancellation);
            await gone.DisposeAsync();
            await run.Report(Cancellation);
            // The next accident begins with clocks that agree.
            await run.Cluster.Silos[0].Kill();
        }, Cancellation);
    }

    [Fact]
    public async Task ASiloWhoseClockIsBehindMayNotJoinAndHarmsNobody()
    {
        var faketime = Skew.Library();
        await survivors.Run("behind", async run =>
        {
            await run.Answered(10, Cancellation);
            // Its entry in the membership table looks older than silos that were lost: it is told that it is dead, and ends.
            var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => run.Cluster.NewSilo(Cancellation, Skew.Of(faketime, "-10h")));
            Assert.Contains("dead", refused.Message, StringComparison.OrdinalIgnoreCase);
        }, Cancellation);
    }

    [Fact]
    public async Task TheGatewayMayDieWhileSomebodyWatches() => await survivors.Run("gateway", async run =>
    {
        var watching = run.Report(Cancellation);
        await run.Answered(30, Cancellation);
        await run.Cluster.Gateway.Kill();
        await run.Cluster.OpenGateway(Cancellation);
        await watching;
    }, Cancellation);

    [Fact]
    public async Task RedisMayBeRestarted() => await survivors.Run("redis", async run =>
    {
        await run.Answered(20, Cancellation);
        await run.Cluster.Redis.Kill();
        await run.Cluster.Redis.Start(Cancellation);
        await run.Recovered(Cancellation);
    }, Cancellation);

    [Fact]
    public async Task TheStoreMayBeAway()
    {
        var stats = await survivors.Run("storage", async run =>
        {
            await run.Answered(30, Cancellation);
            run.Cluster.Storage.Away = true;
            await Waiting.For(SiloCluster.StorageOutage, Cancellation);
            run.Cluster.Storage.Away = false;
            await run.Recovered(Cancellation);
        }, Cancellation);
        Assert.Equal(0, stats.RepeatedAfterAnswer);
    }

    [Fact]
    public async Task TheStoreMayRefuseEveryFourthRequest()
    {
        var stats = await survivors.Run("refusing", async run =>
        {
            run.Cluster.Storage.FailEvery = 4;
            await run.Report(Cancellation);
            run.Cluster.Storage.FailEvery = 0;
        }, Cancellation);
        Assert.Equal(0, stats.RepeatedAfterAnswer);
    }

    [Theory]
    [InlineData("killed", true)]
    [InlineData("replaced", true)]
    [InlineData("killed", false)]
    public async Task AMonitorWhoseSiloIsLostFindsWhatItWouldHaveFound(string how, bool keep)
    {
        var traffic = new WatchedTraffic($"monitor-{how}{(keep ? "" : "-unkept")}", keep);
        var (alone, together, stats) = await survivors.Monitor(traffic, async cluster =>
        {
            if (how == "replaced")
            {
                await cluster.ReplaceAll(Cancellation);
                return;
            }

            // Whichever of them holds the monitor.
            await Task.WhenAll(cluster.Silos.Select(silo => silo.Kill()));
            await cluster.Fill(Cancellation);
        }, Cancellation);

        Assert.Equal(alone, together);
        Assert.Equal(traffic.Interactions, stats.Distinct);
    }

    public static TheoryData<int> Moments() =>
        [.. Enumerable.Range(0, int.Parse(Environment.GetEnvironmentVariable("ASSIZE_KILLS") ?? "3", System.Globalization.CultureInfo.InvariantCulture))];
}
