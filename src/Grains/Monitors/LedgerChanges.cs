using Assize.Evaluation.Monitors;

namespace Assize.Grains.Monitors;

/// <summary>A monitor's ledger, changed by one at a time and saved before the change counts; what is to be told of its alarms is saved with it.</summary>
internal sealed class LedgerChanges(IGrainBase grain, IPersistentState<KeptIfLegible<MonitorLedger>> state, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim one = new(1, 1);

    /// <summary>Whether what is stored may be other than what is known: at the beginning, for another activation may not have ended, and after a write that failed, for it may have succeeded.</summary>
    private bool doubtful = true;

    /// <summary>The ledger, or nothing where there is no monitor.</summary>
    /// <exception cref="UnreadableStateException">It is stored and cannot be read. The activation goes, so that the next call looks again: somebody may have put it right.</exception>
    public MonitorLedger? Found => IsReadable ? state.State.Value : throw Unreadable();

    public bool IsReadable => state.State.Unreadable is null;

    /// <summary>Hears of every change that was saved: what was, and what is now; nothing once it is deleted.</summary>
    public Action<MonitorLedger?, MonitorLedger?>? Saved { get; set; }

    public MonitorLedger Ledger => Found ?? throw new InvalidOperationException($"monitor {grain.GrainContext.GrainId.Key} does not exist");

    public Task<MonitorLedger> Change(Func<MonitorLedger, MonitorLedger> change) => Change(_ => Task.FromResult(change(Ledger)));

    public async Task<MonitorLedger> Change(Func<MonitorLedger?, Task<MonitorLedger>> change)
    {
        await one.WaitAsync();
        try
        {
            await (doubtful ? MakeSure() : Task.CompletedTask);
            var before = state.State.Value;
            var next = await change(Found);
            if (!ReferenceEquals(next, before))
            {
                next = before is null ? next : next.Announced(before, time.GetUtcNow()).Remembering(before).RememberingRound(before);
                await Save(before, next);
                Saved?.Invoke(before, next);
            }

            return next;
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
            await (doubtful ? MakeSure() : Task.CompletedTask);
            await (IsReadable && Found is { } last ? before(last) : Task.CompletedTask);
            await state.ClearStateAsync();
            (state.State.Value, state.State.Unreadable) = (null, null);
            Saved?.Invoke(null, null);
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>Does something while there is no monitor and none is made.</summary>
    public async Task WhileNone(Func<Task> act)
    {
        await one.WaitAsync();
        try
        {
            await (IsReadable && state.State.Value is null ? act() : Task.CompletedTask);
        }
        finally
        {
            one.Release();
        }
    }

    public void Dispose() => one.Dispose();

    /// <summary>Reads what is stored, and fences it.</summary>
    private async Task MakeSure()
    {
        var known = state.State.Value;
        await state.ReadStateAsync();
        if (IsReadable && state.State.Value is { } stored)
        {
            await Save(stored, Fence.Set(stored));
            Saved?.Invoke(known ?? stored, state.State.Value);
        }

        doubtful = false;
    }

    private async Task Save(MonitorLedger? before, MonitorLedger next)
    {
        state.State.Value = next;
        try
        {
            await grain.Save(state);
        }
        catch
        {
            (state.State.Value, doubtful) = (before, true);
            throw;
        }
    }

    private UnreadableStateException Unreadable()
    {
        grain.DeactivateOnIdle();
        return new($"what is stored of monitor {grain.GrainContext.GrainId.Key} cannot be read: {state.State.Unreadable}");
    }
}
