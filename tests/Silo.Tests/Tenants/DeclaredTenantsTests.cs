using Assize.Evaluation;
using Assize.Evaluation.Budgets;
using Assize.Silo.Tenants;
using Microsoft.Extensions.Configuration;

namespace Assize.Silo.Tests.Tenants;

public sealed class DeclaredTenantsTests
{
    [Fact]
    public void ATenantsBudgetIsReadWithItsPeriod() => Assert.Equal(
        new Budget { Amount = 20, Per = Period.Month, WarnAt = 0.9, MonitorsGoOn = true },
        DeclaredTenants.From(Section(("default:Budget:Amount", "20"), ("default:Budget:Per", "Month"), ("default:Budget:WarnAt", "0.9"), ("default:Budget:MonitorsGoOn", "true"))).Budgets[TenantName.Default]);

    [Fact]
    public void WhoDeclaresNoneHasNone() => Assert.Empty(DeclaredTenants.From(Section(("default", null))).Budgets);

    /// <summary>A budget that bounds nobody would be found out by the bill.</summary>
    [Fact]
    public void ABudgetOfATenantThatDoesNotExistIsRefused() => Assert.Equal(
        "Tenants:defualt: There is no tenant 'defualt'. Did you mean 'default'? Allowed: default.",
        Assert.Throws<EvaluationException>(() => DeclaredTenants.From(Section(("defualt:Budget:Amount", "20")))).Mistakes.Single().ToString());

    [Fact]
    public void EveryMistakeIsNamedTogether()
    {
        var refused = Assert.Throws<EvaluationException>(() => DeclaredTenants.From(Section(
            ("a b:Budget:Amount", "1"), ("default:Budget:Amount", "0"), ("other:Budget:Sum", "1"), ("third:Budget:Per", "Week"))));

        Assert.Equal(["Tenants:a b", "Tenants:default:Budget.amount", "Tenants:other:Budget:Sum", "Tenants:third:Budget:Per"], refused.Mistakes.Select(mistake => mistake.Field).Order(StringComparer.Ordinal));
    }

    private static IConfigurationSection Section(params (string Key, string? Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(one => KeyValuePair.Create($"Tenants:{one.Key}", one.Value))).Build().GetSection("Tenants");
}
