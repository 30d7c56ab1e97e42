using Assize.Evaluation;
using Assize.Evaluation.Runs;

using Orleans.Placement;

namespace Assize.Grains.Suites;

[PreferLocalPlacement]
[GrainType("run-page")]
internal sealed class RunPageGrain([PersistentState("run-page")] IPersistentState<Kept<RunPage>> state) : Grain, IRunPageGrain
{
    private RunPage Page => state.State.Value ?? RunPage.Empty;

    public async Task<bool> Add(RunEntry entry)
    {
        if (Page.Find(entry.Run) is not null)
        {
            return true;
        }

        if (Page.IsFull)
        {
            return false;
        }

        await Keep(Page.With(entry));
        return true;
    }

    public Task<RunPage> Get() => Task.FromResult(Page);

    public async Task Mark(RunId run, RunFate fate)
    {
        if (Page.Find(run) is { } entry && entry.Fate != fate)
        {
            await Keep(Page.With(entry with { Fate = fate }));
        }
    }

    public async Task Hold(RunId run, RunHolders holders)
    {
        if (Page.Find(run) is { } entry)
        {
            await Keep(Page.With(entry with { Holders = holders.Monitors.IsEmpty ? null : holders }));
        }
    }

    public async Task<bool> Remove(RunId run)
    {
        if (Page.Without(run) is { Entries.IsEmpty: false } rest)
        {
            await Keep(rest);
            return false;
        }

        await this.Clear(state);
        DeactivateOnIdle();
        return true;
    }

    private Task Keep(RunPage page) => this.Save(state, page);
}
