using System.Collections.Immutable;
using System.Diagnostics;
using Assize.Evaluation.Budgets;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Suites;
using Assize.Grains.Budgets;
using Assize.Grains.Models;

namespace Assize.Grains.Runs;

/// <summary>A shard's cases and what was found out about them: works through what is due, so many cases at once, and notes each finished case for saving.</summary>
internal sealed class ShardWork(RunSpec spec, ImmutableArray<Exhibit> exhibits, ShardLedger known, Telemetry telemetry)
{
    private readonly Summary cutOffBefore = known.CutOff ?? Summary.Empty;
    private readonly List<CaseRecord> records = [.. known.Records];
    private readonly List<BegunCall> cutOff = [];
    private readonly List<Call> wasted = [];
    private readonly HashSet<CaseCalls> underWay = [];

    public int InFlight { get; private set; }

    public ImmutableArray<CaseRecord> Records => [.. records];

    /// <summary>What the finished cases cost, and calls that were given up.</summary>
    public Costs Spent => records.Aggregate(Spending.Of(GivenUp.Usage), (sum, record) => sum.Plus(Spending.Of(record)));

    private Summary GivenUp => cutOffBefore.Merge(Summary.Cost(wasted, 0));

    /// <summary>A ledger with all that is to be kept of this: whoever has the shard next knows of the calls that were given up from nowhere else.</summary>
    public ShardLedger Kept(ShardLedger ledger) => ledger with { Records = Records, CutOff = wasted.Count > 0 ? GivenUp : ledger.CutOff };

    /// <summary>What the finished cases amount to, in the order of their ids, so that it has the same bits whatever finished first; and what cases that were cut off cost.</summary>
    public Summary Found()
    {
        var cases = exhibits.ToDictionary(exhibit => exhibit.Case.Id, exhibit => exhibit.Case);
        return Summary.Of(spec.Suite.Definition, records.OrderBy(record => record.Case.Value, StringComparer.Ordinal).Select(record => (cases[record.Case], record)))
            .Merge(CutOff());
    }

    /// <summary>The same with what the cases under way have cost so far.</summary>
    public Summary SoFar() => Found().Merge(Summary.Cost(underWay.SelectMany(calls => calls.Begun).Select(call => call.Reply).Where(reply => reply.IsCompletedSuccessfully).Select(reply => reply.Result.Call), 0));

    /// <summary>What cases that were cut off cost, and calls that were given up; also where that was before the shard was loaded.</summary>
    public Summary CutOff() => GivenUp.Merge(Cost(cutOff));

    /// <summary>Takes in what a call took that was given up.</summary>
    public void Waste(Call call) => wasted.Add(call);

    /// <summary>Whether cases were cut off here, and not before the shard was loaded.</summary>
    public bool Cut => cutOff.Count > 0;

    /// <summary>What the calls that are not answered yet cost, once they are, also those that are given up then; null when there are none.</summary>
    public Task<Summary>? Late() => cutOff.Where(call => !call.Reply.IsCompleted).ToArray() is { Length: > 0 } late ? CostOf(late, wasted.Count) : null;

    /// <summary>The calls that are not answered yet, for whoever has the shard next; null when there are none.</summary>
    public ImmutableArray<OpenCall>? Open() => !Cut ? known.Open : cutOff.Where(call => !call.Reply.IsCompleted).Select(Open).ToImmutableArray() is { IsEmpty: false } open ? open : null;

    public IEnumerable<Exhibit> Cases => exhibits;

    public int Count => exhibits.Length;

    /// <summary>The cases of a shard, from where its suite keeps them.</summary>
    public static async Task<ImmutableArray<Exhibit>> Exhibits(IGrainFactory grains, RunSpec spec, int shard)
    {
        var plan = spec.Suite.Plan;
        var chunks = await Task.WhenAll(Enumerable.Range(0, plan.Segments[shard]).Select(segment => grains.Chunk(plan.Upload, shard, segment).Get()));
        return [.. chunks.SelectMany(chunk => chunk.Exhibits)];
    }

