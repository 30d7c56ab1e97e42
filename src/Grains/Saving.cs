using Orleans.Runtime;
using Orleans.Storage;

namespace Assize.Grains;

/// <summary>Writes a grain's state. Where another activation has written meanwhile, this one knows too little to go on: it goes, and the next call reads anew.</summary>
internal static class Saving
{
    /// <summary>Takes a grain's state out of the store; where there is none, that is done already.</summary>
    public static async Task Clear<T>(this IGrainBase grain, IPersistentState<T> state)
    {
        try
        {
            await (state.RecordExists ? state.ClearStateAsync() : Task.CompletedTask);
        }
        catch (InconsistentStateException)
        {
            grain.DeactivateOnIdle();
            throw;
        }
    }

    public static async Task Save<T>(this IGrainBase grain, IPersistentState<T> state)
    {
        try
        {
            await state.WriteStateAsync();
        }
        catch (InconsistentStateException)
        {
            grain.DeactivateOnIdle();
            throw;
        }
    }

    /// <summary>The same, and where the write failed the store is asked whether it succeeded all the same: what is stored without being known of would never be deleted.</summary>
    public static async Task Put<T>(this IGrainBase grain, IPersistentState<Kept<T>> state, T value)
        where T : class
    {
        try
        {
            await grain.Save(state, value);
        }
        catch (Exception)
        {
            grain.DeactivateOnIdle();
            await state.ReadStateAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            throw;
        }
    }

    /// <summary>Makes a new state the grain's once it is kept; one that is the old one is not written again.</summary>
    public static async Task Save<T>(this IGrainBase grain, IPersistentState<Kept<T>> state, T next)
        where T : class
    {
        var before = state.State.Value;
        if (ReferenceEquals(before, next))
        {
            return;
        }

        state.State.Value = next;
        try
        {
            await grain.Save(state);
        }
        catch
        {
            state.State.Value = before;
            throw;
        }
    }
}
