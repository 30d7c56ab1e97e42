using Assize.Evaluation.Suites;
using Orleans.Placement;

namespace Assize.Grains.Suites;

[PreferLocalPlacement]
[GrainType("chunk")]
internal sealed class ChunkGrain(
    [PersistentState("chunk")] IPersistentState<Kept<Chunk>> state) : Grain, IChunkGrain
{
    public async Task Put(Chunk chunk)
    {
        await this.Put(state, chunk);
        DeactivateOnIdle();
    }

    public Task<Chunk> Get()
    {
        DeactivateOnIdle();
        return Task.FromResult(state.State.Value ?? throw new InvalidOperationException($"chunk {this.GetPrimaryKeyString()} is not stored"));
    }

    public async Task Delete()
    {
        await this.Clear(state);
        DeactivateOnIdle();
    }
}