    public Exhibit? Find(Evaluation.CaseId @case) => exhibits.FirstOrDefault(exhibit => exhibit.Case.Id == @case);

    /// <summary>A finished case with its texts; nothing when it is not finished.</summary>
    public async Task<CaseReading?> Read(Evaluation.CaseId @case, CaseRereading rereading) =>
        Find(@case) is { } exhibit && records.FirstOrDefault(one => one.Case == @case) is { } record
            ? await rereading.Read(exhibit, record)
            : null;

    /// <summary>Works until nothing is due, or no money is left for it; throws what stopped it, after the cases under way have come to rest.</summary>
    /// <param name="rations">The shard's money; null when nothing bounds it, and then nothing is counted.</param>
    public async Task Finish(int atOnce, InstallationSecret secret, IAsker asker, Rations? rations, Saver saver, CancellationToken abandon)
    {
        // What was cut off before is asked for again, and counts then.
        cutOff.Clear();
        rations?.Open();
        var done = records.Select(record => record.Case).ToHashSet();
        var due = new Queue<Exhibit>(exhibits
            .Where(exhibit => !done.Contains(exhibit.Case.Id))
            .OrderBy(exhibit => CasePlan.OrderOf(exhibit.Case.Id, spec.Seed)));
        var judging = new CaseWork(spec.Suite.Definition, Principal.Of(spec), secret);
        var begun = Activity.Current?.Context;
        await Task.WhenAll(Enumerable.Range(0, Math.Min(atOnce, due.Count)).Select(_ => TakeFrom(due, judging, asker, rations, saver, begun, abandon)));
        await saver.Flush();
        await (rations?.Close() ?? Task.CompletedTask);
    }

    private async Task TakeFrom(Queue<Exhibit> due, CaseWork judging, IAsker asker, Rations? rations, Saver saver, ActivityContext? begun, CancellationToken abandon)
    {
        while (due.TryDequeue(out var exhibit))
        {
            InFlight++;
            var calls = new CaseCalls(asker, abandon);
            underWay.Add(calls);
            try
            {
                saver.ThrowIfFailed();
                using var span = Spans.Case(spec, exhibit.Case.Id, begun);
                if (await Judged(exhibit, judging, calls, rations, due.Count) is var (record, imitates))
                {
                    records.Add(record);
                    telemetry.CaseJudged(spec.Suite.Definition, record, imitates);
                    saver.Note();
                }
                else
                {
                    due.Clear();
                }
            }
            catch
            {
                due.Clear();
                cutOff.AddRange(calls.Begun);
                throw;
            }
            finally
            {
                InFlight--;
                underWay.Remove(calls);
            }
        }
    }

    private async Task<(CaseRecord Record, bool Imitates)?> Judged(Exhibit exhibit, CaseWork judging, IAsker asker, Rations? rations, int due)
    {
        if (rations is null)
        {
            return await judging.Record(exhibit, asker);
        }

        rations.Due = due;
        return await MeteredCase.Record(rations, Principal.Of(spec), spec.Suite.Definition, judging, exhibit, asker);
    }

    private OpenCall Open(BegunCall call) => new(CompletionRequest.KeyOf(spec.Tenant, spec.Models.Find(call.Prompt.Model)!, call.Prompt), call.Prompt.Model, call.Payer);

    /// <param name="before">How many calls had been given up before these were waited for.</param>
    private async Task<Summary> CostOf(BegunCall[] calls, int before)
    {
        await ((Task)Task.WhenAll(calls.Select(call => call.Reply))).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        return Cost(calls).Merge(Summary.Cost(wasted.Skip(before), 0));
    }

    private static Summary Cost(IEnumerable<BegunCall> calls)
    {
        var ended = calls.Select(call => call.Reply).ToLookup(reply => reply.IsCompleted);
        return Summary.Cost(ended[true].Where(reply => reply.IsCompletedSuccessfully).Select(reply => reply.Result.Call), ended[false].Count());
    }
}
