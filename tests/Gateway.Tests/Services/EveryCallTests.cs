using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Grpc.Reflection.V1Alpha;

namespace Assize.Gateway.Tests.Services;

[Collection(SharedCluster.Name)]
public sealed class EveryCallTests(ClusterFixture cluster)
{
    /// <summary>Each rpc with a call that fails for a reason of its own, as far as an rpc can fail.</summary>
    private static readonly Dictionary<string, Func<ClusterFixture, CallOptions, Task>> Calls = new(StringComparer.Ordinal)
    {
        ["SuiteService.CreateSuite"] = async (cluster, options) =>
        {
            using var call = cluster.Suites.CreateSuite(options);
            await call.RequestStream.CompleteAsync();
            await call;
        },
        ["SuiteService.GetSuite"] = async (cluster, options) => await cluster.Suites.GetSuiteAsync(new V1.GetSuiteRequest(), options),
        ["SuiteService.ListSuites"] = async (cluster, options) => await cluster.Suites.ListSuitesAsync(new V1.ListSuitesRequest(), options),
        ["RunService.StartRun"] = async (cluster, options) => await cluster.Runs.StartRunAsync(new V1.StartRunRequest(), options),
        ["RunService.EstimateRun"] = async (cluster, options) => await cluster.Runs.EstimateRunAsync(new V1.EstimateRunRequest(), options),
        ["RunService.GetRun"] = async (cluster, options) => await cluster.Runs.GetRunAsync(new V1.GetRunRequest(), options),
        ["RunService.ListRuns"] = async (cluster, options) => await cluster.Runs.ListRunsAsync(new V1.ListRunsRequest(), options),
        ["RunService.WatchRun"] = async (cluster, options) =>
        {
            using var call = cluster.Runs.WatchRun(new V1.WatchRunRequest(), options);
            await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken);
        },
        ["RunService.CancelRun"] = async (cluster, options) => await cluster.Runs.CancelRunAsync(new V1.CancelRunRequest(), options),
        ["RunService.GetReport"] = async (cluster, options) => await cluster.Runs.GetReportAsync(new V1.GetReportRequest(), options),
        ["RunService.ListJudgements"] = async (cluster, options) => await cluster.Runs.ListJudgementsAsync(new V1.ListJudgementsRequest(), options),
        ["RunService.ExportRun"] = async (cluster, options) =>
        {
            using var call = cluster.Runs.ExportRun(new V1.ExportRunRequest(), options);
            await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken);
        },
        ["RunService.DeleteRun"] = async (cluster, options) => await cluster.Runs.DeleteRunAsync(new V1.DeleteRunRequest(), options),
        ["SuiteService.DeleteSuite"] = async (cluster, options) => await cluster.Suites.DeleteSuiteAsync(new V1.DeleteSuiteRequest(), options),
        ["ModelService.ListModelStatuses"] = async (cluster, options) => await cluster.Connection.Models.ListModelStatusesAsync(new V1.ListModelStatusesRequest(), options),
        ["ModelService.GetModelStatus"] = async (cluster, options) => await cluster.Connection.Models.GetModelStatusAsync(new V1.GetModelStatusRequest(), options),
        ["MonitorService.CreateMonitor"] = async (cluster, options) => await cluster.Connection.Monitors.CreateMonitorAsync(new V1.CreateMonitorRequest(), options),
        ["MonitorService.UpdateMonitor"] = async (cluster, options) => await cluster.Connection.Monitors.UpdateMonitorAsync(new V1.UpdateMonitorRequest(), options),
        ["MonitorService.DecideBridge"] = async (cluster, options) => await cluster.Connection.Monitors.DecideBridgeAsync(new V1.DecideBridgeRequest(), options),
        ["MonitorService.JudgeAnchors"] = async (cluster, options) => await cluster.Connection.Monitors.JudgeAnchorsAsync(new V1.JudgeAnchorsRequest(), options),
        ["MonitorService.GetMonitor"] = async (cluster, options) => await cluster.Connection.Monitors.GetMonitorAsync(new V1.GetMonitorRequest(), options),
        ["MonitorService.GetBaseline"] = async (cluster, options) => await cluster.Connection.Monitors.GetBaselineAsync(new V1.GetBaselineRequest(), options),
        ["MonitorService.BacktestMonitor"] = async (cluster, options) => await cluster.Connection.Monitors.BacktestMonitorAsync(new V1.BacktestMonitorRequest(), options),
        ["MonitorService.ListMonitors"] = async (cluster, options) => await cluster.Connection.Monitors.ListMonitorsAsync(new V1.ListMonitorsRequest(), options),
        ["MonitorService.PauseMonitor"] = async (cluster, options) => await cluster.Connection.Monitors.PauseMonitorAsync(new V1.PauseMonitorRequest(), options),
        ["MonitorService.ResumeMonitor"] = async (cluster, options) => await cluster.Connection.Monitors.ResumeMonitorAsync(new V1.ResumeMonitorRequest(), options),
        ["MonitorService.DeleteMonitor"] = async (cluster, options) => await cluster.Connection.Monitors.DeleteMonitorAsync(new V1.DeleteMonitorRequest(), options),
        ["MonitorService.AcknowledgeAlarm"] = async (cluster, options) => await cluster.Connection.Monitors.AcknowledgeAlarmAsync(new V1.AcknowledgeAlarmRequest(), options),
        ["MonitorService.ListAlarms"] = async (cluster, options) => await cluster.Connection.Monitors.ListAlarmsAsync(new V1.ListAlarmsRequest(), options),
        ["MonitorService.WatchAlarms"] = async (cluster, options) =>
        {
            using var call = cluster.Connection.Monitors.WatchAlarms(new V1.WatchAlarmsRequest { Monitor = "nobody" }, options);
            await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken);
        },
        ["TrafficService.Observe"] = async (cluster, options) =>
        {
            using var call = cluster.Connection.Traffic.Observe(options);
            await call.RequestStream.CompleteAsync();
            await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken);
        },
        ["TrafficService.Upload"] = async (cluster, options) =>
        {
            using var call = cluster.Connection.Traffic.Upload(options);
            await call.RequestStream.CompleteAsync();
            await call;
        },
        ["TrafficService.Record"] = async (cluster, options) => await cluster.Connection.Traffic.RecordAsync(new V1.RecordRequest(), options),
        ["RunService.ListModels"] = async (cluster, options) => await cluster.Runs.ListModelsAsync(new V1.ListModelsRequest(), options),
    };

    public static TheoryData<string> Names => [.. Declared()];

    [Fact]
    public void EveryCallOfTheApiIsTested() => Assert.Equal(Declared().Order(StringComparer.Ordinal), Calls.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task ACallWithoutContentIsAnsweredOrRefusedForAReason(string name)
    {
        var refused = await Record.ExceptionAsync(() => Calls[name](cluster, new CallOptions(cancellationToken: TestContext.Current.CancellationToken)));
        if (refused is not null)
        {
            Assert.True(Assert.IsType<RpcException>(refused).StatusCode is StatusCode.InvalidArgument or StatusCode.NotFound, refused.ToString());
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task APassedDeadlineIsReportedAsSuch(string name)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(() => Calls[name](
            cluster, new CallOptions(deadline: DateTime.SpecifyKind(TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(-1), DateTimeKind.Utc), cancellationToken: TestContext.Current.CancellationToken)));
        Assert.Equal(StatusCode.DeadlineExceeded, refused.StatusCode);
    }

    [Fact]
    public async Task ADeadlineThatPassesDuringAWatchEndsIt()
    {
        await cluster.Create(Samples.Suite("deadline", "slow"), Samples.Exhibits(200));
        var run = await cluster.Start("deadline");
        using var call = cluster.Runs.WatchRun(new V1.WatchRunRequest { Run = run.Id }, deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(1), cancellationToken: TestContext.Current.CancellationToken);
        var refused = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
            {
            }
        });
        Assert.Equal(StatusCode.DeadlineExceeded, refused.StatusCode);
        await cluster.Runs.CancelRunAsync(new V1.CancelRunRequest { Run = run.Id }, cancellationToken: TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task TheClusterSaysThatItServes()
    {
        using var channel = GrpcChannel.ForAddress(cluster.Address);
        using var call = new Health.HealthClient(channel).Watch(
            new HealthCheckRequest(), deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(30), cancellationToken: TestContext.Current.CancellationToken);
        do
        {
            Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        }
        while (call.ResponseStream.Current.Status is not HealthCheckResponse.Types.ServingStatus.Serving);
    }

    [Fact]
    public async Task ReflectionListsTheServices()
    {
        using var channel = GrpcChannel.ForAddress(cluster.Address);
        using var call = new ServerReflection.ServerReflectionClient(channel).ServerReflectionInfo(cancellationToken: TestContext.Current.CancellationToken);
        await call.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "" }, TestContext.Current.CancellationToken);
        await call.RequestStream.CompleteAsync();
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        var services = call.ResponseStream.Current.ListServicesResponse.Service.Select(service => service.Name).ToArray();
        Assert.Superset(new HashSet<string> { "assize.v1.SuiteService", "assize.v1.RunService" }, services.ToHashSet());
    }

    private static string[] Declared() =>
        [.. new[] { V1.SuitesReflection.Descriptor, V1.RunsReflection.Descriptor, V1.ReportsReflection.Descriptor, V1.JudgesReflection.Descriptor, V1.ModelsReflection.Descriptor, V1.MonitorsReflection.Descriptor, V1.TrafficReflection.Descriptor }
            .SelectMany(file => file.Services).SelectMany(service => service.Methods).Select(method => $"{method.Service.Name}.{method.Name}")];
}
