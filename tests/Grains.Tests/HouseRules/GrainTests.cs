using System.Reflection;
using Assize.Grains.Suites;

namespace Assize.Grains.Tests.HouseRules;

public sealed class GrainTests
{
    private static readonly Type[] Types = typeof(ISuiteGrain).Assembly.GetTypes();

    [Fact]
    public void AGrainIsReachedByItsInterfaceOnly()
    {
        var grains = Types.Where(type => type.IsAssignableTo(typeof(Grain)) && !type.IsAbstract).ToArray();

        Assert.True(grains.Length >= 12, $"only {grains.Length} grains were found");
        Assert.DoesNotContain(grains, grain => grain.IsVisible || !grain.IsSealed);
    }

    [Fact]
    public void EveryCallHasANameOfItsOwnOnTheWire()
    {
        var interfaces = Types.Where(type => type.IsInterface && type.IsAssignableTo(typeof(IGrain))).ToArray();

        Assert.True(interfaces.Length >= 12, $"only {interfaces.Length} grain interfaces were found");
        Assert.DoesNotContain(interfaces, type => type.GetCustomAttribute<AliasAttribute>() is null);
        Assert.Empty(
            from type in interfaces
            from method in type.GetMethods()
            where method.GetCustomAttribute<AliasAttribute>() is null
            select $"{type.Name}.{method.Name}");
    }
}
