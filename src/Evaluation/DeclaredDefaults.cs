using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Assize.Evaluation;

/// <summary>
/// What an earlier version stored or sent lacks the fields that came later: they are what their declarations say. Generated readers would set each
/// init-only property, those that are absent to null or zero (dotnet/runtime issue 84484), so types that have such a property are read by reflection.
/// A struct with initialisers names its constructor (<c>JsonConstructor</c>): else they do not run.
/// </summary>
public sealed class DeclaredDefaults(IJsonTypeInfoResolver generated) : IJsonTypeInfoResolver
{
    private readonly DefaultJsonTypeInfoResolver declared = new();

    public JsonTypeInfo? GetTypeInfo(Type type, JsonSerializerOptions options)
    {
        var info = generated.GetTypeInfo(type, options);
        return info is { Kind: JsonTypeInfoKind.Object } && type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Any(IsInitOnly)
            ? declared.GetTypeInfo(type, options)
            : info;
    }

    private static bool IsInitOnly(PropertyInfo property) => property.SetMethod?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) == true;
}
