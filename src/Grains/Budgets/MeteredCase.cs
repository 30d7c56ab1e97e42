using Assize.Evaluation.Budgets;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Suites;
using Assize.Grains.Models;
using Assize.Grains.Runs;

namespace Assize.Grains.Budgets;

/// <summary>
/// A case that begins only when there is money for the whole of it, so that few are begun and not finished; each of its calls takes from what the case holds, and asks for more when that is too little.
/// </summary>
internal sealed class MeteredCase(ICaseMoney money, Principal principal, IAsker asker, Costs held) : IAsker
{
    private Costs left = held;

    /// <summary>Judges a case, and says whether an answer imitates a verdict; nothing when the budget is used up before any of its calls.</summary>
    public static async Task<(CaseRecord Record, bool Imitates)?> Record(ICaseMoney money, Principal principal, SuiteDefinition suite, CaseWork work, Exhibit exhibit, IAsker asker)
    {
        var need = Rehearsal.Expected(suite, principal.Models, exhibit, money.Scale);
        if (!await money.Reserve(need, first: false))
        {
            return null;
        }

        var metered = new MeteredCase(money, principal, asker, need);
        try
        {
            var judged = await work.Record(exhibit, metered);
            return Spending.Unreached(judged.Record) ? null : judged;
        }
        finally
        {
            money.Release(metered.left);
        }
    }

    public async Task<(Completion Completion, Call Call)> Ask(Prompt prompt, string payer)
    {
        if (principal.Models.Find(prompt.Model) is not { } card)
        {
            return await asker.Ask(prompt, payer);
        }

        var foreseen = Price.Expected(prompt, card);
        var cost = Costs.Of(prompt.Model, (long)Math.Ceiling(foreseen * money.Scale));
        var more = cost.Beyond(left);
        var taken = cost.Minus(more);
        left = left.Minus(taken);
        if (more.Total > 0 && !await Taken(more, taken))
        {
            return (
                new Completion.Failed(Reason.Budget, $"{money.Stopped} has not enough left"),
                new Call { Key = CompletionRequest.KeyOf(principal.Tenant, card, prompt), Model = prompt.Model, Failed = Reason.Budget, Paid = false });
        }

        money.Begin(cost);
        try
        {
            var answered = await asker.Ask(prompt, payer);
            money.Settle(cost, answered.Call, foreseen);
            return answered;
        }
        catch
        {
            money.Lose(cost);
            throw;
        }
    }

    /// <summary>Takes more than the case holds; what it gave for that comes back where there is no more.</summary>
    private async ValueTask<bool> Taken(Costs more, Costs given)
    {
        var enough = false;
        try
        {
            return enough = await money.Reserve(more, first: true);
        }
        finally
        {
            left = enough ? left : left.Plus(given);
        }
    }
}
