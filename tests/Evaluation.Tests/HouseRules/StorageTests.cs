using System.Reflection;
using System.Text.RegularExpressions;

namespace Assize.Evaluation.Tests.HouseRules;

public sealed partial class StorageTests
{
    [Fact]
    public void EveryStateThatAGrainKeepsStandsInTheTableOfStates()
    {
        string[] kept = [.. SourceTree.Files("src/Grains", "*.cs").SelectMany(file => SourceTree.Code(file)).SelectMany(line => Kept().Matches(line.Text)).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal)];
        var page = SourceTree.Lines("docs/storage.md");
        var table = page.SkipWhile(line => !line.StartsWith("| state |", StringComparison.Ordinal)).TakeWhile(line => line.StartsWith('|'));

        Assert.True(kept.Length >= 16, $"only {kept.Length} states were found");
        Assert.Equal(kept, table.SelectMany(line => Row().Matches(line)).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void WhatMayBeNullIsNullByItself()
    {
        // Null is not written, so that a property that is something by itself would be that again when it is read.
        var nullability = new NullabilityInfoContext();
        PropertyInfo[] mayBeNull =
        [
            .. from type in typeof(EvaluationJson).Assembly.GetTypes()
               where type is { IsAbstract: false, IsGenericTypeDefinition: false } && type.GetConstructor(Type.EmptyTypes) is not null
               from property in type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
               where property is { CanRead: true, CanWrite: true } && property.GetIndexParameters().Length == 0 && nullability.Create(property).ReadState is NullabilityState.Nullable
               select property,
        ];

        Assert.True(mayBeNull.Length > 50, $"only {mayBeNull.Length} were found");
        Assert.DoesNotContain(mayBeNull, property => property.GetValue(Activator.CreateInstance(property.ReflectedType!)) is not null);
    }

    [GeneratedRegex("PersistentState\\(\"([^\"]+)\"", RegexOptions.CultureInvariant)]
    private static partial Regex Kept();

    [GeneratedRegex("^\\| `([^`]+)` \\|", RegexOptions.CultureInvariant)]
    private static partial Regex Row();
}
