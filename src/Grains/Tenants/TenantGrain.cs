using Assize.Evaluation;
using Microsoft.Extensions.Logging;

namespace Assize.Grains.Tenants;

[GrainType("tenant")]
internal sealed partial class TenantGrain(
    [PersistentState("tenant")] IPersistentState<Kept<TenantLedger>> state, ILogger<TenantGrain> log) : Grain, ITenantGrain, IRemindable
{
    /// <summary>Stands while a run is unfinished: whatever else is lost, it comes due somewhere and puts the run back to work.</summary>
    private const string OpenRunsReminder = "open-runs";

    private static readonly TimeSpan Watch = TimeSpan.FromMinutes(1);

    private Task resuming = Task.CompletedTask;

    private TenantLedger Ledger => state.State.Value ?? TenantLedger.Empty;

    public Task AddSuite(SuiteName suite) => Keep(Ledger.WithSuite(suite));

    public Task<SuiteNames> Suites() => Task.FromResult(new SuiteNames(Ledger.Suites));

    public async Task Opened(SuiteName suite, RunId run)
    {
        if (Ledger.Open.IsEmpty)
        {
            await this.RegisterOrUpdateReminder(OpenRunsReminder, Watch, Watch);
        }

        await Keep(Ledger.WithOpen(new OpenRun(suite, run)));
    }

    public Task Closed(RunId run) => Keep(Ledger.WithoutOpen(run));

    public Task<OpenRuns> Open() => Task.FromResult(new OpenRuns(Ledger.Open));

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (Ledger.Open.IsEmpty)
        {
            if (await this.GetReminder(reminderName) is { } reminder)
            {
                await this.UnregisterReminder(reminder);
            }
        }
        else if (resuming.IsCompleted)
        {
            // Not waited for here: a run that turns out to be finished calls this grain.
            resuming = Resume();
        }
    }

    private async Task Resume()
    {
        try
        {
            await GrainFactory.Resume(Addresses.TenantOf(this.GetPrimaryKeyString()), CancellationToken.None);
        }
        catch (Exception lost) when (lost is not OperationCanceledException)
        {
            NotYet(log, lost.GetBaseException().Message);
        }
    }

    private async Task Keep(TenantLedger next)
    {
        if (next != Ledger)
        {
            state.State.Value = next;
            await state.WriteStateAsync();
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Unfinished runs could not be put back to work; the next reminder tries again: {Why}")]
    private static partial void NotYet(ILogger log, string why);
}
