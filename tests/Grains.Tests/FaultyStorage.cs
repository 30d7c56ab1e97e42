using Orleans.Runtime;
using Orleans.Storage;

namespace Assize.Grains.Tests;

/// <summary>How a write goes wrong.</summary>
internal enum Fault
{
    None,

    /// <summary>Nothing is written.</summary>
    Refused,

    /// <summary>It is written, and nobody hears of it.</summary>
    Unanswered,
}

/// <summary>A store whose writes go wrong as a test wants.</summary>
internal sealed class FaultyStorage(IGrainStorage inner) : IGrainStorage
{
    /// <summary>Which writes go wrong, by the name of the state and the grain.</summary>
    public static Func<string, GrainId, Fault>? Writes { get; set; }

    /// <summary>What a write waits for, by the name of the state and the grain.</summary>
    public static Func<string, GrainId, Task>? Holds { get; set; }

    /// <summary>Which deletions go wrong; nothing is deleted then.</summary>
    public static Func<string, GrainId, bool>? Clears { get; set; }

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => inner.ReadStateAsync(stateName, grainId, grainState);

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await (Holds?.Invoke(stateName, grainId) ?? Task.CompletedTask);
        switch (Writes?.Invoke(stateName, grainId) ?? Fault.None)
        {
            case Fault.Refused:
                throw new IOException("the store is away");
            case Fault.Unanswered:
                // What the grain knows of it stays as it was.
                await inner.WriteStateAsync(stateName, grainId, new GrainState<T>(grainState.State, grainState.ETag) { RecordExists = grainState.RecordExists });
                throw new IOException("the store's answer was lost");
            default:
                await inner.WriteStateAsync(stateName, grainId, grainState);
                break;
        }
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        Clears?.Invoke(stateName, grainId) is true ? throw new IOException("the store is away") : inner.ClearStateAsync(stateName, grainId, grainState);
}
