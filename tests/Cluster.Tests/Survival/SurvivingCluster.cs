using System.Security.Cryptography;
using System.Text;
using Assize.Servers;
using Assize.SimulatedModel;

namespace Assize.Cluster.Tests.Survival;

/// <summary>One cluster for all the accidents of a test class, brought back to its full size before each, and an undisturbed process to hold its reports against.</summary>
public class SurvivingCluster : IAsyncLifetime
{
    /// <summary>Enough for seconds of work, and no more.</summary>
    public const int Cases = 160;

    /// <summary>Announced, for a shard of so few cases that every silo has several.</summary>
    private const int Announced = 12 * 128;

    /// <summary>Every model call a run of the suite makes: two scores and two orders of a comparison a case.</summary>
    public const int Calls = Cases * 4;

    /// <summary>
    /// A reply rests in the store so long after it was sent, at the latest: a second for its way there, and what a write takes on this machine at its busiest, which the client library
    /// may do twice. Asking for one again that is older than this at the accident would be paying twice.
    /// </summary>
    private TimeSpan Kept => TimeSpan.FromSeconds(1) + cluster.Storage.Longest * 2;

    /// <summary>After so many runs everything begins anew: Azurite keeps all it was ever given in memory.</summary>
    private const int RunsTogether = 20;

    private static readonly byte[] Secret = SHA256.HashData(Encoding.UTF8.GetBytes("the same in every process of these tests"));

    private static readonly SimulationOptions Simulation = new() { LatencyMs = 150, LatencySpread = 0.5, MalformedShare = 0, ErrorShare = 0 };

    private readonly Stack<IAsyncDisposable> parts = new();
    private readonly TemporaryFolder folder = new();
    private SimulatedModelServer model = null!;
    private SiloCluster cluster = null!;
    private AssizeProcess undisturbed = null!;
    private int runs;

    public async ValueTask InitializeAsync() => await Begin(TestContext.Current.CancellationToken);

    private async Task Begin(CancellationToken cancellation)
    {
        var redis = Part(await RedisServer.Started(cancellation));
        var azurite = Part(await AzuriteServer.Started(cancellation, inMemory: true));
        var proxy = Part(await FaultyProxy.Start(new Uri(azurite.Endpoint), cancellation));
        model = Part(await SimulatedModelServer.StartAsync(Simulation, 0, cancellation));
        var swift = Part(await SimulatedModelServer.StartAsync(Simulation with { LatencyMs = 0 }, 0, cancellation));
        await File.WriteAllBytesAsync(Path.Combine(folder.Path, "installation.secret"), Secret, cancellation);
        undisturbed = Part(await AssizeProcess.Start(folder.Path, new Dictionary<string, string>(AssizeProcess.ModelAt(swift.BaseAddress, 64)) { ["Traffic__KeepText"] = "true" }, cancellation));
        Island = await Land(cancellation) is { } land ? Part(land) : null;
        cluster = Part(await SiloCluster.Start(redis, azurite, proxy, model, Secret, cancellation, Island));
    }

