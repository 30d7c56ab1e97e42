using Grpc.Core;
using static Assize.Gateway.Tests.Services.SuiteServiceTests;

namespace Assize.Gateway.Tests.Services;

[Collection(SharedCluster.Name)]
public sealed class ModelServiceTests(ClusterFixture cluster)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private V1.ModelService.ModelServiceClient Models => cluster.Connection.Models;

    [Fact]
    public async Task EveryDeclaredModelIsListedWithItsLimits()
    {
        var models = (await Models.ListModelStatusesAsync(new V1.ListModelStatusesRequest(), cancellationToken: Stop)).Models;

        Assert.Equal(["fast", "listening", "one-name", "other-name", "slow", "sound", "stuck"], models.Select(model => model.Card.Name));
        Assert.False(models[0].Limits.HasConcurrency);
        var slow = models.Single(model => model.Card.Name == "slow");
        Assert.Equal((2, 2), (slow.Limits.Concurrency, slow.BearableConcurrency));
        Assert.All(models, model => Assert.Equal(V1.BreakerState.Closed, model.Breaker));
    }

    [Fact]
    public async Task APanelOfOneModelByTwoNamesIsNotStarted()
    {
        var suite = Samples.Suite("twins");
        suite.Judges.Clear();
        suite.Judges.Add(new V1.Judge
        {
            Name = "jury",
            Panel = new V1.PanelJudge { Members = { "one-name", "other-name", "sound" }, Criteria = { new V1.Criterion { Name = "correct", Question = "Is it correct?", Scale = new V1.Scale { Min = 1, Max = 5 } } } },
        });
        await cluster.Create(suite, Samples.Exhibits(1));

        var refused = await Refused(() => cluster.Runs.StartRunAsync(new V1.StartRunRequest { Suite = "twins" }, cancellationToken: Stop).ResponseAsync);

        Assert.Contains("Members 'one-name' and 'other-name' of panel 'jury' are one model with the same settings", refused.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhoWaitsIsToldWithWhatTheyWaitFor()
    {
        await cluster.Create(Samples.Suite("crowded", "slow"), Samples.Exhibits(100));
        var run = await cluster.Start("crowded");
        try
        {
            using var often = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
            V1.ModelStatus model;
            do
            {
                await often.WaitForNextTickAsync(Stop);
                model = (await Models.GetModelStatusAsync(new V1.GetModelStatusRequest { Model = "slow" }, cancellationToken: Stop)).Model;
            }
            while (!model.Flows.Any(flow => flow.Run == run.Id && flow.Waiting > 0));

            Assert.Equal("2 calls at once", model.WaitingFor);
            Assert.Single(model.Silos);
            Assert.InRange(model.Flows.Single(flow => flow.Run == run.Id).InFlight, 0, 2);
        }
        finally
        {
            await cluster.Runs.CancelRunAsync(new V1.CancelRunRequest { Run = run.Id }, cancellationToken: Stop);
        }
    }

    [Fact]
    public async Task AModelThatIsNotDeclaredIsNotFound()
    {
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await Models.GetModelStatusAsync(new V1.GetModelStatusRequest { Model = "nobody" }, cancellationToken: Stop));

        Assert.Equal(StatusCode.NotFound, refused.StatusCode);
    }
}
