using System.Collections.Immutable;
using Assize.Evaluation;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Suites;
using Assize.Grains.Suites;

namespace Assize.Grains.Monitors;

/// <summary>Runs a monitor's benchmark when it is due, and holds it against its baseline run: noted first, then started, then looked after until it has ended.</summary>
internal sealed class BenchmarkWork(LedgerChanges changes, BaselineHold hold, IGrainFactory grains, TimeProvider time)
{
    private const int CasesOfAPage = 500;

    private const string Removed = "it was removed before it was compared";

    /// <summary>Whether there is a run to begin, or one under way, or a baseline run to hold or to let go.</summary>
    public bool IsDue => hold.IsDue || IsRunDue;

    private bool IsRunDue => changes.Found is { Paused: false, Benchmark: { } book } ledger && (book.Open is not null || !ReferenceEquals(ledger.BeginBenchmark(time.GetUtcNow()), ledger));

    /// <summary>Starts the run that is due, or looks whether the one under way has ended; throws what stopped it.</summary>
    public async Task WorkThrough()
    {
        // Before it is used: what is not held may be removed while it is read.
        await hold.WorkThrough();
        if (!IsRunDue)
        {
            return;
        }

        var ledger = await changes.Change(ledger => ledger.BeginBenchmark(time.GetUtcNow()));
        if (ledger is not { Benchmark.Open: { } run, Spec: { Benchmark: { } source } spec })
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
            await Record(run, complete: false, new Compared([], Removed));
            return;
        }

        var complete = (await grains.Run(run.Run).Progress()).Report.Status is RunStatus.Completed;
        // As it is by now: a definition that changes while the run is compared makes it be compared again.
        if (changes.Ledger is { Benchmark: { } now, Spec: { Benchmark: not null } by } && now.Open == run)
        {
            await Record(run, complete, await Compare(by, now, run));
        }
    }

    /// <summary>Lets the baseline run go: the monitor is deleted.</summary>
    public Task Discard(MonitorLedger last) => hold.Discard(last);

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

    private async Task Record(BenchmarkRun run, bool complete, Compared found)
    {
        var now = time.GetUtcNow();
        await changes.Change(ledger => ledger.Record(run, new BenchmarkResult(run.Number, run.Run, now, found.Lines, found.Why), complete, now, found.Pass));
    }

    private async Task<Compared> Compare(MonitorSpec spec, BenchmarkBook book, BenchmarkRun run)
    {
        if (book.Baseline is not { } first)
        {
            return new Compared([], "the first complete run is the baseline");
        }

        if (await grains.Run(run.Run).Spec() is not { } after)
        {
            return new Compared([], Removed);
        }

        if (await grains.Run(first).Spec() is not { } before)
        {
            await changes.Change(ledger => ledger.BaselineLost(first));
            return new Compared([], $"the baseline run {first} is not kept any more: name another one");
        }

        if (before.Suite.Version != after.Suite.Version)
        {
            return new Compared([], $"the baseline run {first} is of another version of the suite");
        }

        var sides = BenchmarkLine.Sides(spec.Benchmark!.Candidate);
        var comparison = Comparison.Of(after.Suite.Definition, new Side(spec.Benchmark.Candidate, sides.Before), new Side(spec.Benchmark.Candidate, sides.Now));
        var summary = comparison.Summarise([]);
        foreach (var shard in Shards(after))
        {
            await foreach (var page in Pages(before, after, shard))
            {
                summary = summary.Merge(comparison.Summarise(page));
            }
        }

        var (scores, differences) = comparison.Lines(summary);
        if (BenchmarkLine.Of(spec.Definition.Benchmark!, scores, differences, sides.Before) is not { IsEmpty: false } lines)
        {
            return new Compared([], "nothing of the suite scores the candidate by this criterion");
        }

        // Once more and in another order: how many pairs there are says how well the baseline is known, and has to be known before the first.
        var pass = BenchmarkPass.Begin(run, first, book.Evidence.Begun(spec, comparison.Suite, summary, sides.Before), differences);
        foreach (var shard in BenchmarkPass.Order(run, after.Suite.Plan.Partitions).Intersect(Shards(after)))
        {
            var pairs = new List<PairedScore>();
            await foreach (var page in Pages(before, after, shard))
            {
                pairs.AddRange(comparison.Pairs(page));
            }

            pass = pass.Take(pairs);
        }

        return new Compared(lines, null, pass);
    }

    private static int[] Shards(RunSpec run) => [.. Enumerable.Range(0, run.Suite.Plan.Partitions).Where(shard => run.Suite.Plan.Segments[shard] > 0)];

    /// <summary>A shard's cases with their records in both runs, in pages.</summary>
    private async IAsyncEnumerable<ImmutableArray<(Case Case, CaseRecord? First, CaseRecord? Second)>> Pages(RunSpec before, RunSpec after, int shard)
    {
        var then = (await grains.Shard(before.Run, shard).Records()).Records.ToDictionary(record => record.Case);
        for (var from = 0; ;)
        {
            var page = await grains.Shard(after.Run, shard).Page(after, from, CasesOfAPage, texts: false);
            yield return [.. page.Cases.Select(one => (one.Exhibit.Case, then.GetValueOrDefault(one.Record.Case), (CaseRecord?)one.Record))];
            from += page.Cases.Length;
            if (page.Cases.IsEmpty || from >= page.Finished)
            {
                yield break;
            }
        }
    }

    /// <summary>What a comparison came to.</summary>
    /// <param name="Why">Why nothing was compared; null where something was.</param>
    private sealed record Compared(ImmutableArray<BenchmarkLine> Lines, string? Why, BenchmarkPass? Pass = null);
}
