using Assize.Evaluation;

namespace Assize.Grains.Tenants;

[GrainType("tenant")]
internal sealed class TenantGrain(
    [PersistentState("tenant")] IPersistentState<Kept<TenantLedger>> state) : Grain, ITenantGrain
{
    private TenantLedger Ledger => state.State.Value ?? TenantLedger.Empty;

    public Task AddSuite(SuiteName suite) => Keep(Ledger.WithSuite(suite));

    public Task<SuiteNames> Suites() => Task.FromResult(new SuiteNames(Ledger.Suites));

    public Task Opened(SuiteName suite, RunId run) => Keep(Ledger.WithOpen(new OpenRun(suite, run)));

    public Task Closed(RunId run) => Keep(Ledger.WithoutOpen(run));

    public async Task<int> Resume()
    {
        var tenant = Addresses.TenantOf(this.GetPrimaryKeyString());
        var open = Ledger.Open;
        foreach (var run in open)
        {
            if (!await GrainFactory.Suite(tenant, run.Suite).Resume(run.Run))
            {
                await Keep(Ledger.WithoutOpen(run.Run));
            }
        }

        return open.Length;
    }

    private async Task Keep(TenantLedger next)
    {
        if (next != Ledger)
        {
            state.State.Value = next;
            await state.WriteStateAsync();
        }
    }
}
