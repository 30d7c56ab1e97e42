using Assize.Evaluation;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Suites;
using Assize.Grains.Models;

namespace Assize.Grains.Runs;

/// <summary>The completions that a shard's run used, and their release. Also those of cases that were cut off: prompts are made again, and whatever is kept for one is found.</summary>
/// <param name="mayStop">Whether a budget may have ended the run while cases were under way.</param>
internal sealed class ShardReplies(RunSpec spec, bool mayStop, InstallationSecret secret, IGrainFactory grains)
{
    private const int AtOnce = 32;

    /// <summary>Lets the completions go, or makes the ledger a list of them; answers what is left to keep.</summary>
    public async Task<ShardLedger?> Remove(ShardLedger ledger, Func<Task<IEnumerable<Exhibit>>> cases, bool keepReplies)
    {
        var used = await Of(ledger, cases);
        if (keepReplies && used.Count > 0)
        {
            return ShardLedger.Empty with { Left = [.. used] };
        }

        foreach (var some in used.Chunk(AtOnce))
        {
            await Task.WhenAll(some.Select(key => grains.Completion(key).Release(spec.Run)));
        }

        return null;
    }

    private async Task<HashSet<CompletionKey>> Of(ShardLedger ledger, Func<Task<IEnumerable<Exhibit>>> cases)
    {
        var used = ledger.Used().ToHashSet();
        if (ledger.Left is null && (ledger.Cancelled || mayStop))
        {
            var finished = ledger.Records.Select(record => record.Case).ToHashSet();
            var work = new CaseWork(spec.Suite.Definition, Principal.Of(spec), secret);
            foreach (var exhibit in (await cases()).Where(exhibit => !finished.Contains(exhibit.Case.Id)))
            {
                var asker = new RereadingAsker(spec.Tenant, spec.Models, grains);
                await work.Record(exhibit, asker);
                used.UnionWith(asker.Found);
            }
        }

        return used;
    }
}
