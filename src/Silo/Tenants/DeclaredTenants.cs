using System.Collections.Immutable;
using Assize.Evaluation;
using Assize.Evaluation.Budgets;
using Assize.Evaluation.Suites;
using Assize.Grains.Budgets;

namespace Assize.Silo.Tenants;

/// <summary>A tenant as the operator declares it: section <c>Tenants:NAME</c> of the configuration.</summary>
public sealed record TenantOptions
{
    /// <summary>What all runs of the tenant may spend together; null when nothing bounds them.</summary>
    public Budget? Budget { get; init; }
}

/// <summary>The tenants that the configuration declares; wrong declarations are refused together, before anything starts.</summary>
public static class DeclaredTenants
{
    /// <summary>Throws <see cref="EvaluationException"/> with every mistake in the section.</summary>
    public static TenantBudgets From(IConfigurationSection tenants)
    {
        var mistakes = ImmutableArray.CreateBuilder<Mistake>();
        var budgets = ImmutableDictionary.CreateBuilder<TenantName, Budget>();
        foreach (var section in tenants.GetChildren())
        {
            if (!SuiteCheck.IsName(section.Key))
            {
                mistakes.Add(new Mistake($"A tenant cannot be called '{section.Key}'.", "Use letters, digits, '.', '_' and '-'.") { Field = section.Path });
            }
            else if (Bound(section, mistakes)?.Budget is { } budget)
            {
                mistakes.AddRange(budget.Check($"{section.Path}:Budget"));
                budgets.Add(new TenantName(section.Key), budget);
            }
        }

        return mistakes.Count > 0 ? throw new EvaluationException(mistakes.ToImmutable()) : new TenantBudgets(budgets.ToImmutable());
    }

    private static TenantOptions? Bound(IConfigurationSection section, ImmutableArray<Mistake>.Builder mistakes)
    {
        try
        {
            return section.Get<TenantOptions>(binder => binder.ErrorOnUnknownConfiguration = true);
        }
        catch (InvalidOperationException wrong)
        {
            mistakes.Add(new Mistake($"The declaration has a setting that is not known or of the wrong kind: {wrong.InnerException?.Message ?? wrong.Message}") { Field = section.Path });
            return null;
        }
    }
}
