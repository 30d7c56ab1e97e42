using Assize.Evaluation;
using Assize.Evaluation.Budgets;
using Assize.Evaluation.Runs;

namespace Assize.Grains.Budgets;

/// <summary>One monitor's money: held for a sample or an anchor as for a case of a run, but nobody waits for it. Runs on the grain's own scheduler, so that it needs no locks.</summary>
/// <param name="tell">Hears what is in the way, in words for a person; null when nothing is.</param>
/// <param name="abandon">Once set, calls under way are left alone; before, one that is given up was not begun.</param>
internal sealed class SampleMoney(MonitorMoney money, TenantName tenant, TimeProvider time, Action<string?> tell, CancellationToken stop, CancellationToken abandon) : ICaseMoney
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private long expected;
    private long actual;

    public double Scale => expected == 0 ? 1 : Math.Clamp((double)actual / expected, 0.05, 20);

    public string? Stopped { get; private set; }

    /// <summary>The budget that has not enough left, as it was when something was last asked for.</summary>
    public string? Lacking { get; private set; }

    /// <summary>A purse that cannot be reached is waited for: what of a batch is paid already would be paid again with the whole of it.</summary>
    public async ValueTask<bool> Reserve(Costs need, bool first)
    {
        var started = time.GetTimestamp();
        for (var wait = TimeSpan.FromMilliseconds(250); ; wait = wait < LongestWait ? wait * 2 : wait)
        {
            stop.ThrowIfCancellationRequested();
            try
            {
                Lacking = await money.Reserve(tenant, need, first);
                Stopped = Lacking ?? Stopped;
                return Lacking is null;
            }
            catch (Exception lost) when (!stop.IsCancellationRequested && time.GetElapsedTime(started) < Patience)
            {
                tell($"its budget cannot be reached: {lost.GetBaseException().Message}");
            }

            await Task.Delay(wait, time, stop);
            tell(null);
        }
    }

    /// <summary>Whether so much could be held now, and if not, which budget has not enough left.</summary>
    public async Task<string?> Lacks(Costs need)
    {
        var lacking = await money.Reserve(tenant, need, begun: true);
        if (lacking is null)
        {
            Release(need);
        }

        return lacking;
    }

    public void Begin(Costs held)
    {
    }

    /// <summary>What was kept before was counted when it was paid, here or where the monitor was before.</summary>
    public void Settle(Costs held, Call call, long foreseen)
    {
        var cost = call.Kept ? Costs.None : Costs.Of(call.Model, Spending.Of(call));
        money.Settle(tenant, held, cost);
        if (cost.Total > 0)
        {
            (expected, actual) = (expected + foreseen, actual + cost.Total);
        }
    }

    public void Lose(Costs held) => money.Settle(tenant, held, abandon.IsCancellationRequested ? held : Costs.None);

    public void Release(Costs held) => money.Settle(tenant, held, Costs.None);

    /// <summary>What failed attempts took of a call that was given up before it was answered.</summary>
    public void Waste(Call call) => money.Settle(tenant, Costs.None, Costs.Of(call.Model, Spending.Of(call)));
}
