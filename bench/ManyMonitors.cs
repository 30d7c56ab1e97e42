using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Tests.Drift;
using Assize.Evaluation.Tests.Monitors;

namespace Assize.Bench;

/// <summary>
/// Ten thousand monitors in memory, at a steady pace of scores, each batch for another monitor so that nothing of it is in the processor's caches: what evidence, history and alarm book cost.
/// </summary>
internal static class ManyMonitors
{
    private const int Batch = 10;

    /// <summary>Seconds that the steady pace waits at least: a wait costs more CPU than what is to be measured, which is why waits alone are measured too.</summary>
    private const double Tick = 0.02;

    public static async Task<int> Run(string[] args)
    {
        var (monitors, rate, seconds) = (args.Number("--monitors", 10_000), args.Number("--rate", 5000), args.Number("--seconds", 60));
        var watches = Made(monitors);
        GC.Collect();
        Console.WriteLine(Text($"{monitors} monitors of three slices with a baseline of 500, all of it in memory: {GC.GetTotalMemory(true) / 1e6:0} MB"));
        // The first round compiles, too.
        foreach (var (paced, idle) in new[] { (false, false), (false, false), (true, true), (true, false) })
        {
            var (clock, cpu, paused, allocated, full) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime, GC.GetTotalPauseDuration(), GC.GetTotalAllocatedBytes(), GC.CollectionCount(2));
            var (scores, next) = (0L, 0);
            while (clock.Elapsed.TotalSeconds < seconds)
            {
                // A step through the list that meets every monitor once before any twice.
                next = (next + 7919) % monitors;
                if (!idle)
                {
                    watches[next] = watches[next].Scored(scores);
                }

                scores += Batch;
                if (paced && scores / (double)rate - clock.Elapsed.TotalSeconds is var ahead and > Tick)
                {
                    await Task.Delay(TimeSpan.FromSeconds(ahead), TimeProvider.System);
                }
            }

            var (took, wall) = (Environment.CpuUsage.TotalTime - cpu, clock.Elapsed);
            Console.WriteLine(Text($"{(idle ? "paced, the waits alone" : paced ? "paced" : "as fast as it goes")}: {scores / wall.TotalSeconds:0} scores/s, {took / wall:0.0%} of a core, {took.TotalMicroseconds / scores:0.0} µs of CPU a score ({took.TotalSeconds / scores * rate:0.0%} of a core at {rate}/s), collections stopped it for {(GC.GetTotalPauseDuration() - paused) / wall:0.0%} of the time, {GC.CollectionCount(2) - full} of them full; {(GC.GetTotalAllocatedBytes() - allocated) / (double)scores / 1000:0.0} KB a score"));
        }

        return 0;
    }

    private static One[] Made(int monitors)
    {
        var law = AcceptanceProtocol.Read().First(each => each.Slices > 1);
        // Each has records of its own: what they share in memory would be in the caches.
        var learnt = Enumerable.Range(0, 16).Select(seed =>
        {
            var monitor = new SimulatedMonitor(law, seed, days: 1e6, baseline: 500);
            monitor.Send(600, _ => (false, 0));
            return (monitor.Ledger.Spec, Watch: JsonSerializer.SerializeToUtf8Bytes(monitor.Ledger.Watch, Evaluation.EvaluationJson.Plain.ScoreWatch));
        }).ToArray();
        var made = new One[monitors];
        Parallel.For(0, monitors, i => made[i] = new One(learnt[i % learnt.Length].Spec, JsonSerializer.Deserialize(learnt[i % learnt.Length].Watch, Evaluation.EvaluationJson.Plain.ScoreWatch)!));
        return made;
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    private sealed record One(MonitorSpec Spec, ScoreWatch Watch)
    {
        /// <summary>With a batch of scores more, around the mean of their slices.</summary>
        public One Scored(long number)
        {
            var (watch, judge, slices) = (Watch, Spec.Judge, Watch.Baseline!.Slices.All);
            for (var i = 0; i < Batch; i++)
            {
                var (n, slice) = (number + i, slices[(int)((number + i) % slices.Length)]);
                var sample = new JudgedSample(new(n.ToString(CultureInfo.InvariantCulture)), slice.Slice, DateTimeOffset.UnixEpoch, 1) { Score = Math.Clamp(Math.Round(slice.Mean) + n * 7 % 5 - 2, 1, 10) };
                watch = watch.Observe(Spec, sample, judge, null, DateTimeOffset.UnixEpoch);
            }

            return this with { Watch = watch };
        }
    }
}
