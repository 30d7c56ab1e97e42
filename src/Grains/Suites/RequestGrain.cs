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
            await this.Save(state, new Claim(run));
        }

        return state.State.Value!.Run;
    }

    public Task<RunId?> Find()
    {
        DeactivateOnIdle();
        return Task.FromResult(state.State.Value?.Run);
    }

    public async Task Release(RunId run)
    {
        DeactivateOnIdle();
        await (state.State.Value is { } claim && claim.Run != run ? Task.CompletedTask : this.Clear(state));
    }
}
