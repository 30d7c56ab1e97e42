using Assize.Evaluation.Monitors;
using Microsoft.Extensions.Logging;

namespace Assize.Grains.Monitors;

[GrainType("monitors")]
internal sealed class MonitorsGrain(
    [PersistentState("monitors")] IPersistentState<Kept<MonitorSet>> state, ILogger<MonitorsGrain> log) : Grain, IMonitorsGrain, IRemindable
{
    /// <summary>Stands while there are monitors: whatever else is lost, it comes due somewhere and what was drawn is judged.</summary>
    private const string PendingReminder = "pending-samples";

    private static readonly TimeSpan Watch = TimeSpan.FromMinutes(1);

    private Task resuming = Task.CompletedTask;

    private MonitorSet Set => state.State.Value ?? MonitorSet.Empty;

    public async Task Note(MonitorEntry entry)
    {
        if (Set.Monitors.IsEmpty)
        {
            await this.RegisterOrUpdateReminder(PendingReminder, Watch, Watch);
        }

        await Keep(Set.With(entry));
    }

    public Task Forget(MonitorName name) => Keep(Set.Without(name));

    public Task<MonitorSet> List() => Task.FromResult(Set);

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (Set.Monitors.IsEmpty)
        {
            if (await this.GetReminder(reminderName) is { } reminder)
            {
                await this.UnregisterReminder(reminder);
            }
        }
        else if (resuming.IsCompleted)
        {
            // Not waited for here: a monitor that is noted again calls this grain.
            resuming = Resume();
        }
    }

    private async Task Resume()
    {
        // Several at once leave this grain's turns, in which alone its own factory may be asked for.
        var (tenant, grains) = (Addresses.TenantOf(this.GetPrimaryKeyString()), GrainFactory);
        foreach (var failed in await Undeterred.ForEach(Set.Monitors, monitor => grains.Monitor(tenant, monitor.Name).Resume(), CancellationToken.None))
        {
            MonitorLog.NotYet(log, failed.GetBaseException().Message);
        }
    }

    private Task Keep(MonitorSet next) => this.Save(state, next);
}
