using System.Globalization;
using Assize.SimulatedModel;

namespace Assize.Cluster.Tests;

/// <summary>A kill neither opens a budget nor closes it: what was spent before is counted after, and nothing is spent twice.</summary>
public sealed class KilledBudgetTests
{
    private const int Cases = 200;
    private const int Calls = Cases * 4;
    private const int Concurrency = 16;

    /// <summary>Half of what all calls cost, in millionths.</summary>
    private const long Budget = 307_000;

    private static readonly SimulationOptions Simulation = new() { LatencyMs = 20, LatencySpread = 0.5, MalformedShare = 0, ErrorShare = 0 };

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.3)]
    public async Task AKilledRunKeepsToItsBudgetAndALaterOnePaysOnlyForTheRest(double killedAt)
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        await using var model = await SimulatedModelServer.StartAsync(Simulation, 0, cancellation);
        var settings = AssizeProcess.ModelAt(model.BaseAddress, Concurrency);
        (settings["Models__judge__InputPrice"], settings["Models__judge__OutputPrice"]) = ("1", "4");

        string run;
        await using (var first = await AssizeProcess.Start(folder.Path, settings, cancellation))
        {
            var suite = await first.StoreGenerated(Cases, "bounded", cancellation);
            var request = new V1.StartRunRequest { Suite = suite, Budget = new V1.Budget { Amount = (Budget / 1e6m).ToString(CultureInfo.InvariantCulture) } };
            run = (await first.Runs.StartRunAsync(request, cancellationToken: cancellation)).Run.Id;
            await Waiting.Until(() => model.Stats.Answered >= Calls * killedAt, cancellation);
            await first.Kill();
            await Waiting.Until(() => model.Stats.InFlight == 0, cancellation);
        }

        var atKill = (model.Stats.Answered, Kept: StoredState.Completions(folder.Path));
        await using var second = await AssizeProcess.Start(folder.Path, settings, cancellation);
        var bounded = await second.Report(run, cancellation);
        var (kept, before) = (StoredState.Completions(folder.Path), model.Stats);
        var spent = bounded.Usage.Sum(line => line.Usage.CostMicros + line.FailedUsage.CostMicros);
        var priciest = 3.0 * spent / bounded.Usage.Sum(line => line.Completions);

        Assert.Equal((V1.RunStatus.OutOfBudget, spent), (bounded.Status, Assert.Single(bounded.Budgets).SpentMicros));
        Assert.InRange(bounded.CasesDone, Cases * 0.3, Cases * 0.7);
        Assert.InRange(spent, 0.8 * Budget, Budget + Concurrency * priciest);
        // What the kill took from the air is all that the model was asked for and nobody has.
        Assert.InRange(before.Answered - kept, 0, atKill.Answered - atKill.Kept);
        Assert.InRange(before.RepeatedAfterAnswer, 0, atKill.Answered - atKill.Kept);

        var whole = await second.Report((await second.Runs.StartRunAsync(new V1.StartRunRequest { Suite = "bounded" }, cancellationToken: cancellation)).Run.Id, cancellation);

        Assert.Equal((V1.RunStatus.Completed, Cases), (whole.Status, whole.CasesDone));
        Assert.Equal((kept, Calls - kept), (whole.Usage.Sum(line => line.Reused), whole.Usage.Sum(line => line.Completions)));
        Assert.Equal(Calls - kept, model.Stats.Requests - before.Requests);
    }
}
