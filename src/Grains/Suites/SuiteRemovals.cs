using Assize.Evaluation;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Suites;

namespace Assize.Grains.Suites;

/// <summary>How runs of a suite, and at last its cases, are taken out of the store. Every step is noted before it is taken, and may be taken again.</summary>
internal sealed class SuiteRemovals(IGrainFactory grains, TenantName tenant, SuiteName suite, RunPages pages)
{
    /// <summary>Runs that are removed at once because they are due.</summary>
    private const int RunsAtOnce = 16;

    /// <summary>Begins to remove a run; false when it is at work.</summary>
    public async Task<bool> Begin(SuiteLedger ledger, IRunPageGrain page, RunEntry entry, RunFate fate)
    {
        if (!await grains.Run(entry.Run).Ended())
        {
            return false;
        }

        await grains.Tenant(tenant).Opened(suite, entry.Run);
        await page.Mark(entry.Run, fate);
        await GoOn(ledger, entry with { Fate = fate });
        return true;
    }

    /// <summary>Gives the order for a run that is noted as being removed, once more where it was given before.</summary>
    public Task GoOn(SuiteLedger ledger, RunEntry entry) => grains.Removal(entry.Run).Begin(new Removal
    {
        Spec = entry.Parts.Spec(tenant, entry.Run, ledger.Suite.Find(entry.Parts.Version) ?? throw new InvalidOperationException($"suite '{suite}' has no version {entry.Parts.Version}")),
        KeepReplies = entry.Fate is RunFate.Stripping,
    });

    /// <summary>Begins with some of what is due; answers how many.</summary>
    public async Task<int> BeginSome(SuiteLedger ledger, Func<RunEntry, RunFate> due)
    {
        var begun = 0;
        await foreach (var (page, entry, fate) in pages.Due(ledger, due))
        {
            begun += await Begin(ledger, page, entry, fate) ? 1 : 0;
            if (begun == RunsAtOnce)
            {
                break;
            }
        }

        return begun;
    }

    /// <summary>Whether a monitor's anchors or benchmark are the suite's.</summary>
    public async Task<bool> IsNeeded() => (await grains.Monitors(tenant).List()).Using(suite).Any();

    /// <summary>Versions that were replaced longer ago than anything is kept, and that no run and no monitor needs.</summary>
    public async Task<IReadOnlyCollection<SuiteContents>> Unneeded(SuiteLedger ledger, Expiry due)
    {
        SuiteContents[] replaced = [.. ledger.Suite.ReplacedBefore(due.Runs)];
        if (replaced.Length == 0)
        {
            return [];
        }

        var monitors = (await grains.Monitors(tenant).List()).Using(suite).ToArray();
        var run = await pages.Versions(ledger);
        return [.. replaced.Where(version => !run.Contains(version.Version) && !monitors.Any(monitor => monitor.Needs(version.Version)))];
    }
}
