using Assize.Evaluation.Budgets;

namespace Assize.Grains.Budgets;

/// <summary>The money of one run: what it may spend by its own budget and by those of its tenant and its models, divided among its shards.</summary>
[Alias("assize.allowance")]
public interface IAllowanceGrain : IGrainWithStringKey
{
    /// <summary>Takes in what a shard has spent and needs, and says how far it may go.</summary>
    [Alias("Renew")]
    Task<Ration> Renew(Terms terms, RationRequest request);

    /// <summary>The budgets that bound the run, and how much of them is used.</summary>
    [Alias("Lines")]
    Task<BudgetLines> Lines(Terms terms);

    /// <summary>Gives back what the run did not spend, and answers the budgets as they are then; said again, it changes nothing.</summary>
    /// <param name="known">What was spent, once no call is in flight any more; null while some may be.</param>
    [Alias("End")]
    Task<BudgetLines> End(Terms terms, Costs? known);

    /// <summary>Forgets an ended run's money; what was spent stays in the purses it came from.</summary>
    [Alias("Forget")]
    Task Forget();
}
