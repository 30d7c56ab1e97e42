using System.Collections.Immutable;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Suites;
using Assize.Grains.Models;

namespace Assize.Grains.Runs;

/// <summary>A shard's cases and what was found out about them: works through what is due, so many cases at once, and notes each finished case for saving.</summary>
internal sealed class ShardWork(RunSpec spec, ImmutableArray<Exhibit> exhibits, IEnumerable<CaseRecord> finished)
{
    private readonly List<CaseRecord> records = [.. finished];

    public int InFlight { get; private set; }

    public ImmutableArray<CaseRecord> Records => [.. records];

    /// <summary>What the finished cases amount to; in the order of their ids, so that it has the same bits whatever finished first.</summary>
    public Summary Found()
    {
        var cases = exhibits.ToDictionary(exhibit => exhibit.Case.Id, exhibit => exhibit.Case);
        return Summary.Of(spec.Suite.Definition, records.OrderBy(record => record.Case.Value, StringComparer.Ordinal).Select(record => (cases[record.Case], record)));
    }

    public Exhibit? Find(Evaluation.CaseId @case) => exhibits.FirstOrDefault(exhibit => exhibit.Case.Id == @case);

    /// <summary>Works until nothing is due; throws what stopped it, after the cases under way have come to rest.</summary>
    public async Task Finish(int atOnce, InstallationSecret secret, IAsker asker, Saver saver)
    {
        var done = records.Select(record => record.Case).ToHashSet();
        var due = new Queue<Exhibit>(exhibits
            .Where(exhibit => !done.Contains(exhibit.Case.Id))
            .OrderBy(exhibit => CasePlan.OrderOf(exhibit.Case.Id, spec.Seed)));
        var judging = new CaseWork(spec.Suite.Definition, Account.Of(spec), secret);
        await Task.WhenAll(Enumerable.Range(0, Math.Min(atOnce, due.Count)).Select(_ => TakeFrom(due, judging, asker, saver)));
        await saver.Flush();
    }

    private async Task TakeFrom(Queue<Exhibit> due, CaseWork judging, IAsker asker, Saver saver)
    {
        while (due.TryDequeue(out var exhibit))
        {
            InFlight++;
            try
            {
                saver.ThrowIfFailed();
                records.Add(await judging.Record(exhibit, asker));
                saver.Note();
            }
            catch
            {
                due.Clear();
                throw;
            }
            finally
            {
                InFlight--;
            }
        }
    }
}
