using Assize.Evaluation.Budgets;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Suites;
using Assize.Grains.Runs;

namespace Assize.Grains.Budgets;

/// <summary>
/// A case that begins only when there is money for the whole of it, so that few are begun and not finished; each of its calls takes from what the case holds, and asks for more when that is too little.
/// </summary>
internal sealed class MeteredCase(Rations rations, RunSpec spec, IAsker asker, Costs held) : IAsker
{
    private Costs left = held;

    /// <summary>Judges a case, and says whether an answer imitates a verdict; nothing when the budget is used up before any of its calls.</summary>
    public static async Task<(CaseRecord Record, bool Imitates)?> Record(Rations rations, RunSpec spec, CaseWork work, Exhibit exhibit, IAsker asker)
    {
        var need = Rehearsal.Expected(spec, exhibit).Times(rations.Scale);
        if (!await rations.Reserve(need, first: false))
        {
            return null;
        }

        var metered = new MeteredCase(rations, spec, asker, need);
        var judged = await work.Record(exhibit, metered);
        rations.Release(metered.left);
        return Spending.Unreached(judged.Record) ? null : judged;
    }

    public async Task<(Completion Completion, Call Call)> Ask(Prompt prompt, string payer)
    {
        if (spec.Models.Find(prompt.Model) is not { } card)
        {
            return await asker.Ask(prompt, payer);
        }

        var foreseen = Price.Expected(prompt, card);
        var cost = Costs.Of(prompt.Model, (long)Math.Ceiling(foreseen * rations.Scale));
        var more = cost.Beyond(left);
        var taken = cost.Minus(more);
        left = left.Minus(taken);
        if (more.Total > 0 && !await rations.Reserve(more, first: true))
        {
            left = left.Plus(taken);
            return (
                new Completion.Failed(Reason.Budget, $"{rations.Stopped} is used up"),
                new Call { Key = CompletionRequest.KeyOf(spec.Tenant, card, prompt), Model = prompt.Model, Failed = Reason.Budget, Paid = false });
        }

        rations.Begin(cost);
        var answered = await asker.Ask(prompt, payer);
        rations.Settle(cost, Costs.Of(prompt.Model, Spending.Of(answered.Call)), foreseen);
        return answered;
    }
}
