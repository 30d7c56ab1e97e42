namespace Assize.Cluster.Tests.Survival;

/// <summary>A cluster with one silo on a machine whose network can be cut.</summary>
public sealed class DividedCluster : SurvivingCluster
{
    private protected override async Task<Island?> Land(CancellationToken cancellation) => await Survival.Island.Raise(cancellation);
}

/// <summary>The network between the silos breaks, and nothing says so: packets are lost.</summary>
public sealed class PartitionTests(DividedCluster divided) : IClassFixture<DividedCluster>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ASiloCutOffFromEverythingIsReplacedAndEndsWhenItIsBack()
    {
        var silo = await divided.Settle(Cancellation);
        await divided.Run("cut-off", async run =>
        {
            await run.Answered(30, Cancellation);
            await divided.Island!.CutOff(Cancellation);
            await run.Recovered(Cancellation);
            await run.Report(Cancellation);
            await divided.Island!.Join(Cancellation);
            await Waiting.Until(() => silo.HasExited, Cancellation);
            // What it still began before it knew that it was cut off is on its way when the cable is back.
            run.AskedAgainNoMoreThanWasEndangered(and: SiloCluster.Concurrency);
        }, Cancellation);
    }

    [Fact]
    public async Task ASiloThatReachesStoreAndModelButNoOtherSiloIsReplacedAndEnds()
    {
        var silo = await divided.Settle(Cancellation);
        var stats = await divided.Run("alone", async run =>
        {
            await run.Answered(30, Cancellation);
            await divided.Island!.LoseSilos(Cancellation);
            await run.Recovered(Cancellation);
            await Waiting.Until(() => silo.HasExited, Cancellation);
        }, Cancellation);
        // It goes on until it reads that it was replaced; what it keeps by then is found and not asked again.
        Assert.InRange(stats.Requests - SurvivingCluster.Calls, 0, 2 * SiloCluster.Concurrency);
    }
}
