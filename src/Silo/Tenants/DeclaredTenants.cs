using System.Collections.Immutable;
using Assize.Evaluation;
using Assize.Evaluation.Budgets;
using Assize.Evaluation.Suites;
using Assize.Grains.Budgets;

namespace Assize.Silo.Tenants;

/// <summary>A tenant as the operator declares it: section <c>Tenants:NAME</c> of the configuration.</summary>
public sealed record TenantOptions
{
    /// <summary>What all runs and monitors of the tenant may spend together; null when nothing bounds them.</summary>
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
            else if (section.Declared<TenantOptions>(mistakes) is { } options)
            {
                if (section.Key != TenantName.Default.Value)
                {
                    // Its budget would bound nobody, and the bill would be the first to say so.
                    mistakes.Add(new Mistake($"There is no tenant '{section.Key}'.", Spelling.Suggest(section.Key, [TenantName.Default.Value])) { Field = section.Path });
                }
                else if (options.Budget is { } budget)
                {
                    mistakes.AddRange(budget.Check($"{section.Path}:Budget"));
                    budgets.Add(new TenantName(section.Key), budget);
                }
            }
        }

        return mistakes.Count > 0 ? throw new EvaluationException(mistakes.ToImmutable()) : new TenantBudgets(budgets.ToImmutable());
    }
}
