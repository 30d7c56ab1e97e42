using System.Diagnostics;
using System.Globalization;
using Assize.Cli.Hosting;
using Assize.Cli.Reports;
using Assize.Evaluation;
using Google.Protobuf.WellKnownTypes;

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
    private const double Strict = -0.35;

    private const double Lenient = -0.2;

    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly DateTimeOffset start = start;
    private DateTimeOffset now = start;
    private V1.Monitor monitor = new();
    private bool worse;

    /// <summary>Whether each alarm named who was to blame.</summary>
    public async Task<bool> Play(string model, IReadOnlyCollection<string> notify, CancellationToken cancellation)
    {
        await Turn(Strict, cancellation);
        await DemoMonitor.Put(connection, model, notify, start, cancellation);
        await Judged(cancellation);

        // The gateways look for monitors every three seconds, and draw nothing for one they do not know yet.
        await Task.Delay(connection.IsLocal ? TimeSpan.Zero : TimeSpan.FromSeconds(3.5), TimeProvider.System, cancellation);
        stage.Tell(now, string.Create(CultureInfo.InvariantCulture, $"Traffic of two applications begins; {DemoMonitor.Rate * 100:0} % of it is judged. {DemoMonitor.Anchors} frozen answers, the anchors, are judged again every {DemoMonitor.AnchorsEvery} hours."));
        await Until(() => Task.FromResult(monitor.HasBaselineMean), 24 * 4, cancellation);
        stage.Tell(now, $"The baseline is made: mean {Figures.Number(monitor.BaselineMean, 2)}. {monitor.ExpectedFalseAlarms}");
        await Noon(24, cancellation);

        var product = await Act("Nobody is told: nine of ten answers in German become a brush-off.", () => { worse = true; return Task.CompletedTask; }, cancellation);
        worse = false;
        stage.Tell(now, "The release is rolled back.");
        await Hours(14, cancellation);
        await Resolved("rolled back", cancellation);
        await Noon(10, cancellation);

        var lenient = await Act("Nobody is told: the judge's provider replaces the model, and it becomes lenient.", () => Turn(Lenient, cancellation), cancellation);
        await Turn(0, cancellation);
        return product is { Anchors.Culprit: V1.Culprit.Product, Direction: V1.AlarmDirection.Drop } drop && drop.Slices[0].Slice == "language=de"
            && lenient is { Anchors.Culprit: V1.Culprit.Judge, Direction: V1.AlarmDirection.Rise };
    }

    /// <summary>Something happens, and traffic flows until the alarm and its verdict are there.</summary>
    private async Task<V1.MonitorAlarm?> Act(string what, Func<Task> happens, CancellationToken cancellation)
    {
        // While an alarm stands, what it tells already is no news.
        await Resolved("a false one", cancellation);
        var began = now;
        await Judged(cancellation);
        await happens();
        stage.Tell(now, what);
        if (!await Until(async () => (await Standing(cancellation)).Length > 0, LongestAct, cancellation))
        {
            stage.Tell(now, "No alarm came.");
            return null;
        }

        var number = (await Standing(cancellation)).Min(alarm => alarm.Number);
        async Task<V1.MonitorAlarm> Now() => (await Standing(cancellation)).Single(alarm => alarm.Number == number);
        stage.Tell(now, string.Join('\n', Text(await Now())), alarm: true);

        // What is judged after the alarm decides, the anchors above all.
        await Hours(24, cancellation);
        async Task<bool> Decided() => (await Now()).Anchors is { Culprit: not V1.Culprit.Undecided };
        if (!await Decided())
        {
            await Until(Decided, LongestAct, cancellation);
        }

        var alarm = await Now();
        stage.Tell(now, $"Judge or product: {alarm.Verdict}. It began {Figures.Number((now - began).TotalHours, 0)} hours ago.", alarm: true);
        foreach (var one in await Standing(cancellation))
        {
            await Acknowledged(one, V1.AlarmState.Acknowledged, alarm.Verdict, cancellation);
        }

        return alarm;
    }

    private static IEnumerable<string> Text(V1.MonitorAlarm alarm)
    {
        if (alarm.Stream is V1.AlarmStream.Anchors)
        {
            yield return $"ALARM {Figures.Count(alarm.Number)}: the judge {(alarm.Direction is V1.AlarmDirection.Drop ? "is stricter" : "is more lenient")} with the anchors than it was. {alarm.ExpectedFalseAlarms}";
            yield break;
        }

        var slice = alarm.Slices[0];
        yield return $"ALARM {Figures.Count(alarm.Number)}: quality {(alarm.Direction is V1.AlarmDirection.Drop ? "dropped" : "rose")} from {Figures.Number(alarm.MeanBefore, 2)} to {Figures.Number(alarm.MeanAfter, 2)} since {(alarm.ChangeTime is { } time ? $"{time.ToDateTimeOffset():yyyy-MM-dd HH:mm}" : "a time that cannot be told")}.";
        yield return $"{(Math.Abs(slice.Within) > Math.Abs(alarm.MeanAfter - alarm.MeanBefore) / 2 ? "Most of it" : "The largest part")} is {slice.Slice}: {Figures.Number(slice.MeanBefore, 2)} to {Figures.Number(slice.MeanAfter, 2)}, {Figures.Number(slice.Within, 2)} of the change within it. {alarm.ExpectedFalseAlarms}";
    }

    private async Task Resolved(string note, CancellationToken cancellation)
    {
        foreach (var alarm in (await Standing(cancellation)).Reverse())
        {
            await Acknowledged(alarm, V1.AlarmState.Resolved, note, cancellation);
            stage.Tell(now, $"Alarm {Figures.Count(alarm.Number)} is resolved: {note}.");
        }
    }

    private async Task Acknowledged(V1.MonitorAlarm alarm, V1.AlarmState state, string note, CancellationToken cancellation) => await connection.Monitors.AcknowledgeAlarmAsync(
        new V1.AcknowledgeAlarmRequest { Monitor = DemoMonitor.Name, Alarm = alarm.Number, State = state, By = "demo", Note = note }, cancellationToken: cancellation);

    /// <summary>Alarms of quality that are not resolved, newest first.</summary>
    private async Task<V1.MonitorAlarm[]> Standing(CancellationToken cancellation) =>
        [.. (await connection.Monitors.ListAlarmsAsync(new V1.ListAlarmsRequest { Monitor = DemoMonitor.Name }, cancellationToken: cancellation)).Alarms.Where(alarm => alarm.Kind is V1.AlarmKind.Drift)];

    /// <summary>Lets hours of traffic pass, and then the rest of the morning.</summary>
    private async Task Noon(int hours, CancellationToken cancellation)
    {
        await Hours(hours, cancellation);
        await Until(() => Task.FromResult(now.Hour == 12), 24, cancellation);
    }

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
        await Seen(now => now.Counts.Pending <= MostPending, cancellation);
        if (now.Hour % DemoMonitor.AnchorsEvery == 0)
        {
            await connection.Monitors.JudgeAnchorsAsync(new V1.JudgeAnchorsRequest { Monitor = DemoMonitor.Name, AsOf = Timestamp.FromDateTimeOffset(now) }, cancellationToken: cancellation);
            await Judged(cancellation);
        }

        stage.Show(now, monitor);
    }

    /// <summary>Waits until everything is judged that was sent, and the anchors.</summary>
    private Task Judged(CancellationToken cancellation) => Seen(now => now.Counts.Pending == 0 && now.Anchors is { Judging: false, Rounds: > 0 }, cancellation);

    private async Task Seen(Func<V1.Monitor, bool> condition, CancellationToken cancellation)
    {
        while (!condition(monitor = (await connection.Monitors.GetMonitorAsync(new V1.GetMonitorRequest { Monitor = DemoMonitor.Name }, cancellationToken: cancellation)).Monitor))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellation);
        }
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
}
