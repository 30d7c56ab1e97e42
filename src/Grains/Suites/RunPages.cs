using System.Collections.Immutable;
using Assize.Evaluation;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Runs;

namespace Assize.Grains.Suites;

/// <summary>A suite's runs over its pages: what is asked for is looked up on as few of them as it takes.</summary>
internal sealed class RunPages(IGrainFactory grains, TenantName tenant, SuiteName suite)
{
    /// <summary>Writes a run on the last page, or on a new one where that is full.</summary>
    public async Task Add(SuiteLedger ledger, RunEntry entry, Func<SuiteLedger, Task> keep)
    {
        if (ledger.Pages.IsEmpty || !await grains.RunPage(tenant, suite, ledger.Pages[^1].Number).Add(entry))
        {
            var longer = ledger.WithPage(entry.Run);
            await keep(longer);
            await grains.RunPage(tenant, suite, longer.Pages[^1].Number).Add(entry);
        }
    }

    /// <summary>The run that a request stands for, with its entry where it has one already. Whoever makes the run's id himself claims nothing, and may ask again under the same one.</summary>
    /// <exception cref="LeavingException">The run is being removed: its request can start another when that is done.</exception>
    public async Task<(RunId Run, RunEntry? Entry)> Claimed(SuiteLedger ledger, StartRun request)
    {
        if (request.RequestId == request.Run.Value)
        {
            return (request.Run, (await Find(ledger, request.Run))?.Entry);
        }

        var claim = grains.Request(tenant, suite, request.RequestId);
        // A claim that is answered with the id it came with is new, and so is the run.
        if (await claim.Claim(request.Run) is var run && run == request.Run)
        {
            return (run, null);
        }

        switch (await Find(ledger, run))
        {
            case { Entry.Fate: RunFate.Leaving }:
                throw new LeavingException("The run of this request is being removed; what is to come after it has to wait until that is done.");
            case { Entry.Fate: RunFate.Stripping or RunFate.Stripped }:
                // Nothing is left of it that could be answered; its replies stay, and are not paid for again.
                await claim.Release(run);
                return (await claim.Claim(request.Run), null);
            case var found:
                return (run, found?.Entry);
        }
    }

    public async Task<(IRunPageGrain Page, int Number, RunEntry Entry)?> Find(SuiteLedger ledger, RunId run)
    {
        foreach (var number in ledger.Likely(run))
        {
            var page = grains.RunPage(tenant, suite, number);
            if ((await page.Get()).Find(run) is { } entry)
            {
                return (page, number, entry);
            }
        }

        return null;
    }

    /// <summary>Notes that a monitor needs a run, or that it needs it no more; false where the run is not there to be needed.</summary>
    public async Task<bool> Hold(SuiteLedger ledger, RunId run, MonitorName monitor, bool held)
    {
        if (await Find(ledger, run) is not { Entry: { Fate: RunFate.Standing } entry } found)
        {
            return false;
        }

        var holders = entry.Holders?.Monitors ?? [];
        if (holders.Contains(monitor) != held)
        {
            await found.Page.Hold(run, new RunHolders(held ? holders.Add(monitor) : holders.Remove(monitor)));
        }

        return true;
    }

    /// <summary>Standing runs before the given one (or the newest), newest first. A page more than it takes is read at both ends, since ids of two gateways may cross.</summary>
    public async Task<ImmutableArray<RunId>> Before(SuiteLedger ledger, RunId? before, int most)
    {
        var found = new List<RunId>();
        var newest = ledger.Pages.Length - 1;
        var first = before is { } end ? Math.Min(newest, 1 + ledger.Pages.Count(line => string.CompareOrdinal(line.First.Value, end.Value) < 0)) : newest;
        var further = 1;
        foreach (var line in ledger.Pages.Take(first + 1).Reverse())
        {
            if (found.Count >= most && further-- == 0)
            {
                break;
            }

            found.AddRange((await grains.RunPage(tenant, suite, line.Number).Get()).Entries
                .Where(entry => entry.Fate is RunFate.Standing && (before is not { } limit || string.CompareOrdinal(entry.Run.Value, limit.Value) < 0))
                .Select(entry => entry.Run));
        }

        return [.. found.OrderByDescending(run => run.Value, StringComparer.Ordinal).Take(most)];
    }

    public async Task<bool> Any(SuiteLedger ledger, Func<RunEntry, bool> which)
    {
        foreach (var line in ledger.Pages)
        {
            if ((await grains.RunPage(tenant, suite, line.Number).Get()).Entries.Any(which))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Versions of which there is a run, or what is left of one.</summary>
    public async Task<HashSet<SuiteVersion>> Versions(SuiteLedger ledger)
    {
        var versions = new HashSet<SuiteVersion>();
        foreach (var line in ledger.Pages)
        {
            versions.UnionWith((await grains.RunPage(tenant, suite, line.Number).Get()).Entries.Select(entry => entry.Parts.Version));
        }

        return versions;
    }

    /// <summary>Runs for which something else is due than what they are, oldest first.</summary>
    public async IAsyncEnumerable<(IRunPageGrain Page, RunEntry Entry, RunFate Due)> Due(SuiteLedger ledger, Func<RunEntry, RunFate> due)
    {
        foreach (var line in ledger.Pages)
        {
            var page = grains.RunPage(tenant, suite, line.Number);
            foreach (var entry in (await page.Get()).Entries)
            {
                if (due(entry) is var next && next != entry.Fate)
                {
                    yield return (page, entry, next);
                }
            }
        }
    }
}
