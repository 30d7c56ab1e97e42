using System.Collections.Immutable;
using Assize.Evaluation;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Runs;
using Assize.Grains.Suites;

namespace Assize.Grains.Monitors;

/// <summary>Runs a monitor's benchmark when it is due, and holds it against its baseline run: noted first, then started, then looked after until it has ended.</summary>
internal sealed class BenchmarkWork(LedgerChanges changes, IGrainFactory grains, TimeProvider time)
{
    private const int CasesOfAPage = 500;

    private const string Removed = "it was removed before it was compared";

    /// <summary>Whether there is a run to begin, or one under way.</summary>
    public bool IsDue => changes.Found is { Paused: false, Benchmark: { } book } ledger && (book.Open is not null || !ReferenceEquals(ledger.BeginBenchmark(time.GetUtcNow()), ledger));

    /// <summary>Starts the run that is due, or looks whether the one under way has ended; throws what stopped it.</summary>
    public async Task WorkThrough()
    {
        var ledger = await changes.Change(ledger => ledger.BeginBenchmark(time.GetUtcNow()));
        if (ledger is not { Benchmark: { Open: { } run } book, Spec: { Benchmark: { } source } spec })
        {
            return;
        }

        var suite = grains.Suite(spec.Tenant, source.Suite);
        var known = true;
        if (run.Started)
        {
            // Only looked after: started once more, a run that somebody has removed would be paid for again.
            known = await suite.Resume(run.Run);
        }
        else
        {
            await suite.Start(Request(spec, source, run));
            await changes.Change(ledger => ledger with { Benchmark = ledger.Benchmark?.Taken(run) });
            run = run with { Started = true };
        }

        if (known && !await grains.Run(run.Run).Ended())
        {
            return;
        }

        if (!known || await grains.Run(run.Run).Spec() is null)
        {
            await Record(run, complete: false, [], Removed);
            return;
        }

        var complete = (await grains.Run(run.Run).Progress()).Report.Status is RunStatus.Completed;
        var (lines, why) = await Compared(spec, book.Baseline, run.Run);
        await Record(run, complete, lines, why);
    }

    private static StartRun Request(MonitorSpec spec, BenchmarkSource source, BenchmarkRun run) => new()
    {
        RequestId = run.Run.Value,
        Run = run.Run,
        Version = source.Version,
        Models = source.Models,
        Program = source.Program,
        At = run.Begun,
        Labels = ImmutableSortedDictionary<string, string>.Empty.Add("monitor", spec.Definition.Name.Value),
        Draw = run.Draw,
    };

    private async Task Record(BenchmarkRun run, bool complete, ImmutableArray<BenchmarkLine> lines, string? why)
    {
        var now = time.GetUtcNow();
        await changes.Change(ledger => ledger.Record(run, new BenchmarkResult(run.Number, run.Run, now, lines, why), complete, now));
    }

    private async Task<(ImmutableArray<BenchmarkLine> Lines, string? Why)> Compared(MonitorSpec spec, RunId? baseline, RunId run)
    {
        if (baseline is not { } first)
        {
            return ([], "the first complete run is the baseline");
        }

        if (await grains.Run(first).Spec() is not { } before || await grains.Run(run).Spec() is not { } after)
        {
            return ([], $"the baseline run {first} is not kept any more: name another one");
        }

        if (before.Suite.Version != after.Suite.Version)
        {
            return ([], $"the baseline run {first} is of another version of the suite");
        }

        var sides = BenchmarkLine.Sides(spec.Benchmark!.Candidate);
        var comparison = Comparison.Of(after.Suite.Definition, new Side(spec.Benchmark.Candidate, sides.Before), new Side(spec.Benchmark.Candidate, sides.Now));
        var summary = comparison.Summarise([]);
        for (var shard = 0; shard < after.Suite.Plan.Partitions; shard++)
        {
            if (after.Suite.Plan.Segments[shard] > 0)
            {
                summary = summary.Merge(await Shard(comparison, before, after, shard));
            }
        }

        var (scores, differences) = comparison.Lines(summary);
        return BenchmarkLine.Of(spec.Definition.Benchmark!, scores, differences, sides.Before) is { IsEmpty: false } lines ? (lines, null) : ([], "nothing of the suite scores the candidate by this criterion");
    }

    private async Task<Summary> Shard(Comparison comparison, RunSpec before, RunSpec after, int shard)
    {
        var then = (await grains.Shard(before.Run, shard).Records()).Records.ToDictionary(record => record.Case);
        var summary = comparison.Summarise([]);
        for (var from = 0; ;)
        {
            var page = await grains.Shard(after.Run, shard).Page(after, from, CasesOfAPage, texts: false);
            summary = summary.Merge(comparison.Summarise(page.Cases.Select(one => (one.Exhibit.Case, then.GetValueOrDefault(one.Record.Case), (CaseRecord?)one.Record))));
            from += page.Cases.Length;
            if (page.Cases.IsEmpty || from >= page.Finished)
            {
                return summary;
            }
        }
    }
}
