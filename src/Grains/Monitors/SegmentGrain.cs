using Assize.Evaluation.Monitors;
using Orleans.Placement;

namespace Assize.Grains.Monitors;

[PreferLocalPlacement]
[GrainType("segment")]
internal sealed class SegmentGrain(
    [PersistentState("segment")] IPersistentState<Kept<SampleSegment>> state) : Grain, ISegmentGrain
{
    public Task Put(SampleSegment segment) => this.Put(state, segment);

    public Task<SampleSegment?> Find() => Task.FromResult(state.State.Value);

    public async Task Delete()
    {
        if (state.State.Value is not null)
        {
            await this.Clear(state);
        }

        DeactivateOnIdle();
    }
}
