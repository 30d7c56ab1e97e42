using Assize.Evaluation;
using Microsoft.Extensions.Logging;

namespace Assize.Grains.Tenants;

[GrainType("tenant")]
internal sealed partial class TenantGrain(
    [PersistentState("tenant")] IPersistentState<Kept<TenantLedger>> state, RetentionOptions retention, TimeProvider time, ILogger<TenantGrain> log) : Grain, ITenantGrain, IRemindable
{
    /// <summary>Stands while a run is unfinished: whatever else is lost, it comes due somewhere and puts the run back to work.</summary>
    private const string OpenRunsReminder = "open-runs";

    /// <summary>Stands while runs are kept for a time only.</summary>
    private const string RetentionReminder = "retention";

    private static readonly TimeSpan Watch = TimeSpan.FromMinutes(1);

    private Task resuming = Task.CompletedTask;
    private Task expiring = Task.CompletedTask;
    private bool watching;

    private TenantName Name => Addresses.TenantOf(this.GetPrimaryKeyString());

    private TenantLedger Ledger => state.State.Value ?? TenantLedger.Empty;

    public Task AddSuite(SuiteName suite) => Keep(Ledger.WithSuite(suite));

    public Task<SuiteNames> Suites() => Task.FromResult(new SuiteNames(Ledger.Suites));

    public async Task Opened(SuiteName suite, RunId run)
    {
        await BeginWatch();
        await GrainFactory.OpenRuns(Name, OpenRunParts.Of(run)).Add(new OpenRun(suite, run));
    }

    public Task Closed(RunId run) => GrainFactory.OpenRuns(Name, OpenRunParts.Of(run)).Remove(run);

    public async Task<OpenRuns> Open()
    {
        var parts = await Task.WhenAll(Enumerable.Range(0, OpenRunParts.Count).Select(part => GrainFactory.OpenRuns(Name, part).Get()));
        return new OpenRuns([.. parts.SelectMany(part => part.Runs)]);
    }

    public async Task Leaving(SuiteName suite)
    {
        await BeginWatch();
        await Keep(Ledger.WithLeaving(suite));
    }

    public Task Left(SuiteName suite, bool gone) => Keep(Ledger.WithoutLeaving(suite, gone));

    public Task<SuiteNames> LeavingSuites() => Task.FromResult(new SuiteNames(Ledger.Leaving));

    public async Task Expire()
    {
        if (retention.At(time.GetUtcNow()) is { } due && expiring.IsCompleted)
        {
            await this.RegisterOrUpdateReminder(RetentionReminder, retention.Every, retention.Every);
            expiring = Try(() => Task.WhenAll(Ledger.Suites.Select(suite => GrainFactory.Suite(Name, suite).Expire(due))));
        }
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (reminderName == RetentionReminder && retention.Runs is not null)
        {
            await Expire();
        }
        else if (reminderName == RetentionReminder || (Ledger.Leaving.IsEmpty && (await Open()).Runs.IsEmpty))
        {
            watching &= reminderName != OpenRunsReminder;
            if (await this.GetReminder(reminderName) is { } reminder)
            {
                await this.UnregisterReminder(reminder);
            }
        }
        else if (resuming.IsCompleted)
        {
            // Not waited for here: a run that turns out to be finished calls this grain.
            resuming = Try(() => GrainFactory.Resume(Name, CancellationToken.None));
        }
    }

    private async Task BeginWatch()
    {
        if (!watching)
        {
            await this.RegisterOrUpdateReminder(OpenRunsReminder, Watch, Watch);
            watching = true;
        }
    }

    private async Task Try(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception lost) when (lost is not OperationCanceledException)
        {
            NotYet(log, lost.GetBaseException().Message);
        }
    }

    private Task Keep(TenantLedger next) => next == Ledger ? Task.CompletedTask : this.Save(state, next);

    [LoggerMessage(1, LogLevel.Warning, "What is unfinished or due could not be gone on with; the next reminder tries again: {Why}")]
    private static partial void NotYet(ILogger log, string why);
}
