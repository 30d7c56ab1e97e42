using System.Collections.Immutable;
using Assize.Cli.Hosting;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Tests.Monitors;
using Assize.Gateway.Translation;
using Grpc.Core;

namespace Assize.Gateway.Tests.Shipped;

/// <summary>A monitor of a cluster, reached over gRPC alone, beside the ledger that gets the same traffic.</summary>
internal sealed class ShippedMonitor(SimulatedTraffic twin, Connection connection) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly bool keeps = twin.Ledger.Spec.Definition.KeepText;
    private AsyncDuplexStreamingCall<V1.ObserveRequest, V1.ObserveResponse>? traffic;
    private long sequence;
    private AlarmBook known = new();

    public SimulatedTraffic Twin => twin;

    /// <summary>Alarms as the API told them last, the first one first.</summary>
    public ImmutableArray<V1.MonitorAlarm> Alarms { get; private set; } = [];

    public IEnumerable<V1.MonitorAlarm> Standing => Alarms.Where(alarm => alarm.State is not V1.AlarmState.Resolved);

    /// <summary>Scores so far.</summary>
    public long Scored { get; private set; }

    private string Name => twin.Name.Value;

    public async Task Create(CancellationToken stop)
    {
        if (!twin.Items.IsEmpty)
        {
            await Freeze(stop);
        }

        await connection.Monitors.CreateMonitorAsync(new V1.CreateMonitorRequest { Definition = twin.Ledger.Spec.Definition.ToProto() }, cancellationToken: stop);
        traffic = connection.Traffic.Observe(cancellationToken: stop);
    }

    /// <summary>Lets a step go through the cluster and the ledger, and holds what both know against each other.</summary>
    public async Task Deliver(SimulatedStep step, CancellationToken stop)
    {
        twin.Apply(step);
        if (step.Round is not null)
        {
            await Until(monitor => monitor.Anchors.Scored == twin.Ledger.Anchors!.Scored && monitor.Anchors.Unscored == 0, stop);
        }

        if (!step.Interactions.IsEmpty)
        {
            await traffic!.RequestStream.WriteAsync(new V1.ObserveRequest { Sequence = ++sequence, Interactions = { step.Interactions.Select(one => one.ToProto()) } }, stop);
            if (!await traffic.ResponseStream.MoveNext(stop) || traffic.ResponseStream.Current is var answer && (answer.Sequence, answer.Accepted, answer.Refused.Count) != (sequence, step.Interactions.Length, 0))
            {
                throw new InvalidOperationException($"{Name}: step {sequence} was not acknowledged");
            }
        }

        await Compare(stop);
    }

    /// <summary>Resolves every alarm that stands; how many there were.</summary>
    public async Task<int> Resolve(CancellationToken stop)
    {
        var resolved = twin.Resolve();
        foreach (var alarm in resolved)
        {
            await connection.Monitors.AcknowledgeAlarmAsync(new V1.AcknowledgeAlarmRequest { Monitor = Name, Alarm = alarm, State = V1.AlarmState.Resolved, By = "simulation" }, cancellationToken: stop);
        }

        await Compare(stop);
        return resolved.Length;
    }

    /// <summary>Takes it out of time: it judges nothing any more, while others go on.</summary>
    public async Task Leave(CancellationToken stop) =>
        await connection.Monitors.PauseMonitorAsync(new V1.PauseMonitorRequest { Monitor = Name }, cancellationToken: stop);

    public async ValueTask DisposeAsync()
    {
        if (traffic is not null)
        {
            await traffic.RequestStream.CompleteAsync();
            traffic.Dispose();
        }
    }

    private async Task Freeze(CancellationToken stop)
    {
        using var call = connection.Suites.CreateSuite(cancellationToken: stop);
        await call.RequestStream.WriteAsync(new V1.CreateSuiteRequest
        {
            Header = new V1.SuiteHeader
            {
                Definition = new V1.SuiteDefinition
                {
                    Name = twin.Ledger.Spec.Definition.Anchors!.Suite.Value, Candidates = { new V1.Candidate { Name = "frozen", Recorded = new V1.RecordedCandidate() } }, Judges = { twin.Ledger.Spec.Definition.Judge.ToProto() },
                },
            },
        }, stop);
        await call.RequestStream.WriteAsync(new V1.CreateSuiteRequest
        {
            Exhibits = new V1.ExhibitBatch
            {
                Exhibits =
                {
                    twin.Items.Select((item, i) => new V1.Exhibit
                    {
                        Case = new V1.Case { Id = item.Value, Turns = { new V1.Turn { Messages = { new V1.Message { Role = V1.Role.User, Content = "What of it?" } } } } },
                        Responses = { new V1.RecordedResponse { Candidate = "frozen", Turns = { TruthfulModel.Anchor(twin, i) } } },
                    }),
                },
            },
        }, stop);
        await call.RequestStream.CompleteAsync();
        await call;
    }

    private async Task Compare(CancellationToken stop)
    {
        var watch = twin.Ledger.Watch;
        // With texts that are kept an acknowledgement comes before the scores.
        var monitor = await Until(monitor => !keeps || monitor.Counts.Scored + monitor.Counts.Unscored.Values.Sum() >= watch.Scored, stop);
        Scored = monitor.Counts.Scored;
        if (!ReferenceEquals(known, watch.Alarms))
        {
            var told = await connection.Monitors.ListAlarmsAsync(new V1.ListAlarmsRequest { Monitor = Name, Resolved = true }, cancellationToken: stop);
            Alarms = [.. told.Alarms.OrderBy(alarm => alarm.Number)];
            known = watch.Alarms;
        }

        if ((Scored, BitConverter.DoubleToInt64Bits(monitor.Level), monitor.StandingAlarms) != (watch.Scored, BitConverter.DoubleToInt64Bits(watch.Level), watch.Alarms.StandingCount)
            || !Alarms.SequenceEqual(known.ToProto(twin.Name).OrderBy(alarm => alarm.Number)))
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"{Name} after {twin.Sent} interactions: the cluster has {Scored} scores, level {monitor.Level:R} and alarms [{string.Join(", ", Alarms)}] (counts: {monitor.Counts}, troubles: {monitor.Troubles}), the ledger has {watch.Scored}, {watch.Level:R} and [{string.Join(", ", known.ToProto(twin.Name))}]."));
        }
    }

    private async Task<V1.Monitor> Until(Func<V1.Monitor, bool> condition, CancellationToken stop)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        deadline.CancelAfter(Patience);
        using var often = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        V1.Monitor monitor;
        while (!condition(monitor = (await connection.Monitors.GetMonitorAsync(new V1.GetMonitorRequest { Monitor = Name }, cancellationToken: stop)).Monitor))
        {
            try
            {
                await often.WaitForNextTickAsync(deadline.Token);
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                throw new TimeoutException($"{Name} does not get further: {monitor}");
            }
        }

        return monitor;
    }
}
