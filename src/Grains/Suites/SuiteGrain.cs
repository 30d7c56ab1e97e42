using Assize.Evaluation;
using Assize.Evaluation.Suites;

namespace Assize.Grains.Suites;

[GrainType("suite")]
internal sealed class SuiteGrain(
    [PersistentState("suite")] IPersistentState<Kept<SuiteLedger>> state) : Grain, ISuiteGrain
{
    private TenantName Tenant => Addresses.TenantOf(this.GetPrimaryKeyString());

    private SuiteLedger Ledger => state.State.Value ?? throw new InvalidOperationException($"suite {this.GetPrimaryKeyString()} has no version yet");

    public async Task<SuiteContents> Commit(SuiteContents contents)
    {
        var name = contents.Definition.Name;
        await GrainFactory.Tenant(Tenant).AddSuite(name);
        var ledger = state.State.Value ?? new SuiteLedger(new SuiteRecord(name, []), []);
        state.State.Value = ledger with { Suite = ledger.Suite.With(contents) };
        await state.WriteStateAsync();
        return Ledger.Suite.Latest;
    }

    public Task<SuiteRecord?> Get() => Task.FromResult(state.State.Value?.Suite);

    public async Task<RunEntry> Start(StartRun request)
    {
        var entry = Ledger.Runs.FirstOrDefault(run => run.RequestId == request.RequestId);
        if (entry is null)
        {
            var suite = Version(request.Version);
            entry = new RunEntry(request.Run, request.RequestId, new RunSpecParts(
                suite.Version, request.Seed ?? suite.Definition.Seed, request.Models, request.Program, request.At, request.Labels, request.Budget));
            await GrainFactory.Tenant(Tenant).Opened(suite.Definition.Name, entry.Run);
            state.State.Value = Ledger with { Runs = Ledger.Runs.Add(entry) };
            await state.WriteStateAsync();
        }

        await Resume(entry.Run);
        return entry;
    }

    public async Task<bool> Resume(RunId run)
    {
        if (state.State.Value?.Find(run) is not { } entry)
        {
            return false;
        }

        await GrainFactory.Run(run).Start(entry.Parts.Spec(Tenant, run, Version(entry.Parts.Version)));
        return true;
    }

    public Task<RunEntries> Runs(RunId? before, int most)
    {
        var runs = (state.State.Value?.Runs ?? []).Select(entry => entry.Run)
            .Where(run => before is not { } limit || string.CompareOrdinal(run.Value, limit.Value) < 0)
            .OrderByDescending(run => run.Value, StringComparer.Ordinal)
            .Take(most);
        return Task.FromResult(new RunEntries([.. runs]));
    }

    private SuiteContents Version(SuiteVersion version) =>
        Ledger.Suite.Find(version) ?? throw new InvalidOperationException($"suite '{Ledger.Suite.Name}' has no version {version}");
}
