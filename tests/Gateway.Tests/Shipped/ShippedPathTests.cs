using Assize.Evaluation.Tests.Drift;
using Assize.Evaluation.Tests.Monitors;

namespace Assize.Gateway.Tests.Shipped;

/// <summary>
/// What is simulated with ledgers holds for what is shipped: interactions that go in over gRPC and are judged by a model over HTTP give the alarms, to the last bit, that the ledger gives
/// for the same scores. The figures that rest on it: `dotnet run -c Release --project bench -- monitors`, and the same by this path: `-- shipped`.
/// </summary>
public sealed class ShippedPathTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AlarmsOverGrpcAreThoseOfTheLedgerBitForBit()
    {
        var law = AcceptanceProtocol.Read().First(each => each.Name.StartsWith("ordinal diurnal slices shift -0.5", StringComparison.Ordinal));
        var (kept, unkept) = (new SimulatedMonitor(law, 1, baseline: 200, keep: true, name: "kept", learnt: false), new SimulatedMonitor(law, 2, baseline: 200, name: "unkept", learnt: false));
        var (sampled, anchored) = (new SimulatedMonitor(law, 3, baseline: 100, rate: 0.5, keep: true, name: "sampled", learnt: false), new SimulatedAnchors(4, baseline: 200, name: "anchored", learnt: false));
        await using var cluster = await ShippedCluster.Start(Stop);
        var monitors = await cluster.Create([kept, unkept, sampled, anchored], Stop);

        // Where texts are not kept, a batch may be as large as the last one was quick.
        await Steps(20, 5);
        await Steps(5, 50);
        (kept.Law, unkept.Law, sampled.Law) = (_ => (true, 1), _ => (true, 1), _ => (true, 1));
        (kept.Leniency, unkept.Leniency, sampled.Leniency, anchored.Leniency) = (-1, -1, -1, -1);
        await Steps(12, 50);

        Assert.All(monitors, monitor => Assert.Contains(monitor.Standing, alarm => alarm.Direction is V1.AlarmDirection.Drop));
        Assert.StartsWith("the judge (", monitors[3].Alarms[0].Verdict, StringComparison.Ordinal);
        foreach (var monitor in monitors)
        {
            Assert.True(await monitor.Resolve(Stop) > 0);
            await monitor.DisposeAsync();
        }

        async Task Steps(int count, int interactions)
        {
            for (var i = 0; i < count; i++)
            {
                await cluster.Step(monitors, interactions, Stop);
            }
        }
    }
}
