using Assize.Evaluation;
using Assize.Evaluation.Suites;
using Assize.Grains.Runs;
using Microsoft.Extensions.Logging;

namespace Assize.Grains.Suites;

/// <summary>Deletes cases, of which a version may have a million, while the suite goes on answering. The suite's ledger names them before, so that whoever has the suite next goes on where this is broken off.</summary>
internal sealed class CaseRemoval(IGrainFactory grains, ILogger log)
{
    private readonly HashSet<string> gone = [];
    private Task working = Task.CompletedTask;

    public bool IsAtWork => !working.IsCompleted;

    /// <summary>The ledger without cases that are known to be deleted.</summary>
    public SuiteLedger Noted(SuiteLedger ledger) =>
        ledger.Dropped.Any(plan => gone.Contains(plan.Upload)) ? ledger with { Dropped = ledger.Dropped.RemoveAll(plan => gone.Contains(plan.Upload)) } : ledger;

    /// <summary>Deletes the cases of versions that were dropped.</summary>
    public void Drop(SuiteLedger ledger)
    {
        if (!IsAtWork && !ledger.Dropped.IsEmpty)
        {
            working = Delete(ledger.Suite.Name, ledger.Dropped, () => Task.CompletedTask);
        }
    }

    /// <summary>Deletes all cases of a suite.</summary>
    /// <param name="ledger">The suite's, which is noted as leaving.</param>
    /// <param name="afterwards">What is left to be done then.</param>
    public void DropAll(SuiteLedger ledger, Func<Task> afterwards)
    {
        if (!IsAtWork)
        {
            working = Delete(ledger.Suite.Name, ledger.Suite.Versions.Select(version => version.Plan).Concat(ledger.Dropped), afterwards);
        }
    }

    private async Task Delete(SuiteName suite, IEnumerable<CasePlan> plans, Func<Task> afterwards)
    {
        try
        {
            foreach (var plan in plans)
            {
                await grains.DeleteCases(plan);
                gone.Add(plan.Upload);
            }

            await afterwards();
        }
        catch (Exception broken)
        {
            // Noted in the ledger: whoever looks after the tenant comes back to it.
            RunLog.CasesNotRemoved(log, suite.Value, broken.GetBaseException().Message);
        }
    }
}
