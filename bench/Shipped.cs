using System.Diagnostics;
using Assize.Evaluation.Tests.Drift;
using Assize.Evaluation.Tests.Monitors;
using Assize.Gateway.Tests.Shipped;

namespace Assize.Bench;

/// <summary>
/// The drift goals by the path that is shipped, in simulated time: interactions in over gRPC, judged by a model over HTTP, alarms out over gRPC. Beside every monitor a ledger gets the
/// same scores; where the two differ in one bit of evidence or of an alarm, the benchmark ends.
/// </summary>
internal static class Shipped
{
    private const int AtOnce = 40;

    private const int PerDay = 500, Month = 30 * PerDay, BeforeChange = 1000, Interactions = 50;

    private static long compared;

    public static async Task<int> Run(string[] args)
    {
        var (months, delays, verdicts) = (args.Number("--months", 20), args.Number("--delays", 20), args.Number("--verdicts", 20));
        var (longest, baseline) = (args.Number("--longest", 6000), args.Number("--baseline", 500));
        var only = args.Word("--only");
        bool Wanted(string title) => only is null || title.Contains(only, StringComparison.OrdinalIgnoreCase);
        Console.WriteLine("| case | measured here | goal |");
        Console.WriteLine("|---|---|---|");
        foreach (var protocol in AcceptanceProtocol.Read().Where(each => !each.Title.Contains("known", StringComparison.Ordinal)))
        {
            var title = protocol.IsDelay ? protocol.Title : FormattableString.Invariant($"{protocol.Name}, baseline of {baseline}, unchanged");
            if (Wanted(title) && (protocol.IsDelay ? delays : months) > 0)
            {
                await Told(title, protocol.IsDelay ? () => Delay(protocol, delays, longest) : () => Unchanged(protocol, months, baseline));
            }
        }

        foreach (var (title, product, judge, right) in Monitors.Moves.Where(move => Wanted(move.Title) && verdicts > 0))
        {
            await Told(title, () => Verdict(product, judge, right, verdicts));
        }

        return 0;
    }

    /// <summary>Months in which nothing changes, at once and each in a monitor of its own; every alarm is resolved as it comes.</summary>
    private static async Task<(string, string)> Unchanged(AcceptanceProtocol protocol, int months, int baseline)
    {
        await using var fleet = await Fleet.Of([.. Enumerable.Range(0, months).Select(i => new SimulatedMonitor(protocol, 5_000_000 + i, PerDay, days: 30, baseline, keep: i % 2 == 0, name: $"month-{i}", learnt: false))]);
        await fleet.Learn(baseline);
        var alarms = new int[months];
        for (var sent = 0; sent < Month; sent += Interactions)
        {
            await fleet.Step(Interactions);
            var resolved = await Task.WhenAll(fleet.Monitors.Select(monitor => monitor.Standing.Any() ? monitor.Resolve(default) : Task.FromResult(0)));
            alarms = [.. alarms.Zip(resolved, (all, more) => all + more)];
        }

        compared += fleet.Monitors.Sum(monitor => monitor.Scored);
        return (Text($"{alarms.Average():0.00} in 30 days ({alarms.Sum()} in {months} months)"), "at most 1");
    }

    /// <summary>Judged scores from the change to the alarm that is raised first after it.</summary>
    private static async Task<(string, string)> Delay(AcceptanceProtocol protocol, int runs, int longest)
    {
        var found = new List<double>();
        for (var first = 0; first < runs; first += AtOnce)
        {
            found.AddRange(await Delays(protocol, first, Math.Min(AtOnce, runs - first), longest));
        }

        double[] sorted = [.. found.Concat(Enumerable.Repeat(double.PositiveInfinity, runs - found.Count)).Order()];
        var figures = Text($"median {sorted[runs / 2]:0}, 90 %: {sorted[runs * 9 / 10]:0}, none within {longest} in {runs - found.Count} of {runs}");
        return (figures, protocol.Goal("goal_median_at_least") is { } least ? Text($"median at least {least:0}") : Text($"{protocol.Goal("goal_median_at_most"):0}, 90 %: {protocol.Goal("goal_p90_at_most"):0}"));
    }

