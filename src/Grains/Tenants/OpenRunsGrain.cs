using Assize.Evaluation;

namespace Assize.Grains.Tenants;

[GrainType("open-runs")]
internal sealed class OpenRunsGrain([PersistentState("open-runs")] IPersistentState<Kept<OpenRuns>> state) : Grain, IOpenRunsGrain
{
    private OpenRuns Open => state.State.Value ?? new OpenRuns([]);

    public Task Add(OpenRun run) => Open.Runs.Contains(run) ? Task.CompletedTask : Keep(new OpenRuns(Open.Runs.Add(run)));

    public Task Remove(RunId run) => Open.Runs.RemoveAll(open => open.Run == run) is var rest && rest.Length < Open.Runs.Length ? Keep(new OpenRuns(rest)) : Task.CompletedTask;

    public Task<OpenRuns> Get() => Task.FromResult(Open);

    private Task Keep(OpenRuns open) => open.Runs.IsEmpty ? this.Clear(state) : this.Save(state, open);
}
