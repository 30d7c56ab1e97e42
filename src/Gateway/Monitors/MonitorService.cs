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
internal sealed class MonitorService(IGrainFactory grains, MonitorSnapshot snapshot, TrafficPolicy traffic, TrafficIntake intake, GatewayOptions options, TimeProvider time) : V1.MonitorService.MonitorServiceBase
{
    private const int LongestNote = 1000;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>How long one monitor may keep a list of all waiting.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

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
        Noted(request.By, "by");
        var status = await grains.Monitor(Tenant, (await Find(request.Monitor)).Ledger.Spec.Definition.Name).Decide(decision, request.By.Length > 0 ? request.By : null);
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

    public override async Task<V1.GetMonitorResponse> GetMonitor(V1.GetMonitorRequest request, ServerCallContext context)
    {
        try
        {
            return new V1.GetMonitorResponse { Monitor = Shown(await Find(request.Monitor)) };
        }
        catch (Exception failed) when (SuiteCheck.IsName(request.Monitor) && (UnreadableStateException.In(failed) is not null || intake.Apart(new(request.Monitor)) is not null))
        {
            // What is only between two silos is asked for again; this would say the same.
            if ((await grains.Monitors(Tenant).List()).Find(new(request.Monitor)) is not { } entry)
            {
                throw;
            }

            return new V1.GetMonitorResponse { Monitor = Unreachable(entry, failed) };
        }
    }

    public override async Task<V1.GetBaselineResponse> GetBaseline(V1.GetBaselineRequest request, ServerCallContext context) => (await Find(request.Monitor)).Ledger.BaselinesToProto();

    public override async Task<V1.BacktestMonitorResponse> BacktestMonitor(V1.BacktestMonitorRequest request, ServerCallContext context)
    {
        var ledger = (await Find(request.Monitor)).Ledger;
        return Replay.Of(ledger, request.Definition?.ToDomain() ?? ledger.Spec.Definition).ToProto(ledger.Watch.Recent);
    }

    public override async Task<V1.ListMonitorsResponse> ListMonitors(V1.ListMonitorsRequest request, ServerCallContext context) =>
        new() { Monitors = { (await All()).Select(one => one.Status is { } status ? Shown(status) : one.Failed is { } failed ? Unreachable(one.Entry, failed) : null).OfType<V1.Monitor>() } };

    public override async Task<V1.PauseMonitorResponse> PauseMonitor(V1.PauseMonitorRequest request, ServerCallContext context) =>
        new() { Monitor = await Pause(request.Monitor, paused: true) };

    public override async Task<V1.ResumeMonitorResponse> ResumeMonitor(V1.ResumeMonitorRequest request, ServerCallContext context) =>
        new() { Monitor = await Pause(request.Monitor, paused: false) };

    public override async Task<V1.DeleteMonitorResponse> DeleteMonitor(V1.DeleteMonitorRequest request, ServerCallContext context)
    {
        try
        {
            await Find(request.Monitor);
        }
        catch (UnreadableStateException)
        {
            // It is there, and to go all the same.
        }

        await grains.Monitor(Tenant, new(request.Monitor)).Delete();
        snapshot.Forget();
        return new V1.DeleteMonitorResponse();
    }

    public override async Task<V1.AcknowledgeAlarmResponse> AcknowledgeAlarm(V1.AcknowledgeAlarmRequest request, ServerCallContext context)
    {
        if (request.State is V1.AlarmState.Open)
        {
            throw new EvaluationException([new Mistake("An alarm cannot be opened again.", "Say acknowledged or resolved.") { Field = "state" }]);
        }

        Noted(request.By, "by");
        Noted(request.Note, "note");
        var name = (await Find(request.Monitor)).Ledger.Spec.Definition.Name;
        var to = request.State is V1.AlarmState.Resolved ? AlarmState.Resolved : AlarmState.Acknowledged;
        var status = await grains.Monitor(Tenant, name).Acknowledge(request.Alarm, new Acknowledgement(to, request.By, request.Note, request.Rebaseline));
        return new V1.AcknowledgeAlarmResponse { Alarm = status.Ledger.Watch.Alarms.ToProto(name).First(alarm => alarm.Number == request.Alarm) };
    }

    public override async Task<V1.ListAlarmsResponse> ListAlarms(V1.ListAlarmsRequest request, ServerCallContext context)
    {
        var (statuses, failed) = await Statuses(request.Monitor);
        return new V1.ListAlarmsResponse
        {
            Alarms = { Alarms(statuses).Where(alarm => request.Resolved || alarm.State is not V1.AlarmState.Resolved) },
            Troubles = { failed.SelectMany(one => Unreachable(one.Entry, one.Failed!).Troubles.Select(trouble => $"Monitor {one.Entry.Name}: {trouble}")) },
        };
    }

