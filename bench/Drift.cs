using System.Diagnostics;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Tests.Drift;

namespace Assize.Bench;

/// <summary>The full protocol of drift_acceptance.json against the default detector, and what one score costs.</summary>
internal static class Drift
{
    public static int Run(string[] args)
    {
        var runs = args.Number("--runs", 600);
        var delays = args.Number("--delays", 2000);
        var only = args.Word("--only");
        Cost();
        var missed = 0;
        Console.WriteLine("| case | measured here | reference | goal | |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var protocol in AcceptanceProtocol.Read().Where(each => only is null || each.Title.Contains(only, StringComparison.OrdinalIgnoreCase)))
        {
            var (figures, goal, reached) = protocol.IsDelay ? Delay(protocol, delays) : FalseAlarms(protocol, runs);
            missed += reached ? 0 : 1;
            Console.WriteLine($"| {protocol.Title}{(protocol.IsDelay ? "" : ", in control")} | {figures} | {protocol.Measured.ReplaceLineEndings("")} | {goal} | {(reached ? "reached" : "**missed**")} |");
        }

        return missed == 0 ? 0 : 1;
    }

    private static (string Figures, string Goal, bool Reached) FalseAlarms(AcceptanceProtocol protocol, int runs)
    {
        var rates = new double[runs];
        Parallel.For(0, runs, seed => rates[seed] = protocol.FalseAlarms(1_000_000 + seed) / 3.0);
        var mean = rates.Average();
        var error = Math.Sqrt(rates.Sum(rate => (rate - mean) * (rate - mean)) / (runs - 1) / runs);
        var goal = protocol.Goal("goal_at_most")!.Value;
        return (Text($"{mean:0.000} ± {error:0.000} per 10,000"), Text($"at most {goal}"), mean <= goal);
    }

    private static (string Figures, string Goal, bool Reached) Delay(AcceptanceProtocol protocol, int runs)
    {
        var delays = new double[runs];
        Parallel.For(0, runs, seed => delays[seed] = protocol.Delay(1_000_000 + seed));
        Array.Sort(delays);
        var (median, high, missed) = (delays[runs / 2], delays[runs * 9 / 10], delays.Count(double.IsInfinity) / (double)runs);
        var figures = Text($"{median:0}, 90 %: {high:0}, missed {missed:0.0%}");
        return protocol.Goal("goal_median_at_least") is { } least
            ? (figures, Text($"median at least {least:0}"), median >= least)
            : (figures, Text($"{protocol.Goal("goal_median_at_most"):0}, 90 %: {protocol.Goal("goal_p90_at_most"):0}"), median <= protocol.Goal("goal_median_at_most") && high <= protocol.Goal("goal_p90_at_most"));
    }

    /// <summary>Nanoseconds and bytes a score, of the default detector with both channels.</summary>
    private static void Cost()
    {
        const int scores = 3_000_000;
        const int some = 1000;
        var baseline = BaselineScores.Of(new("cost"), new(1, 10), [.. Enumerable.Range(0, 2000).Select(i => new BaselineScore(Evaluation.Suites.Slice.All, 1 + (i * 7 % 10)))]);
        Detector detector = MixtureDetector.Of(1e300);
        for (var round = 0; round < 2; round++)
        {
            var (allocated, watch) = (0L, new Stopwatch());
            for (var i = 0; i < scores; i += some)
            {
                var first = detector.Sequence + 1;
                var observations = Enumerable.Range(0, some).Select(j => new Observation { Sequence = first + j, Sample = default, Score = 1 + (j * 3 % 10) }).ToArray();
                allocated -= GC.GetAllocatedBytesForCurrentThread();
                watch.Start();
                foreach (var observation in observations)
                {
                    detector = detector.Observe(observation, baseline).Next;
                }

                watch.Stop();
                allocated += GC.GetAllocatedBytesForCurrentThread();
            }

            if (round == 1)
            {
                Console.WriteLine(Text($"{watch.Elapsed.TotalNanoseconds / scores:0} ns and {allocated / scores} bytes allocated a score (two channels, 16 bets, change time kept)"));
                Console.WriteLine();
            }
        }
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
