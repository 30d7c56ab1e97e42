using Assize.Evaluation;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Suites;
using Assize.Evaluation.Traffic;
using Assize.Gateway.Traffic;
using Assize.Gateway.Translation;
using Assize.Grains;
using Assize.Grains.Monitors;
using Grpc.Core;

namespace Assize.Gateway.Monitors;

/// <summary>Monitors over gRPC.</summary>
internal sealed class MonitorService(IGrainFactory grains, MonitorSnapshot snapshot, TrafficPolicy traffic, TimeProvider time) : V1.MonitorService.MonitorServiceBase
{
    private const int LongestNote = 1000;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private static TenantName Tenant => TenantName.Default;

    public override async Task<V1.CreateMonitorResponse> CreateMonitor(V1.CreateMonitorRequest request, ServerCallContext context)
    {
        var spec = await Checked(request.Definition) with { FirstRound = AsOf(request.AnchorsAsOf, "anchors_as_of") };
        if (AskedRounds.FutureMistake(spec.FirstRound, time.GetUtcNow(), "anchors_as_of") is { } future)
        {
            throw new EvaluationException([future]);
        }

        if (await grains.Monitor(Tenant, spec.Definition.Name).Status() is not null)
        {
            throw new EvaluationException([new Mistake($"There is already a monitor '{spec.Definition.Name}'.", "Update it, or choose another name.") { Field = "name" }]);
        }

        return new V1.CreateMonitorResponse { Monitor = await Put(spec, rebaseline: false) };
    }

    public override async Task<V1.UpdateMonitorResponse> UpdateMonitor(V1.UpdateMonitorRequest request, ServerCallContext context)
    {
        var spec = await Checked(request.Definition);
        await Find(spec.Definition.Name.Value);
        return new V1.UpdateMonitorResponse { Monitor = await Put(spec, request.Rebaseline) };
    }

    public override async Task<V1.DecideBridgeResponse> DecideBridge(V1.DecideBridgeRequest request, ServerCallContext context)
    {
        var decision = request.Decision switch
        {
            V1.BridgeDecision.Carry => BridgeDecision.Carry,
            V1.BridgeDecision.Rebaseline => BridgeDecision.Rebaseline,
            V1.BridgeDecision.Keep => BridgeDecision.Keep,
            _ => throw new EvaluationException([new Mistake("The request does not say what is to become of the judge.", "Say carry, rebaseline or keep.") { Field = "decision" }]),
        };
        var status = await grains.Monitor(Tenant, (await Find(request.Monitor)).Ledger.Spec.Definition.Name).Decide(decision);
        snapshot.Forget();
        return new V1.DecideBridgeResponse { Monitor = status.ToProto() };
    }

    public override async Task<V1.JudgeAnchorsResponse> JudgeAnchors(V1.JudgeAnchorsRequest request, ServerCallContext context)
    {
        var asOf = AsOf(request.AsOf, "as_of");
        var name = (await Find(request.Monitor)).Ledger.Spec.Definition.Name;
        return new V1.JudgeAnchorsResponse { Monitor = (await grains.Monitor(Tenant, name).JudgeAnchors(asOf)).ToProto() };
    }

    private static DateTimeOffset? AsOf(Google.Protobuf.WellKnownTypes.Timestamp? given, string field) => given is not null && !given.IsTime()
        ? throw new EvaluationException([new Mistake("That is no time.", "Leave it out to judge the anchors as of now.") { Field = field }])
        : given?.ToDateTimeOffset();

    public override async Task<V1.GetMonitorResponse> GetMonitor(V1.GetMonitorRequest request, ServerCallContext context) =>
        new() { Monitor = (await Find(request.Monitor)).ToProto() };

    public override async Task<V1.BacktestMonitorResponse> BacktestMonitor(V1.BacktestMonitorRequest request, ServerCallContext context)
    {
        var ledger = (await Find(request.Monitor)).Ledger;
        return Replay.Of(ledger, request.Definition?.ToDomain() ?? ledger.Spec.Definition).ToProto(ledger.Watch.Recent);
    }

    public override async Task<V1.ListMonitorsResponse> ListMonitors(V1.ListMonitorsRequest request, ServerCallContext context) =>
        new() { Monitors = { (await All("")).Select(status => status.ToProto()) } };

    public override async Task<V1.PauseMonitorResponse> PauseMonitor(V1.PauseMonitorRequest request, ServerCallContext context) =>
        new() { Monitor = await Pause(request.Monitor, paused: true) };

    public override async Task<V1.ResumeMonitorResponse> ResumeMonitor(V1.ResumeMonitorRequest request, ServerCallContext context) =>
        new() { Monitor = await Pause(request.Monitor, paused: false) };

