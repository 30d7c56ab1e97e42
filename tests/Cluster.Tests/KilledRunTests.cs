using System.Globalization;
using System.Security.Cryptography;
using Assize.SimulatedModel;

namespace Assize.Cluster.Tests;

/// <summary>What a killed process leaves behind is enough to go on, and nothing that was kept is asked again.</summary>
public sealed class KilledRunTests(KilledRunTests.Installation installation) : IClassFixture<KilledRunTests.Installation>
{
    private const int Cases = 150;

    /// <summary>Every model call a run of this suite makes: two scores and two orders of a comparison a case.</summary>
    private const int Calls = Cases * 4;

    [Theory]
    [MemberData(nameof(Moments))]
    public async Task AKillAtAnyMomentChangesNeitherTheReportNorTheBill(int moment)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var (name, model) = ($"killed-{moment.ToString(CultureInfo.InvariantCulture)}", installation.Model);
        var uninterrupted = await installation.Uninterrupted.Report(await installation.Uninterrupted.StartGenerated(Cases, name, cancellation), cancellation);
        var first = await installation.Running(cancellation);
        var keptBefore = StoredState.Completions(installation.Folder);
        model.Reset();

        var run = await first.StartGenerated(Cases, name, cancellation);
        // A moment is a number of answers: after so many, the process is killed.
        var answers = moment * Calls / 20 + Moment.Random(moment, Calls / 20);
        await Waiting.Until(() => model.Stats.Answered >= answers, cancellation);
        await first.Kill();
        await Waiting.Until(() => model.Stats.InFlight == 0, cancellation);
        var before = model.Stats;
        var kept = StoredState.Completions(installation.Folder) - keptBefore;
        var second = await installation.Running(cancellation);
        var report = await second.Report(run, cancellation);

        Assert.Equal(Comparable.Of(uninterrupted), Comparable.Of(report));
        // What was on the disk at the kill is asked no more; everything else once, and nothing else.
        Assert.Equal(Calls - kept, model.Stats.Requests - before.Requests);
        // A reply that was sent but not yet on the disk was in flight, and is all that is paid for twice.
        Assert.True(model.Stats.RepeatedAfterAnswer <= before.Answered - kept, $"{model.Stats.RepeatedAfterAnswer} answered requests were asked again, and {before.Answered - kept} were in flight");
    }

    public static TheoryData<int> Moments() => [.. Enumerable.Range(0, 20)];

    /// <summary>One data folder, whose process is killed again and again, and one with the same secret whose process never is.</summary>
    public sealed class Installation : IAsyncLifetime
    {
        private static readonly SimulationOptions Simulation = new() { LatencyMs = 20, LatencySpread = 0.5, MalformedShare = 0, ErrorShare = 0 };

        private readonly TemporaryFolder folder = new();
        private readonly TemporaryFolder other = new();
        private SimulatedModelServer swift = null!;
        private AssizeProcess? current;

        public string Folder => folder.Path;

        internal SimulatedModelServer Model { get; private set; } = null!;

        internal AssizeProcess Uninterrupted { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            var secret = RandomNumberGenerator.GetBytes(32);
            foreach (var data in new[] { folder, other })
            {
                await File.WriteAllBytesAsync(Path.Combine(data.Path, "installation.secret"), secret, CancellationToken.None);
            }

            Model = await SimulatedModelServer.StartAsync(Simulation, 0, CancellationToken.None);
            swift = await SimulatedModelServer.StartAsync(Simulation with { LatencyMs = 0 }, 0, CancellationToken.None);
            Uninterrupted = await AssizeProcess.Up(other.Path, swift.BaseAddress, 32, CancellationToken.None);
        }

        /// <summary>The process on the data folder, begun anew if it was killed.</summary>
        internal async Task<AssizeProcess> Running(CancellationToken cancellation)
        {
            if (current is { HasExited: true })
            {
                await current.DisposeAsync();
                current = null;
            }

            return current ??= await AssizeProcess.Up(folder.Path, Model.BaseAddress, 32, cancellation);
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var part in new IAsyncDisposable?[] { current, Uninterrupted, Model, swift })
            {
                await (part?.DisposeAsync() ?? ValueTask.CompletedTask);
            }

            folder.Dispose();
            other.Dispose();
        }
    }
}
