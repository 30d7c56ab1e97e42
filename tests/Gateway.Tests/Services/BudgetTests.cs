using Assize.Gateway.Translation;
using static Assize.Gateway.Tests.Services.SuiteServiceTests;

namespace Assize.Gateway.Tests.Services;

[Collection(SharedCluster.Name)]
public sealed class BudgetTests(ClusterFixture cluster)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AnEstimateHoldsWhatTheRunThenCosts()
    {
        await cluster.Create(Own("estimated"), Samples.Exhibits(40));

        var estimate = (await cluster.Runs.EstimateRunAsync(new V1.EstimateRunRequest { Suite = "estimated" }, cancellationToken: Stop)).Estimate;
        var report = (await cluster.Watch((await cluster.Start("estimated")).Id))[^1].Report;

        // Two scores and a pair in both orders; what a fact needs asks nobody.
        Assert.Equal((40L, 40L, 160L), (estimate.Cases, estimate.Rehearsed, Assert.Single(estimate.Models).Calls));
        Assert.Empty(estimate.Exceeds);
        Assert.InRange(report.Usage.Sum(line => line.Usage.CostMicros), estimate.LowMicros, estimate.HighMicros);
    }

    [Fact]
    public async Task AnEstimateLooksBeyondTheHeadOfALargeFile()
    {
        // Every 8 MiB another segment is stored.
        var exhibits = Samples.Exhibits(60).ToArray();
        foreach (var exhibit in exhibits)
        {
            exhibit.Case.Turns[0].Messages[0].Content += new string('x', 300_000);
        }

        await cluster.Send(
            [
                new V1.CreateSuiteRequest { Header = new V1.SuiteHeader { Definition = Own("large") } },
                .. exhibits.Chunk(5).Select(some => new V1.CreateSuiteRequest { Exhibits = new V1.ExhibitBatch { Exhibits = { some } } }),
            ]);

        var estimate = (await cluster.Runs.EstimateRunAsync(new V1.EstimateRunRequest { Suite = "large" }, cancellationToken: Stop)).Estimate;

        Assert.Equal((60L, 60L), (estimate.Cases, estimate.Rehearsed));
    }

    [Fact]
    public async Task ABudgetThatIsTooSmallIsToldBeforeAndEndsTheRun()
    {
        await cluster.Create(Own("bounded"), Samples.Exhibits(100));
        var budget = new V1.Budget { Amount = "0.05" };
        var estimate = (await cluster.Runs.EstimateRunAsync(new V1.EstimateRunRequest { Suite = "bounded", Budget = budget }, cancellationToken: Stop)).Estimate;

        var run = (await cluster.Runs.StartRunAsync(new V1.StartRunRequest { Suite = "bounded", Budget = budget }, cancellationToken: Stop)).Run;
        var last = (await cluster.Watch(run.Id))[^1];

        Assert.Equal(["its budget of 0.05"], estimate.Exceeds);
        Assert.Equal(("0.05", 0.8), (run.Budget.Amount, run.Budget.WarnAt));
        Assert.Equal((V1.RunStatus.OutOfBudget, "its budget of 0.05"), (last.Run.Status, last.Report.StoppedBy));
        Assert.InRange(last.Run.CasesDone, 5, 99);
        Assert.Equal(["run", "model/fast"], last.Budgets.Select(line => line.Purse));
        Assert.True(last.Budgets[0].Warning);
        Assert.Equal(last.CostMicros, last.Budgets[0].SpentMicros);
        Assert.InRange(last.Budgets[0].SpentMicros, 30_000, 65_000);
        Assert.All(last.Report.Scores, line => Assert.All(line.Coverage.Unscored, one => Assert.Contains(one.Reason, new[] { V1.Reason.Budget, V1.Reason.Unparsed })));
        Assert.Equal(last.Report, last.Report.ToDomain().ToProto());
    }

    [Fact]
    public async Task AStrictCallerIsRefusedBeforeAnythingIsSpent()
    {
        await cluster.Create(Own("strict"), Samples.Exhibits(30));
        var request = new V1.StartRunRequest { Suite = "strict", Budget = new V1.Budget { Amount = "0.001" }, Strict = true };

        Mistaken(await Refused(() => cluster.Runs.StartRunAsync(request, cancellationToken: Stop).ResponseAsync), "strict");
        Assert.Empty((await cluster.Runs.ListRunsAsync(new V1.ListRunsRequest { Suite = "strict" }, cancellationToken: Stop)).Runs);
        request.Budget.Amount = "100";
        Assert.Equal(V1.RunStatus.Completed, (await cluster.Watch((await cluster.Runs.StartRunAsync(request, cancellationToken: Stop)).Run.Id))[^1].Run.Status);
    }

    [Theory]
    [InlineData("fast", "much", 0.8, "budget.amount")]
    [InlineData("fast", "-1", 0.8, "budget.amount")]
    [InlineData("fast", "0", 0.8, "budget.amount")]
    [InlineData("fast", "1", 1.5, "budget.warnAt")]
    [InlineData("slow", "1", 0.8, "budget")]
    public async Task ABudgetThatMeansNothingIsRefused(string model, string amount, double warnAt, string field)
    {
        await cluster.Create(Samples.Suite($"meaningless-{model}", model), Samples.Exhibits(1));
        var request = new V1.StartRunRequest { Suite = $"meaningless-{model}", Budget = new V1.Budget { Amount = amount, WarnAt = warnAt } };

        Mistaken(await Refused(() => cluster.Runs.StartRunAsync(request, cancellationToken: Stop).ResponseAsync), field);
    }

    [Fact]
    public async Task AModelShowsItsBudgetWhereItHasOne()
    {
        var models = (await cluster.Connection.Models.ListModelStatusesAsync(new V1.ListModelStatusesRequest(), cancellationToken: Stop)).Models;

        Assert.Equal(("model/fast", "1000", V1.BudgetPeriod.Month, false), (models[0].Budget.Purse, models[0].Budget.Amount, models[0].Budget.Per, models[0].Budget.Warning));
        Assert.Null(models[1].Budget);
    }

    /// <summary>A suite that asks what no other does, so that nothing is paid for already.</summary>
    private static V1.SuiteDefinition Own(string name)
    {
        var suite = Samples.Suite(name);
        suite.Judges[0].Score.Criteria[0].Question = $"Is it correct, as {name} goes?";
        suite.Judges[1].Pairwise.Question = $"Which is better, as {name} goes?";
        return suite;
    }
}
