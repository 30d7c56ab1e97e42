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
}
