using System.Diagnostics;
using System.Text.Json;
using Assize.Evaluation;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Tests.Drift;
using Assize.Evaluation.Tests.Monitors;

namespace Assize.Bench;

/// <summary>Monitors in simulated time by their own path, from an interaction to the alarm book, against the goals of drift_acceptance.json and of statistics.md section 5.</summary>
internal static class Monitors
{
    private const int PerDay = 500;
    private const int Month = 30 * PerDay;
    private const int BeforeChange = 3000;
    private const int Longest = 15_000;

    public static int Run(string[] args)
    {
        var months = args.Number("--months", 400);
        var delays = args.Number("--delays", 400);
        var only = args.Word("--only");
        if (only is null or "cost")
        {
            Cost();
        }

        Console.WriteLine("| case | measured here | goal | |");
        Console.WriteLine("|---|---|---|---|");
        var missed = 0;
        foreach (var protocol in AcceptanceProtocol.Read().Where(each => !each.Title.Contains("known", StringComparison.Ordinal) && (only is null || each.Title.Contains(only, StringComparison.OrdinalIgnoreCase))))
        {
            if (protocol.IsDelay)
            {
                missed += Told(protocol.Title, Delay(protocol, delays));
            }
            else
            {
                missed += Told($"{protocol.Title}, unchanged", Unchanged(protocol, months, 2000));
                missed += Told($"{protocol.Name}, the usual baseline of 500, unchanged", Unchanged(protocol, months, 500));
            }
        }

        var verdicts = args.Number("--verdicts", 200);
        foreach (var (title, product, judge, right) in Moves.Where(move => only is null || move.Title.Contains(only, StringComparison.OrdinalIgnoreCase)))
        {
            missed += Told(title, Verdict(product, judge, right, verdicts));
        }

        return missed == 0 ? 0 : 1;
    }