    public override async Task WatchAlarms(V1.WatchAlarmsRequest request, IServerStreamWriter<V1.WatchAlarmsResponse> responseStream, ServerCallContext context)
    {
        // As each monitor said last: what it has forgotten is forgotten here too, and one that did not answer at first is new whenever it does.
        var told = new Dictionary<string, Dictionary<long, V1.MonitorAlarm>>(StringComparer.Ordinal);
        var unheard = new HashSet<MonitorName>();
        while (true)
        {
            var (statuses, failed) = await Statuses(request.Monitor);
            if (!unheard.SetEquals(failed.Select(one => one.Entry.Name)))
            {
                unheard = [.. failed.Select(one => one.Entry.Name)];
                await responseStream.WriteAsync(new V1.WatchAlarmsResponse { Unreachable = Unheard(failed) }, context.CancellationToken);
            }

            var alarms = Alarms(statuses).Reverse().ToArray();
            foreach (var alarm in alarms)
            {
                var known = told.GetValueOrDefault(alarm.Monitor);
                if (known?.GetValueOrDefault(alarm.Number) is { } before ? !alarm.Equals(before) : known is not null || alarm.State is not V1.AlarmState.Resolved)
                {
                    await responseStream.WriteAsync(new V1.WatchAlarmsResponse { Alarm = alarm }, context.CancellationToken);
                }
            }

            foreach (var monitor in statuses.Select(status => status.Ledger.Spec.Definition.Name.Value))
            {
                told[monitor] = alarms.Where(alarm => alarm.Monitor == monitor).ToDictionary(alarm => alarm.Number);
            }

            await Task.Delay(Interval, time, context.CancellationToken);
        }
    }

    private static IEnumerable<V1.MonitorAlarm> Alarms(IEnumerable<MonitorStatus> monitors) => monitors
        .SelectMany(status => status.Ledger.Watch.Alarms.ToProto(status.Ledger.Spec.Definition.Name))
        .OrderByDescending(alarm => alarm.RaiseTime.ToDateTimeOffset()).ThenByDescending(alarm => alarm.Number);

    private static void Noted(string text, string field)
    {
        if (text.Length > LongestNote)
        {
            throw new EvaluationException([new Mistake($"A note has at most {LongestNote} characters.") { Field = field }]);
        }
    }

    private V1.UnreachableMonitors Unheard(IEnumerable<Answer> failed) => new()
    {
        Monitors = { failed.Select(one => new V1.UnreachableMonitor { Monitor = one.Entry.Name.Value, Troubles = { Unreachable(one.Entry, one.Failed!).Troubles } }) },
    };

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

    private async Task<(IReadOnlyList<MonitorStatus> Statuses, IReadOnlyList<Answer> Failed)> Statuses(string monitor)
    {
        if (monitor.Length > 0)
        {
            return ([await Find(monitor)], []);
        }

        var all = await All();
        return ([.. all.Select(one => one.Status).OfType<MonitorStatus>()], [.. all.Where(one => one.Failed is not null)]);
    }

    /// <summary>How all monitors stand; one that does not say so keeps nobody from hearing of the others.</summary>
    private async Task<Answer[]> All()
    {
        var set = await grains.Monitors(Tenant).List();
        return await Task.WhenAll(set.Monitors.Select(async entry =>
        {
            try
            {
                return new Answer(entry, await grains.Monitor(Tenant, entry.Name).Status().WaitAsync(Patience, time), null);
            }
            catch (Exception failed)
            {
                return new Answer(entry, null, failed);
            }
        }));
    }

    private V1.Monitor Shown(MonitorStatus status)
    {
        var monitor = status.ToProto();
        if (intake.Apart(status.Ledger.Spec.Definition.Name) is { } apart)
        {
            monitor.Troubles.Add(apart.Sentence(options.TryAgainEvery));
        }

        return monitor;
    }

    private V1.Monitor Unreachable(MonitorEntry entry, Exception failed) => UnreachableMonitor.Of(entry, failed, intake.Apart(entry.Name), options.TryAgainEvery);

    private async Task<MonitorStatus> Find(string monitor) =>
        SuiteCheck.IsName(monitor) && await grains.Monitor(Tenant, new(monitor)).Status() is { } status
            ? status
            : throw new NotFoundException("monitor", monitor, "List the monitors to see their names.");

    /// <summary>What a monitor in the list said of itself; neither where it is gone.</summary>
    private readonly record struct Answer(MonitorEntry Entry, MonitorStatus? Status, Exception? Failed);
}