    public override async Task<V1.DeleteMonitorResponse> DeleteMonitor(V1.DeleteMonitorRequest request, ServerCallContext context)
    {
        var status = await Find(request.Monitor);
        await grains.Monitor(Tenant, status.Ledger.Spec.Definition.Name).Delete();
        snapshot.Forget();
        return new V1.DeleteMonitorResponse();
    }

    public override async Task<V1.AcknowledgeAlarmResponse> AcknowledgeAlarm(V1.AcknowledgeAlarmRequest request, ServerCallContext context)
    {
        if (request.State is V1.AlarmState.Open)
        {
            throw new EvaluationException([new Mistake("An alarm cannot be opened again.", "Say acknowledged or resolved.") { Field = "state" }]);
        }

        if (request.By.Length > LongestNote || request.Note.Length > LongestNote)
        {
            throw new EvaluationException([new Mistake($"A note has at most {LongestNote} characters.") { Field = "note" }]);
        }

        var name = (await Find(request.Monitor)).Ledger.Spec.Definition.Name;
        var to = request.State is V1.AlarmState.Resolved ? AlarmState.Resolved : AlarmState.Acknowledged;
        var status = await grains.Monitor(Tenant, name).Acknowledge(request.Alarm, new Acknowledgement(to, request.By, request.Note, request.Rebaseline));
        return new V1.AcknowledgeAlarmResponse { Alarm = status.Ledger.Watch.Alarms.ToProto(name).First(alarm => alarm.Number == request.Alarm) };
    }

    public override async Task<V1.ListAlarmsResponse> ListAlarms(V1.ListAlarmsRequest request, ServerCallContext context) => new()
    {
        Alarms = { Alarms(await All(request.Monitor)).Where(alarm => request.Resolved || alarm.State is not V1.AlarmState.Resolved) },
    };

    public override async Task WatchAlarms(V1.WatchAlarmsRequest request, IServerStreamWriter<V1.WatchAlarmsResponse> responseStream, ServerCallContext context)
    {
        var told = new Dictionary<(string Monitor, long Number), V1.MonitorAlarm>();
        for (var first = true; ; first = false)
        {
            foreach (var alarm in Alarms(await All(request.Monitor)).Reverse())
            {
                var changed = !told.TryGetValue((alarm.Monitor, alarm.Number), out var before) ? !first || alarm.State is not V1.AlarmState.Resolved : !alarm.Equals(before);
                told[(alarm.Monitor, alarm.Number)] = alarm;
                if (changed)
                {
                    await responseStream.WriteAsync(new V1.WatchAlarmsResponse { Alarm = alarm }, context.CancellationToken);
                }
            }

            await Task.Delay(Interval, time, context.CancellationToken);
        }
    }

    private static IEnumerable<V1.MonitorAlarm> Alarms(IEnumerable<MonitorStatus> monitors) => monitors
        .SelectMany(status => status.Ledger.Watch.Alarms.ToProto(status.Ledger.Spec.Definition.Name))
        .OrderByDescending(alarm => alarm.RaiseTime.ToDateTimeOffset()).ThenByDescending(alarm => alarm.Number);

    private Task<MonitorSpec> Checked(V1.MonitorDefinition? message) =>
        new MonitorSpecs(grains, traffic, time).Of((message ?? throw new EvaluationException("The request has no definition.")).ToDomain());

    private async Task<V1.Monitor> Put(MonitorSpec spec, bool rebaseline)
    {
        var status = await grains.Monitor(Tenant, spec.Definition.Name).Put(spec, rebaseline);
        snapshot.Forget();
        return status.ToProto();
    }

    private async Task<V1.Monitor> Pause(string monitor, bool paused)
    {
        var status = await grains.Monitor(Tenant, (await Find(monitor)).Ledger.Spec.Definition.Name).Pause(paused);
        snapshot.Forget();
        return status.ToProto();
    }

    private async Task<IReadOnlyList<MonitorStatus>> All(string monitor)
    {
        if (monitor.Length > 0)
        {
            return [await Find(monitor)];
        }

        var set = await grains.Monitors(Tenant).List();
        return [.. (await Task.WhenAll(set.Monitors.Select(entry => grains.Monitor(Tenant, entry.Name).Status()))).OfType<MonitorStatus>()];
    }

    private async Task<MonitorStatus> Find(string monitor) =>
        SuiteCheck.IsName(monitor) && await grains.Monitor(Tenant, new(monitor)).Status() is { } status
            ? status
            : throw new NotFoundException("monitor", monitor, "List the monitors to see their names.");
}
