using Assize.Evaluation.Runs;
using Microsoft.Extensions.Logging;

namespace Assize.Grains.Runs;

/// <summary>How a run at work looks: asked for often by many, found out as seldom as its ledgers are saved.</summary>
internal sealed class RunSight(IGrainFactory grains, RunOptions options, TimeProvider time, ILogger log)
{
    private RunProgress? lately;
    private long latelyAt;

    public async Task<RunProgress> Look(Func<RunLedger> ledger, ShardsAtWork atWork, string? trouble)
    {
        if (lately is not null && time.GetElapsedTime(latelyAt) < options.SaveEvery)
        {
            return lately;
        }

        var spec = ledger().Spec;
        await atWork.Look(spec);
        latelyAt = time.GetTimestamp();
        var soFar = Report.From(spec, ledger().Total(atWork.Summaries), RunStatus.Running, null);
        return lately = new RunProgress(soFar, time.GetUtcNow(), atWork.InFlight, atWork.Trouble ?? trouble ?? await new RunWaits(grains, log).Why(spec));
    }
}
