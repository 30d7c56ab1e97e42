using Assize.SimulatedModel;

namespace Assize.Cluster.Tests;

/// <summary>What a killed process leaves behind is enough to go on, and nothing that was kept is asked again.</summary>
public sealed class KilledRunTests
{
    private const int Cases = 300;

    /// <summary>Every model call a run of this suite makes: two scores and two orders of a comparison a case.</summary>
    private const int Calls = Cases * 4;

    [Theory]
    [MemberData(nameof(Moments))]
    public async Task AKillAtAnyMomentChangesNeitherTheReportNorTheBill(int moment)
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        var uninterrupted = await Reference.Value;
        File.Copy(uninterrupted.Secret, Path.Combine(folder.Path, "installation.secret"));
        await using var model = await SimulatedModelServer.StartAsync(Simulation, 0, cancellation);

        string run;
        SimulationStats before;
        await using (var first = await AssizeProcess.Up(folder.Path, model.BaseAddress, 32, cancellation))
        {
            run = await first.StartGenerated(Cases, "generated", cancellation);
            // A moment is a number of answers: after so many, the process is killed.
            var answers = moment * Calls / 20 + Moment.Random(moment, Calls / 20);
            await Waiting.Until(() => model.Stats.Answered >= answers, cancellation);
            await first.Kill();
            await Waiting.Until(() => model.Stats.InFlight == 0, cancellation);
            before = model.Stats;
        }

        var kept = StoredState.Completions(folder.Path);
        await using var second = await AssizeProcess.Up(folder.Path, model.BaseAddress, 32, cancellation);
        var report = await second.Report(run, cancellation);

        Assert.Equal(Comparable.Of(uninterrupted.Report), Comparable.Of(report));
        // What was on the disk at the kill is asked no more; everything else once, and nothing else.
        Assert.Equal(Calls - kept, model.Stats.Requests - before.Requests);
        // A reply that was sent but not yet on the disk was in flight, and is all that is paid for twice.
        Assert.True(model.Stats.RepeatedAfterAnswer <= before.Answered - kept, $"{model.Stats.RepeatedAfterAnswer} answered requests were asked again, and {before.Answered - kept} were in flight");
    }

    public static TheoryData<int> Moments() => [.. Enumerable.Range(0, 20)];

    private static readonly SimulationOptions Simulation = new() { LatencyMs = 20, LatencySpread = 0.5, MalformedShare = 0, ErrorShare = 0 };

    private static readonly Lazy<Task<(V1.Report Report, string Secret)>> Reference = new(async () =>
    {
        var folder = new TemporaryFolder();
        await using var model = await SimulatedModelServer.StartAsync(Simulation, 0, CancellationToken.None);
        await using var process = await AssizeProcess.Up(folder.Path, model.BaseAddress, 32, CancellationToken.None);
        var run = await process.StartGenerated(Cases, "generated", CancellationToken.None);
        var report = await process.Report(run, CancellationToken.None);
        Assert.Equal(Calls, model.Stats.Requests);
        return (report, Path.Combine(folder.Path, "installation.secret"));
    });
}
