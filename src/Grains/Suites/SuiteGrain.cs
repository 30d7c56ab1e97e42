using Assize.Evaluation;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Suites;
using Assize.Grains.Runs;
using Microsoft.Extensions.Logging;

namespace Assize.Grains.Suites;

[GrainType("suite")]
internal sealed class SuiteGrain(
    [PersistentState("suite")] IPersistentState<Kept<SuiteLedger>> state, IGrainFactory grains, ILogger<SuiteGrain> log) : Grain, ISuiteGrain
{
    private readonly CaseRemoval cases = new(grains, log);
    private Expiry? expiry;
    private int expiring;

    private TenantName Tenant => Addresses.TenantOf(this.GetPrimaryKeyString());

    private SuiteLedger Ledger => state.State.Value ?? throw new InvalidOperationException($"suite {this.GetPrimaryKeyString()} has no version yet");

    private SuiteName Name => Ledger.Suite.Name;

    private RunPages Pages => new(GrainFactory, Tenant, Name);

    private SuiteRemovals Removals => new(GrainFactory, Tenant, Name, Pages);

    public async Task<SuiteContents> Commit(SuiteContents contents)
    {
        var ledger = state.State.Value?.Staying() ?? new SuiteLedger(new SuiteRecord(contents.Definition.Name, []), []);
        await GrainFactory.Tenant(Tenant).AddSuite(ledger.Suite.Name);
        await Keep(ledger with { Suite = ledger.Suite.With(contents) });
        return Ledger.Suite.Latest;
    }

    public Task<SuiteRecord?> Get() => Task.FromResult(state.State.Value is { Leaving: false } ledger ? ledger.Suite : null);

    public async Task<RunEntry> Start(StartRun request)
    {
        var suite = Ledger.Staying().Suite.Find(request.Version) ?? throw new InvalidOperationException($"suite '{Name}' has no version {request.Version}");
        var (run, entry) = await Pages.Claimed(Ledger, request);
        if (entry is null)
        {
            entry = new RunEntry(run, request.RequestId, new RunSpecParts(
                suite.Version, request.Seed ?? suite.Definition.Seed, request.Models, request.Program, request.At, request.Labels, request.Budget, request.Draw));
            await GrainFactory.Tenant(Tenant).Opened(Name, run);
            await Pages.Add(Ledger, entry, Keep);
        }

        await GoOn(entry);
        return entry;
    }

    public async Task<bool> Resume(RunId run) => state.State.Value is { } ledger && await Pages.Find(ledger, run) is { Entry: var entry } && await GoOn(entry);

    public async Task<RunEntries> Runs(RunId? before, int most) => new(state.State.Value is { Leaving: false } ledger ? await Pages.Before(ledger, before, most) : []);

    public async Task<RemovalAnswer> Remove(RunId run) => state.State.Value is not { } ledger || await Pages.Find(ledger, run) is not { } found
        ? RemovalAnswer.Absent
        : found.Entry.Holders is not null ? RemovalAnswer.Held
        : await Removals.Begin(ledger, found.Page, found.Entry, RunFate.Leaving) ? RemovalAnswer.Begun : RemovalAnswer.InUse;

    public async Task<bool> Hold(RunId run, MonitorName monitor, bool held) => state.State.Value is { } ledger && await Pages.Hold(ledger, run, monitor, held);

    public async Task<RunHolders> Holders(RunId run) => (state.State.Value is { } ledger ? await Pages.Find(ledger, run) : null)?.Entry.Holders ?? new RunHolders([]);

    public async Task Forget(RunId run, bool stripped)
    {
        if (state.State.Value is { } ledger && await Pages.Find(ledger, run) is { } found)
        {
            if (stripped)
            {
                // Where more is wanted by now, that order is given already, and this was not the last word.
                await (found.Entry.Fate is RunFate.Stripping ? found.Page.Mark(run, RunFate.Stripped) : Task.CompletedTask);
            }
            else
            {
                await GrainFactory.Request(Tenant, Name, found.Entry.RequestId).Release(run);
                await (await found.Page.Remove(run) ? Keep(ledger.WithoutPage(found.Number)) : Task.CompletedTask);
            }
        }

        if (expiry is { } due && --expiring <= 0)
        {
            await Expire(due);
        }

        await GoOnLeaving();
    }

    public async Task<RemovalAnswer> Leave()
    {
        if (state.State.Value is not { } ledger || (!ledger.Leaving && await Pages.Any(ledger, entry => entry.Fate is RunFate.Standing)))
        {
            return state.State.Value is null ? RemovalAnswer.Absent : RemovalAnswer.InUse;
        }

        if (!ledger.Leaving && await Removals.IsNeeded())
        {
            return RemovalAnswer.Held;
        }

        await GrainFactory.Tenant(Tenant).Leaving(Name);
        await (ledger.Leaving ? Task.CompletedTask : Keep(ledger with { Leaving = true }));
        await GoOnLeaving();
        return RemovalAnswer.Begun;
    }

    public async Task Expire(Expiry due)
    {
        expiring = state.State.Value is { } ledger ? await Removals.BeginSome(ledger, entry => entry.Holders is null ? due.Of(entry.Fate, entry.Parts.Started) : entry.Fate) : 0;
        expiry = expiring > 0 ? due : null;
        if (expiring == 0 && state.State.Value is { Leaving: false } rest)
        {
            await Keep(cases.Noted(rest).WithoutVersions(await Removals.Unneeded(rest, due)));
            cases.Drop(Ledger);
        }
    }

    /// <summary>Puts an unfinished run to work, or goes on removing one; false when there is nothing to do for it.</summary>
    private async Task<bool> GoOn(RunEntry entry)
    {
        await (entry.Fate switch
        {
            RunFate.Standing => GrainFactory.Run(entry.Run).Start(entry.Parts.Spec(Tenant, entry.Run, Ledger.Suite.Find(entry.Parts.Version)!)),
            RunFate.Stripped => Task.CompletedTask,
            _ => Removals.GoOn(Ledger, entry),
        });
        return entry.Fate is not RunFate.Stripped;
    }

    private async Task GoOnLeaving()
    {
        if (state.State.Value is { Leaving: true } ledger && !cases.IsAtWork
            && await Removals.BeginSome(ledger, entry => entry.Fate is RunFate.Stripped ? RunFate.Leaving : entry.Fate) == 0
            && !await Pages.Any(ledger, _ => true))
        {
            cases.DropAll(ledger, async () =>
            {
                await this.Clear(state);
                await GrainFactory.Tenant(Tenant).Left(ledger.Suite.Name, gone: true);
                DeactivateOnIdle();
            });
        }
    }

    private Task Keep(SuiteLedger ledger) => this.Save(state, ledger);
}
