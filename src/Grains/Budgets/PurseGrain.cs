using Assize.Evaluation.Budgets;
using Microsoft.Extensions.Logging;

namespace Assize.Grains.Budgets;

[GrainType("purse")]
internal sealed class PurseGrain(
    [PersistentState("purse")] IPersistentState<Kept<Purse>> state, DeclaredBudgets declared, TimeProvider time, ILogger<PurseGrain> log) : Grain, IPurseGrain
{
    private PurseName Name => Addresses.PurseOf(this.GetPrimaryKeyString());

    private Purse Purse => state.State.Value ?? new Purse();

    public async Task<Advance> Draw(Draft draft)
    {
        if (declared.Find(Name) is not { } budget)
        {
            // Taken out of this silo's configuration while the run was at work.
            return new Advance(Name, long.MaxValue / 4);
        }

        var before = Purse;
        var (next, answer) = before.Draw(Name, budget, draft, time.GetUtcNow());
        await this.Save(state, next);
        BudgetLog.Tell(log, Name.Told(budget), budget, before.Spent, next.Spent);
        return answer;
    }

    public Task<BudgetLine?> Status()
    {
        if (declared.Find(Name) is not { } budget)
        {
            return Task.FromResult<BudgetLine?>(null);
        }

        var now = Purse.Turned(budget, time.GetUtcNow());
        return Task.FromResult<BudgetLine?>(BudgetLine.Of(Name, budget, now.Spent, now.Reserved));
    }
}
