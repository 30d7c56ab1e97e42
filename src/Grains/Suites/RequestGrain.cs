using Assize.Evaluation;

namespace Assize.Grains.Suites;

[GrainType("request")]
internal sealed class RequestGrain([PersistentState("request")] IPersistentState<Kept<Claim>> state) : Grain, IRequestGrain
{
    public async Task<RunId> Claim(RunId run)
    {
        DeactivateOnIdle();
        if (state.State.Value is null)
        {
            state.State.Value = new Claim(run);
            await this.Save(state);
        }

        return state.State.Value.Run;
    }

    public async Task Release()
    {
        DeactivateOnIdle();
        await this.Clear(state);
    }
}
