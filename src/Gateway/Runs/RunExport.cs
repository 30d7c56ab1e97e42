using System.Runtime.CompilerServices;
using Assize.Evaluation.Runs;
using Assize.Gateway.Translation;
using Assize.Grains;
using Assize.Grains.Runs;

namespace Assize.Gateway.Runs;

/// <summary>Everything a run found out, page by page. The shards are asked for a page when the one before has been taken: a reader that is slow, or stops, holds nothing up.</summary>
internal sealed class RunExport(IGrainFactory grains, RunSpec spec, V1.ExportRunRequest request, TimeProvider time)
{
    private const int CasesOfAPage = 128;

    /// <summary>With texts a page is made of hundreds of stored replies: a shard at work should not be kept from it for long.</summary>
    private const int CasesWithTexts = 16;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ExportRows rows = new(spec, request.Texts);
    private ExportCursor cursor = ExportCursor.Read(request.Cursor);

    public async IAsyncEnumerable<V1.ExportRunResponse> Messages([EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            // Asked first: what a run had found when it ended is in its shards by then.
            var status = (await grains.Run(spec.Run).Progress().WaitAsync(cancellation)).Report.Status;
            var ended = status is not RunStatus.Running;
            for (var shard = cursor.Done; shard < spec.Suite.Plan.Partitions && (ended || shard < cursor.Done + RunLedger.Window); shard++)
            {
                ShardPage page;
                do
                {
                    page = await grains.Shard(spec.Run, shard).Page(spec, cursor.Of(shard), request.Texts ? CasesWithTexts : CasesOfAPage, request.Texts).WaitAsync(cancellation);
                    if (page.Cases.Length > 0)
                    {
                        cursor = cursor.Past(shard, page.Cases.Length);
                        yield return Message(status, page);
                    }
                }
                while (cursor.Of(shard) < page.Finished);
                cursor = ended || page.Whole ? cursor.Finish(shard) : cursor;
            }

            if (ended || !request.Follow)
            {
                // Of a run that was removed meanwhile the shards had nothing more: it is not to pass for whole. The run goes before the first of its shards.
                await grains.Run(spec.Run).Progress().WaitAsync(cancellation);
                var last = Message(status, new ShardPage([], 0, false));
                last.Complete = ended;
                yield return last;
                yield break;
            }

            await Task.Delay(Pause, time, cancellation);
        }
    }

    private V1.ExportRunResponse Message(RunStatus status, ShardPage page) => new()
    {
        Rows = { page.Cases.SelectMany(rows.Of) },
        Cursor = cursor.Token(),
        Status = status.ToProto(),
        Cases = spec.Suite.Cases,
        CasesExported = cursor.Cases,
    };
}
