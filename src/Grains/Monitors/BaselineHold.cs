using Assize.Evaluation.Monitors;

namespace Assize.Grains.Monitors;

/// <summary>
/// Sees to it that the run which a monitor's benchmark is held against is not removed: the ledger names it first, and then its suite is told. What is not needed any more is let go at the suite first and then
/// forgotten, so that a loss in between leaves neither a run that is held for nobody nor one that is used and not held.
/// </summary>
internal sealed class BaselineHold(LedgerChanges changes, IGrainFactory grains)
{
    /// <summary>What the suite has said yes to since this activation began: it is asked once more after each.</summary>
    private HeldRun? sure;

    public bool IsDue => changes.Found is { } ledger && (ledger.WantedRun() != sure || !ledger.UnwantedRuns().IsEmpty);

    public async Task WorkThrough()
    {
        if (!IsDue)
        {
            return;
        }

        var ledger = await changes.Change(ledger => ledger.Holding());
        if (ledger.WantedRun() is var wanted && wanted != sure)
        {
            if (wanted is not null && !await grains.Suite(ledger.Spec.Tenant, wanted.Suite).Hold(wanted.Run, ledger.Spec.Definition.Name, held: true))
            {
                await changes.Change(now => now.BaselineLost(wanted.Run).LetGo(wanted));
            }
            else
            {
                sure = wanted;
            }
        }

        foreach (var unwanted in changes.Ledger.UnwantedRuns())
        {
            await LetGo(changes.Ledger, unwanted);
            await changes.Change(now => now.LetGo(unwanted));
        }
    }

    /// <summary>Lets all runs go: the monitor is deleted.</summary>
    public async Task Discard(MonitorLedger last)
    {
        foreach (var held in last.Held)
        {
            await LetGo(last, held);
        }
    }

    private async Task LetGo(MonitorLedger ledger, HeldRun held)
    {
        sure = held == sure ? null : sure;
        await grains.Suite(ledger.Spec.Tenant, held.Suite).Hold(held.Run, ledger.Spec.Definition.Name, held: false);
    }
}
