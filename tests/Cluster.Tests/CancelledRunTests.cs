using System.Diagnostics;
using System.Globalization;
using Assize.SimulatedModel;

namespace Assize.Cluster.Tests;

/// <summary>A run that is cancelled asks nothing more, and what it found until then is a valid report.</summary>
public sealed class CancelledRunTests
{
    private const int Cases = 120;
    private const int Calls = Cases * 4;

    [Fact]
    public async Task CancellingAtTwentyMomentsStopsNewCallsWithinASecondAndLeavesAValidReport()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        await using var model = await SimulatedModelServer.StartAsync(new SimulationOptions { LatencyMs = 30, LatencySpread = 0.3 }, 0, cancellation);
        await using var process = await AssizeProcess.Up(folder.Path, model.BaseAddress, 16, cancellation);
        for (var moment = 0; moment < 20; moment++)
        {
            var asked = model.Stats.Answered;
            var run = await process.StartGenerated(Cases, $"cancelled-{moment.ToString(CultureInfo.InvariantCulture)}", cancellation);
            var answers = moment * Calls / 22 + Moment.Random(moment, Calls / 22);
            await Waiting.Until(() => model.Stats.Answered - asked >= answers, cancellation);

            var watch = Stopwatch.StartNew();
            var cancelled = (await process.Runs.CancelRunAsync(new V1.CancelRunRequest { Run = run }, cancellationToken: cancellation)).Run;
            var took = watch.Elapsed;
            await Waiting.For(TimeSpan.FromSeconds(1) - (took < TimeSpan.FromSeconds(0.99) ? took : TimeSpan.FromSeconds(0.99)), cancellation);
            var requests = model.Stats.Requests;
            await Waiting.Until(() => model.Stats.InFlight == 0, cancellation);

            Assert.Equal(V1.RunStatus.Cancelled, cancelled.Status);
            Assert.True(took < TimeSpan.FromSeconds(1), $"cancelling took {took}");
            Assert.Equal(requests, model.Stats.Requests);
            Valid(await process.Report(run, cancellation));
            // Every reply is in the report's bill, also those to cases that were cut off.
            await Waiting.Until(async () => (await process.Report(run, cancellation)).UnsettledCalls == 0, cancellation);
            Assert.Equal(model.Stats.Answered - asked, (await process.Report(run, cancellation)).Usage.Sum(line => line.Completions));
            if (moment == 10)
            {
                await GoesOn(process, model, run, cancellation);
            }
        }
    }

    /// <summary>A later run of the suite reads what the cancelled one paid for.</summary>
    private static async Task GoesOn(AssizeProcess process, SimulatedModelServer model, string cancelled, CancellationToken cancellation)
    {
        var paid = (await process.Report(cancelled, cancellation)).Usage.Sum(line => line.Completions);
        var before = model.Stats;
        var name = (await process.Runs.GetRunAsync(new V1.GetRunRequest { Run = cancelled }, cancellationToken: cancellation)).Run.Suite;
        var run = (await process.Runs.StartRunAsync(new V1.StartRunRequest { Suite = name }, cancellationToken: cancellation)).Run.Id;
        var report = await process.Report(run, cancellation);

        Assert.Equal(Cases, report.CasesDone);
        Assert.True(model.Stats.Requests - before.Requests <= Calls - paid);
        Assert.Equal(before.RepeatedAfterAnswer, model.Stats.RepeatedAfterAnswer);
    }

    private static void Valid(V1.Report report)
    {
        Assert.InRange(report.CasesDone, 0, Cases);
        foreach (var line in report.Scores.Where(line => line.Slice == "all"))
        {
            Assert.Equal(report.CasesDone, line.Coverage.Trials);
            Assert.Equal(line.Coverage.Trials, line.Coverage.Scored + line.Coverage.Unscored.Sum(one => one.Count));
            Assert.DoesNotContain(line.Coverage.Unscored, one => one.Reason is V1.Reason.Cancelled);
        }
    }
}
