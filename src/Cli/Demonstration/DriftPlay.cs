using System.Diagnostics;
using System.Globalization;
using Assize.Cli.Hosting;
using Assize.Cli.Reports;
using Assize.Evaluation;

namespace Assize.Cli.Demonstration;

/// <summary>
/// Two acts before a monitor that knows nothing of them. In the first the applications get worse in one language, and the alarm is to name it; in the second the judge becomes lenient, and the
/// alarm is to name the judge. Everything goes the way of production: interactions over gRPC in, alarms over gRPC out.
/// </summary>
internal sealed class DriftPlay(Connection connection, Stage stage, DemoTraffic traffic, Uri judge, DateTimeOffset start, double speed)
{
    /// <summary>A simulated day takes so long at speed 1.</summary>
    private static readonly TimeSpan Day = TimeSpan.FromSeconds(14);

    private const int MostPending = 60;

    private const int LongestAct = 24 * 6;

    /// <summary>The judge's knob at first, which leaves room for better scores, and then.</summary>
    private const double Strict = -0.3;

    private const double Lenient = -0.1;

    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly DateTimeOffset start = start;
    private DateTimeOffset now = start;
    private V1.Monitor monitor = new();
    private bool worse;

    /// <summary>Whether each alarm named who was to blame.</summary>
    public async Task<bool> Play(string model, IReadOnlyCollection<string> notify, CancellationToken cancellation)
    {
        await Turn(Strict, cancellation);
        foreach (var definition in DemoMonitors.All(model, notify))
        {
            await Put(definition, cancellation);
        }

        // The gateways look for monitors every three seconds, and draw nothing for one they do not know yet.
        await Task.Delay(connection.IsLocal ? TimeSpan.Zero : TimeSpan.FromSeconds(3.5), TimeProvider.System, cancellation);
        stage.Tell(now, string.Create(CultureInfo.InvariantCulture, $"Traffic of two applications begins; {DemoMonitors.Rate * 100:0} % of it is judged, and {DemoTraffic.Fixed} is judged again and again."));
        await Until(() => Task.FromResult(monitor.HasBaselineMean), 24 * 4, cancellation);
        stage.Tell(now, $"The baseline is made: mean {Figures.Number(monitor.BaselineMean, 2)}. {monitor.ExpectedFalseAlarms}");
        await Hours(30, cancellation);

        var product = await Act("Nobody is told: three of four answers in German become a brush-off.", () => { worse = true; return Task.CompletedTask; }, cancellation);
        worse = false;
        stage.Tell(now, "The release is rolled back.");
        await Hours(14, cancellation);
        await Resolved(product, "rolled back", cancellation);
        await Hours(10, cancellation);

        var lenient = await Act("Nobody is told: the judge's provider replaces the model, and it becomes lenient.", () => Turn(Lenient, cancellation), cancellation);
        await Turn(0, cancellation);
        return product is { Culprit: "product", Alarm: { Direction: V1.AlarmDirection.Drop } drop } && drop.Slices[0].Slice == "language=de" && lenient is { Culprit: "judge", Alarm.Direction: V1.AlarmDirection.Rise };
    }

    /// <summary>Something happens, and traffic flows until the alarm and its verdict are there.</summary>
    private async Task<Verdict?> Act(string what, Func<Task> happens, CancellationToken cancellation)
    {
        var (began, known) = (now, (await Alarms(resolved: true, cancellation)).Select(alarm => (alarm.Monitor, alarm.Number)).ToHashSet());
        await happens();
        stage.Tell(now, what);
        V1.MonitorAlarm? found = null;
        async Task<V1.MonitorAlarm?> New(string of) => (await Alarms(resolved: false, cancellation)).FirstOrDefault(alarm => alarm.Monitor == of && alarm.Kind is V1.AlarmKind.Drift && !known.Contains((alarm.Monitor, alarm.Number)));
        if (!await Until(async () => (found = await New(DemoMonitors.Traffic)) is not null, LongestAct, cancellation))
        {
            stage.Tell(now, "No alarm came.");
            return null;
        }

        var alarm = found!;
        stage.Tell(now, string.Join('\n', Text(alarm)), alarm: true);

        // What came after the alarm decides: whether the fixed items move as well within a day.
        V1.MonitorAlarm? moved = null;
        await Until(async () => (moved = await New(DemoMonitors.Fixed)) is not null, 24, cancellation);
        var culprit = moved is null ? "product" : "judge";
        var told = moved is null
            ? "The fixed items are judged as before: it is the product."
            : $"The fixed items are judged otherwise as well, {Figures.Number(moved.MeanBefore, 2)} before and {Figures.Number(moved.MeanAfter, 2)} now: it is the judge.";
        stage.Tell(now, $"{told} It began {Figures.Number((now - began).TotalHours, 0)} hours ago.", alarm: true);
        foreach (var one in new[] { alarm, moved }.OfType<V1.MonitorAlarm>())
        {
            await connection.Monitors.AcknowledgeAlarmAsync(
                new V1.AcknowledgeAlarmRequest { Monitor = one.Monitor, Alarm = one.Number, State = V1.AlarmState.Acknowledged, By = "demo", Note = culprit }, cancellationToken: cancellation);
        }

        return new Verdict(alarm, culprit);
    }

