using Assize.Evaluation.Budgets;

namespace Assize.Grains.Budgets;

/// <summary>The money of a tenant or a model, for the whole cluster.</summary>
[Alias("assize.purse")]
public interface IPurseGrain : IGrainWithStringKey
{
    /// <summary>Takes in what a run has spent and wants, and says how far it may go.</summary>
    [Alias("Draw")]
    Task<Advance> Draw(Draft draft);

    /// <summary>The budget and how much of it is used; nothing when none is declared.</summary>
    [Alias("Status")]
    Task<BudgetLine?> Status();
}
