using System.Collections.Immutable;
using Assize.Evaluation;
using Assize.Evaluation.Budgets;
using Assize.Evaluation.Runs;
using Assize.Grains.Models;

namespace Assize.Grains.Budgets;

/// <summary>The budgets of tenants that an operator declared for this process.</summary>
public sealed record TenantBudgets(ImmutableDictionary<TenantName, Budget> Budgets)
{
    public static TenantBudgets None { get; } = new(ImmutableDictionary<TenantName, Budget>.Empty);
}

/// <summary>All declared budgets, by whose they are.</summary>
internal sealed class DeclaredBudgets(IModels models, TenantBudgets tenants)
{
    public Budget? Find(PurseName purse) => purse.Model is { } model ? models.Find(model)?.Budget
        : purse.Tenant is { } tenant ? tenants.Budgets.GetValueOrDefault(tenant)
        : null;

    /// <summary>The purses that a run draws on besides its own.</summary>
    public ImmutableArray<PurseName> Purses(Terms terms) => Purses(terms.Tenant, terms.Models);

    /// <summary>The purses from which a tenant's calls of these models are paid.</summary>
    public ImmutableArray<PurseName> Purses(TenantName tenant, IEnumerable<ModelName> asked) =>
        [.. asked.Select(PurseName.Of).Prepend(PurseName.Of(tenant)).Where(purse => Find(purse) is not null)];

    /// <summary>Whether anything bounds a run's spending; what nothing bounds is not counted.</summary>
    public bool Bind(RunSpec spec) => spec.Budget is not null || !Purses(spec.Terms).IsEmpty;
}