    private static IEnumerable<string> Text(V1.MonitorAlarm alarm)
    {
        var slice = alarm.Slices[0];
        yield return $"ALARM {Figures.Count(alarm.Number)}: quality {(alarm.Direction is V1.AlarmDirection.Drop ? "dropped" : "rose")} from {Figures.Number(alarm.MeanBefore, 2)} to {Figures.Number(alarm.MeanAfter, 2)} since {(alarm.ChangeTime is { } time ? $"{time.ToDateTimeOffset():yyyy-MM-dd HH:mm}" : "a time that cannot be told")}.";
        yield return $"Most of it is {slice.Slice}: {Figures.Number(slice.MeanBefore, 2)} to {Figures.Number(slice.MeanAfter, 2)}, {Figures.Number(slice.Within, 2)} of the change within it. {alarm.ExpectedFalseAlarms}";
    }

    private async Task Resolved(Verdict? verdict, string note, CancellationToken cancellation)
    {
        if (verdict is not null)
        {
            await connection.Monitors.AcknowledgeAlarmAsync(
                new V1.AcknowledgeAlarmRequest { Monitor = DemoMonitors.Traffic, Alarm = verdict.Alarm.Number, State = V1.AlarmState.Resolved, By = "demo", Note = note }, cancellationToken: cancellation);
            stage.Tell(now, $"Alarm {Figures.Count(verdict.Alarm.Number)} is resolved: {note}.");
        }
    }

    private async Task Put(V1.MonitorDefinition definition, CancellationToken cancellation)
    {
        var known = (await connection.Monitors.ListMonitorsAsync(new V1.ListMonitorsRequest(), cancellationToken: cancellation)).Monitors;
        if (known.Any(one => one.Definition.Name == definition.Name))
        {
            await connection.Monitors.DeleteMonitorAsync(new V1.DeleteMonitorRequest { Monitor = definition.Name }, cancellationToken: cancellation);
        }

        await connection.Monitors.CreateMonitorAsync(new V1.CreateMonitorRequest { Definition = definition }, cancellationToken: cancellation);
    }

    private async Task<IEnumerable<V1.MonitorAlarm>> Alarms(bool resolved, CancellationToken cancellation) =>
        (await connection.Monitors.ListAlarmsAsync(new V1.ListAlarmsRequest { Resolved = resolved }, cancellationToken: cancellation)).Alarms.Where(alarm => alarm.Monitor is DemoMonitors.Traffic or DemoMonitors.Fixed);

    private Task<bool> Hours(int hours, CancellationToken cancellation) => Until(() => Task.FromResult(false), hours, cancellation);

    /// <summary>Lets hours of traffic pass until something is so, at most so many.</summary>
    private async Task<bool> Until(Func<Task<bool>> so, int hours, CancellationToken cancellation)
    {
        for (var i = 0; i < hours; i++)
        {
            await Hour(cancellation);
            if (await so())
            {
                return true;
            }
        }

        return false;
    }

    private async Task Hour(CancellationToken cancellation)
    {
        await connection.Traffic.RecordAsync(new V1.RecordRequest { Interactions = { traffic.Hour(now, worse) } }, cancellationToken: cancellation);
        now += TimeSpan.FromHours(1);
        var due = Day * ((now - start).TotalDays / speed) - clock.Elapsed;
        if (due > TimeSpan.Zero)
        {
            await Task.Delay(due, TimeProvider.System, cancellation);
        }

        // The judge keeps up with the simulated time, or that waits for it.
        do
        {
            monitor = (await connection.Monitors.GetMonitorAsync(new V1.GetMonitorRequest { Monitor = DemoMonitors.Traffic }, cancellationToken: cancellation)).Monitor;
        }
        while (monitor.Counts.Pending > MostPending && await Moment(cancellation));
        stage.Show(now, monitor);
    }

    private static async Task<bool> Moment(CancellationToken cancellation)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellation);
        return true;
    }

    private async Task Turn(double leniency, CancellationToken cancellation)
    {
        try
        {
            using var http = new HttpClient();
            using var answer = await http.PostAsync(new Uri(judge, string.Create(CultureInfo.InvariantCulture, $"/knobs?Leniency={leniency}")), null, cancellation);
            answer.EnsureSuccessStatusCode();
        }
        catch (HttpRequestException unreachable)
        {
            throw new InfrastructureException($"No simulated model answers at {judge}: {unreachable.Message}", "Start one with assize simulate-model, and give its address with --judge.");
        }
    }

    private sealed record Verdict(V1.MonitorAlarm Alarm, string Culprit);
}
