using Assize.Evaluation;
using Assize.Evaluation.Budgets;

namespace Assize.Grains.Budgets;

/// <summary>One monitor's money: held for a sample or an anchor as for a case of a run, but nobody waits for it. Runs on the grain's own scheduler, so that it needs no locks.</summary>
internal sealed class SampleMoney(MonitorMoney money, TenantName tenant) : ICaseMoney
{
    private long expected;
    private long actual;

    public double Scale => expected == 0 ? 1 : Math.Clamp((double)actual / expected, 0.05, 20);

    /// <summary>The budget that has not enough left, as it was when something was last asked for.</summary>
    public string? Stopped { get; private set; }

    public async ValueTask<bool> Reserve(Costs need, bool first) => (Stopped = await money.Reserve(tenant, need)) is null;

    public void Begin(Costs held)
    {
    }

    public void Settle(Costs held, Costs cost, long foreseen)
    {
        money.Settle(tenant, held, cost);
        if (cost.Total > 0)
        {
            (expected, actual) = (expected + foreseen, actual + cost.Total);
        }
    }

    public void Lose(Costs held) => money.Settle(tenant, held, held);

    public void Release(Costs held) => money.Settle(tenant, held, Costs.None);
}