    /// <summary>No more at once than two cores judge in time.</summary>
    private static async Task<IEnumerable<double>> Delays(AcceptanceProtocol protocol, int first, int runs, int longest)
    {
        var twins = Enumerable.Range(first, runs).Select(i => new SimulatedMonitor(protocol, 6_000_000 + i, PerDay, days: 20, keep: i % 2 == 0, name: $"delay-{i}", learnt: false)).ToArray();
        await using var fleet = await Fleet.Of(twins);
        await fleet.Learn(2000);
        for (var sent = 0; sent < BeforeChange; sent += Interactions)
        {
            await fleet.Step(Interactions);
        }

        await Task.WhenAll(fleet.Monitors.Select(monitor => monitor.Resolve(default)));
        var (found, change) = (new Dictionary<ShippedMonitor, double>(), twins[0].Sent);
        while (found.Count < runs && twins.Max(twin => twin.Sent) < change + longest)
        {
            var going = fleet.Monitors.Except(found.Keys).ToArray();
            foreach (var twin in going.Select(monitor => (SimulatedMonitor)monitor.Twin))
            {
                var since = twin.Sent - change;
                twin.Law = i => (true, protocol.Ramp == 0 ? 1 : Math.Min(1, (since + i + 1.0) / protocol.Ramp));
            }

            await fleet.Step(Interactions, going);
            foreach (var monitor in going.Where(monitor => monitor.Standing.Any()))
            {
                found[monitor] = monitor.Standing.Min(alarm => alarm.Sequence) - change;
            }
        }

        compared += fleet.Monitors.Sum(monitor => monitor.Scored);
        return found.Values;
    }

    /// <summary>Who is named at the end of the fourth day after the one of the first alarm; where nothing moves, whether anybody is within thirty days.</summary>
    private static async Task<(string, string)> Verdict(double product, double judge, Evaluation.Drift.Culprit? right, int runs)
    {
        await using var fleet = await Fleet.Of([.. Enumerable.Range(0, runs).Select(i => new SimulatedAnchors(7_000_000 + i, name: $"verdict-{i}", learnt: false))]);
        await fleet.Learn(2000);
        foreach (var twin in fleet.Monitors.Select(monitor => (SimulatedAnchors)monitor.Twin))
        {
            (twin.Better, twin.Leniency) = (product, judge);
        }

        var until = fleet.Monitors[0].Twin.Day + (right is null ? 30 : 40);
        var (told, alarmed) = (new Dictionary<ShippedMonitor, string>(), new Dictionary<ShippedMonitor, double>());
        while (told.Count < runs)
        {
            var going = fleet.Monitors.Except(told.Keys).ToArray();
            await fleet.Step(Interactions, going);
            foreach (var monitor in going)
            {
                var day = monitor.Twin.Day;
                if (monitor.Standing.Any())
                {
                    alarmed.TryAdd(monitor, day);
                }

                if (alarmed.TryGetValue(monitor, out var first) ? day >= Math.Floor(first) + 5 : day >= until)
                {
                    told[monitor] = !monitor.Alarms.Any() ? "no alarm" : monitor.Alarms[0].Anchors?.Culprit.ToString().ToLowerInvariant() ?? "undecided";
                    // Its anchors would become due as the others go on, and the model knows nothing of them.
                    await monitor.Leave(default);
                }
            }
        }

        compared += fleet.Monitors.Sum(monitor => monitor.Scored);
        var counts = string.Join(", ", told.Values.GroupBy(who => who).OrderByDescending(group => group.Count()).Select(group => $"{group.Key} {group.Count()}"));
        return (counts, right is null ? "named in at most 5 %" : $"{right.ToString()!.ToLowerInvariant()} in at least 90 %");
    }

    private static async Task Told(string title, Func<Task<(string Figures, string Goal)>> measure)
    {
        var (before, cpu, clock) = (compared, Environment.CpuUsage.TotalTime, Stopwatch.StartNew());
        var (figures, goal) = await measure();
        Console.WriteLine($"| {title} | {figures} | {goal} |");
        Console.Error.WriteLine(Text($"{title}: {compared - before} scores, the same bits in cluster and ledger; {clock.Elapsed.TotalSeconds:0} s, {(Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds / Math.Max(1, compared - before):0.00} ms of CPU a score"));
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    /// <summary>Monitors of one cluster that go through time together.</summary>
    private sealed class Fleet(ShippedCluster cluster, IReadOnlyList<ShippedMonitor> monitors) : IAsyncDisposable
    {
        public IReadOnlyList<ShippedMonitor> Monitors => monitors;

        public static async Task<Fleet> Of(IReadOnlyList<SimulatedTraffic> twins)
        {
            var cluster = await ShippedCluster.Start(default);
            return new Fleet(cluster, await cluster.Create(twins, default));
        }

        /// <summary>Sends what the baseline is made from, in small steps at first: where texts are not kept, a batch may be as large as the last one was quick.</summary>
        public async Task Learn(int baseline)
        {
            for (var sent = 0; sent < baseline; sent += sent < 100 ? 5 : Interactions)
            {
                await Step(sent < 100 ? 5 : Interactions);
            }
        }

        public Task Step(int interactions, IReadOnlyList<ShippedMonitor>? some = null) => cluster.Step(some ?? monitors, interactions, default);

        public async ValueTask DisposeAsync()
        {
            foreach (var monitor in monitors)
            {
                await monitor.DisposeAsync();
            }

            await cluster.DisposeAsync();
        }
    }
}
