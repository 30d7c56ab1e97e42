using Assize.Evaluation.Monitors;

namespace Assize.Grains.Monitors;

/// <summary>A monitor's ledger, changed by one at a time and saved before the change counts; what is to be told of its alarms is saved with it.</summary>
internal sealed class LedgerChanges(IGrainBase grain, IPersistentState<Kept<MonitorLedger>> state, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim one = new(1, 1);

    public MonitorLedger? Found => state.State.Value;

    /// <summary>Hears of every change that was saved: what was, and what is now; nothing once it is deleted.</summary>
    public Action<MonitorLedger?, MonitorLedger?>? Saved { get; set; }

    public MonitorLedger Ledger => Found ?? throw new InvalidOperationException($"monitor {grain.GrainContext.GrainId.Key} does not exist");

    public Task<MonitorLedger> Change(Func<MonitorLedger, MonitorLedger> change) => Change(_ => Task.FromResult(change(Ledger)));

    public async Task<MonitorLedger> Change(Func<MonitorLedger?, Task<MonitorLedger>> change)
    {
        await one.WaitAsync();
        var before = Found;
        try
        {
            var next = await change(before);
            if (!ReferenceEquals(next, before))
            {
                next = before is null ? next : next.Announced(before, time.GetUtcNow()).Remembering(before).RememberingRound(before);
                state.State.Value = next;
                await grain.Save(state);
                Saved?.Invoke(before, next);
            }

            return next;
        }
        catch
        {
            state.State.Value = before;
            throw;
        }
        finally
        {
            one.Release();
        }
    }

    /// <param name="before">What is to be done with the last of it, while nothing else changes it.</param>
    public async Task Clear(Func<MonitorLedger, Task> before)
    {
        await one.WaitAsync();
        try
        {
            await (Found is { } last ? before(last) : Task.CompletedTask);
            await state.ClearStateAsync();
            state.State.Value = null;
            Saved?.Invoke(null, null);
        }
        finally
        {
            one.Release();
        }
    }

    public void Dispose() => one.Dispose();
}