    /// <summary>What one score costs a monitor of three slices: the watch with its detectors, history, and the scores it remembers.</summary>
    private static void Cost()
    {
        const int scores = 200_000;
        var ledger = new SimulatedMonitor(AcceptanceProtocol.Read().First(each => each.Slices > 1), 1, PerDay, days: 1e6).Ledger;
        var (watch, judge, slices) = (ledger.Watch, ledger.Spec.Judge, ledger.Watch.Baseline!.Slices.All);
        for (var round = 0; round < 2; round++)
        {
            var (before, clock) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.StartNew());
            for (var i = 0; i < scores; i++)
            {
                var sample = new JudgedSample(new("sample"), slices[i % slices.Length].Slice, DateTimeOffset.UnixEpoch, 1) { Score = 5 + (i * 3 % 5) };
                watch = watch.Observe(ledger.Spec, sample, judge, null, DateTimeOffset.UnixEpoch);
            }

            if (round == 1)
            {
                Console.WriteLine(Text($"{clock.Elapsed.TotalMicroseconds / scores:0.00} µs and {(GC.GetAllocatedBytesForCurrentThread() - before) / scores} bytes allocated a score in a monitor of three slices (5,000 a second: {clock.Elapsed.TotalSeconds / scores * 5000:0.0%} of a core); its watch is {JsonSerializer.SerializeToUtf8Bytes(watch, EvaluationJson.Plain.ScoreWatch).Length / 1024} KB as it is kept"));
                Console.WriteLine();
            }
        }
    }

    /// <summary>The rows of statistics.md 4.4.</summary>
    internal static readonly (string Title, double Product, double Judge, Culprit? Right)[] Moves =
    [
        ("anchors: nothing moves, 30 days", 0, 0, null),
        ("anchors: product −0.3", -0.3, 0, Culprit.Product),
        ("anchors: judge −0.3", 0, -0.3, Culprit.Judge),
        ("anchors: judge +0.3 hides product −0.3", -0.3, 0.3, Culprit.Both),
    ];

    /// <summary>Who is named four days after the first alarm; where nothing moved, how often an alarm named anybody.</summary>
    private static (string Figures, string Goal, bool Reached) Verdict(double product, double judge, Culprit? right, int runs)
    {
        var told = new Culprit?[runs];
        Parallel.For(0, runs, seed => told[seed] = new SimulatedAnchors(4_000_000 + seed).Verdict(product, judge, right is null ? 30 : 40));
        var counts = string.Join(", ", told.GroupBy(one => one).OrderByDescending(group => group.Count()).Select(group => Text($"{(group.Key is { } who ? who.ToString().ToLowerInvariant() : "no alarm")} {group.Count()}")));
        var share = told.Count(one => right is null ? one is Culprit.Judge or Culprit.Product or Culprit.Both : one == right) / (double)runs;
        return right is null
            ? (Text($"{share:0.0%} named anybody ({counts})"), "named in at most 5 %", share <= 0.05)
            : (Text($"{share:0.0%} right ({counts})"), "at least 90 % right", share >= 0.9);
    }

    /// <summary>Alarms that anybody would have heard in simulated months in which nothing changed; the promise is at most one in thirty days.</summary>
    private static (string Figures, string Goal, bool Reached) Unchanged(AcceptanceProtocol protocol, int months, int baseline)
    {
        var alarms = new int[months];
        Parallel.For(0, months, seed =>
        {
            var monitor = new SimulatedMonitor(protocol, 2_000_000 + seed, PerDay, days: 30, baseline);
            for (var sent = 0; sent < Month; sent += 100)
            {
                monitor.Send(100, _ => (false, 0));
                alarms[seed] += monitor.Resolve().Length;
            }
        });
        var mean = alarms.Average();
        var error = Math.Sqrt(alarms.Sum(count => (count - mean) * (count - mean)) / (months - 1) / months);
        return (Text($"{mean:0.00} ± {error:0.00} in 30 days ({alarms.Sum()} in {months} months)"), "at most 1 in 30 days", mean <= 1);
    }

    /// <summary>Judged scores from the change to the first alarm; a month whose alarm came before the change is begun anew after it is resolved.</summary>
    private static (string Figures, string Goal, bool Reached) Delay(AcceptanceProtocol protocol, int runs)
    {
        var found = new double[runs];
        Parallel.For(0, runs, seed =>
        {
            var monitor = new SimulatedMonitor(protocol, 3_000_000 + seed, PerDay, days: 20);
            monitor.Send(BeforeChange, _ => (false, 0));
            monitor.Resolve();
            var before = monitor.Ledger.Watch.Scored;
            monitor.Send(Longest, i => (true, protocol.Ramp == 0 ? 1 : Math.Min(1, (i + 1.0) / protocol.Ramp)), untilAlarm: true, batch: 1);
            found[seed] = monitor.Ledger.Watch.Alarms.Standing.IsEmpty ? double.PositiveInfinity : monitor.Ledger.Watch.Scored - before;
        });
        Array.Sort(found);
        var (median, high) = (found[runs / 2], found[runs * 9 / 10]);
        var figures = Text($"{median:0}, 90 %: {high:0}, missed {found.Count(double.IsInfinity) / (double)runs:0.0%}");
        return protocol.Goal("goal_median_at_least") is { } least
            ? (figures, Text($"median at least {least:0}"), median >= least)
            : (figures, Text($"{protocol.Goal("goal_median_at_most"):0}, 90 %: {protocol.Goal("goal_p90_at_most"):0}"), median <= protocol.Goal("goal_median_at_most") && high <= protocol.Goal("goal_p90_at_most"));
    }

    private static int Told(string title, (string Figures, string Goal, bool Reached) outcome)
    {
        Console.WriteLine($"| {title} | {outcome.Figures} | {outcome.Goal} | {(outcome.Reached ? "reached" : "**missed**")} |");
        return outcome.Reached ? 0 : 1;
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