    /// <summary>A machine that can be cut off; null where all silos are on one.</summary>
    internal Island? Island { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await End();
        folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Puts one of the silos on the island, whose network is whole.</summary>
    internal async Task<AssizeProcess> Settle(CancellationToken cancellation)
    {
        await Island!.Join(cancellation);
        await cluster.Fill(cancellation);
        return await cluster.Settle(Island, cancellation);
    }

    private protected virtual Task<Island?> Land(CancellationToken cancellation) => Task.FromResult<Island?>(null);

    private async Task End()
    {
        while (parts.TryPop(out var part))
        {
            await part.DisposeAsync();
        }
    }

    /// <summary>Runs the suite, lets the accident happen, and holds the report and the bill against an undisturbed run's.</summary>
    internal async Task<SimulationStats> Run(string name, Func<DisturbedRun, Task> accident, CancellationToken cancellation)
    {
        if (++runs % RunsTogether == 0)
        {
            await End();
            await Begin(cancellation);
        }

        await cluster.Fill(cancellation);
        var expected = await undisturbed.Report(await undisturbed.StartGenerated(Cases, name, cancellation, Announced), cancellation);
        model.Reset();
        cluster.Storage.Reset();
        var run = new DisturbedRun(cluster, await cluster.Gateway.StartGenerated(Cases, name, cancellation, Announced));
        V1.Report report;
        try
        {
            await accident(run);
            report = await run.Report(cancellation);
        }
        catch
        {
            TestContext.Current.TestOutputHelper?.WriteLine(cluster.WhatWasSaid());
            throw;
        }

        var stats = model.Stats;
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"{name}: {Calls} completions, {stats.Requests} requests, {stats.RepeatedAfterAnswer} of them after an answer; new answers {run.Recovery:0.0} s after the accident, what was in flight asked again after {run.Resumption:0.0} s; {run.Endangered} were in danger; longest write {cluster.Storage.Longest.TotalSeconds:0.00} s"));

        var (told, paidTwice) = Comparable.BilledOnce(report);
        Assert.Equal(Comparable.Of(expected), told);
        // The model fails nothing: what the report says was paid twice is part of what it was asked twice.
        Assert.InRange(paidTwice, 0, stats.Requests - Calls);
        Assert.Equal(Calls, stats.Distinct);
        Assert.True(stats.RepeatedFrom is null || stats.RepeatedFrom > run.Accident - Kept, $"what was answered at {stats.RepeatedFrom:O} was asked again; the accident was at {run.Accident:O} and the longest write took {cluster.Storage.Longest.TotalSeconds:0.00} s");
        return stats;
    }

    /// <summary>Lets traffic through a monitor on one process and on the silos while something happens to them; what each finds, and what the model was asked.</summary>
    internal async Task<(string Alone, string Together, SimulationStats Stats)> Monitor(WatchedTraffic traffic, Func<SiloCluster, Task> accident, CancellationToken cancellation)
    {
        await cluster.Fill(cancellation);
        await traffic.Watch(undisturbed, cancellation);
        await traffic.Send(undisturbed, () => Task.CompletedTask, cancellation);
        var alone = await traffic.Found(undisturbed, cancellation);
        model.Reset();
        await traffic.Watch(cluster.Gateway, cancellation);
        try
        {
            await traffic.Send(cluster.Gateway, () => accident(cluster), cancellation);
            return (alone, await traffic.Found(cluster.Gateway, cancellation), model.Stats);
        }
        catch
        {
            TestContext.Current.TestOutputHelper?.WriteLine(cluster.WhatWasSaid());
            throw;
        }
    }

    /// <summary>Runs the sample of the main job under a name of its own on one process and on the silos while something happens to them; what each reports, without ids and times.</summary>
    internal async Task<(string Alone, string Together)> Sample(string name, Func<SiloCluster, Task> accident, CancellationToken cancellation)
    {
        await cluster.Fill(cancellation);
        var suite = SampleSuite.Write(Path.Combine(folder.Path, name), name);
        async Task<string> Report(AssizeProcess process) =>
            SampleSuite.Comparable(await AssizeCommand.Output(["run", suite, "--address", process.Address.ToString(), "--output", "json", "--html", "-"], cancellation));

        var alone = await Report(undisturbed);
        model.Reset();
        var together = Report(cluster.Gateway);
        await Waiting.Until(() => together.IsCompleted || model.Stats.Answered > 50, cancellation);
        try
        {
            await accident(cluster);
            return (alone, await together);
        }
        catch
        {
            TestContext.Current.TestOutputHelper?.WriteLine(cluster.WhatWasSaid());
            throw;
        }
    }

    private T Part<T>(T part)
        where T : IAsyncDisposable
    {
        parts.Push(part);
        return part;
    }
}
