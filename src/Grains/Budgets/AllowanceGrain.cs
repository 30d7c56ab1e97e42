using Assize.Evaluation.Budgets;
using Microsoft.Extensions.Logging;

namespace Assize.Grains.Budgets;

[GrainType("allowance")]
internal sealed class AllowanceGrain(
    [PersistentState("allowance")] IPersistentState<Kept<Allowance>> state, DeclaredBudgets declared, ILogger<AllowanceGrain> log) : Grain, IAllowanceGrain
{
    private Allowance Allowance => state.State.Value ?? new Allowance();

    public async Task<Ration> Renew(Terms terms, RationRequest request)
    {
        var before = Allowance;
        var heard = before.Heard(request);
        var drawn = await Task.WhenAll(declared.Purses(terms).Select(purse => GrainFactory.Purse(purse).Draw(heard.Draft(terms.Run, purse, request))));
        var (next, ration) = heard.Grant(request, terms.Budget, drawn);
        // Saved before it is said: whoever is activated next knows of every claim.
        await this.Save(state, next);
        if (terms.Budget is { } own)
        {
            BudgetLog.Tell(log, $"run {terms.Run}: {PurseName.Run.Told(own)}", own, before.Spent.Total, next.Spent.Total);
        }

        return ration;
    }

    public async Task<BudgetLines> Lines(Terms terms)
    {
        var purses = await Task.WhenAll(declared.Purses(terms).Select(purse => GrainFactory.Purse(purse).Status()));
        var lines = purses.OfType<BudgetLine>();
        var (spent, claims) = (Allowance.Spent.Total, Allowance.Claims.Total);
        return new BudgetLines([.. terms.Budget is { } own ? lines.Prepend(BudgetLine.Of(PurseName.Run, own, spent, claims - spent)) : lines]);
    }

    public async Task<BudgetLines> End(Terms terms, Costs? known)
    {
        var (before, ended) = (Allowance, Allowance.Ended(known));
        await Task.WhenAll(declared.Purses(terms).Select(purse => GrainFactory.Purse(purse).Draw(ended.Ending(terms.Run, purse, before))));
        await this.Save(state, ended);
        return await Lines(terms);
    }

    public async Task Forget()
    {
        await this.Clear(state);
        DeactivateOnIdle();
    }
}
