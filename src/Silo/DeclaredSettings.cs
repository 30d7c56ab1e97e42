using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Assize.Evaluation;
using Assize.Evaluation.Suites;

namespace Assize.Silo;

/// <summary>Reads a section of the configuration into its options; a setting that nobody knows, or of the wrong kind, is a mistake with its path and not a silence.</summary>
public static class DeclaredSettings
{
    /// <summary>The options with what the section says; null where something is wrong with it, and then every mistake is added.</summary>
    /// <param name="section">Where they are declared.</param>
    /// <param name="mistakes">Gets what is wrong.</param>
    /// <param name="others">What else may stand in the section and is read elsewhere.</param>
    public static T? Declared<T>(this IConfiguration section, ICollection<Mistake> mistakes, params string[] others)
        where T : class, new()
    {
        Mistake[] found = [.. Wrong(section, typeof(T), others)];
        foreach (var mistake in found)
        {
            mistakes.Add(mistake);
        }

        return found.Length > 0 ? null : section.Get<T>() ?? new T();
    }

    /// <summary>The options with what can be read of the section, so that what is wrong with the rest is told beside it; what cannot be read has its usual value, and every mistake is added.</summary>
    public static T Legible<T>(this IConfigurationSection section, ICollection<Mistake> mistakes)
        where T : class, new()
    {
        Mistake[] found = [.. Wrong(section, typeof(T), [])];
        foreach (var mistake in found)
        {
            mistakes.Add(mistake);
        }

        if (found.Length == 0)
        {
            return section.Get<T>() ?? new T();
        }

        var wrong = found.Select(mistake => mistake.Field!).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var rest = section.AsEnumerable().Where(pair => !wrong.Contains(pair.Key) && pair.Key != section.Path);
        return new ConfigurationBuilder().AddInMemoryCollection(rest).Build().GetSection(section.Path).Get<T>() ?? new T();
    }

    /// <summary>What is wrong with a section that is bound elsewhere.</summary>
    public static IEnumerable<Mistake> Mistakes<T>(this IConfiguration section, params string[] others) => Wrong(section, typeof(T), others);

    private static IEnumerable<Mistake> Wrong(IConfiguration section, Type options, string[] others)
    {
        var known = Settable(options);
        // At the top of the configuration a variable of the environment may happen to be called like a section, and is meant for somebody else.
        if (section is IConfigurationSection { Value: { Length: > 0 } said } place && place.Path.Contains(':', StringComparison.Ordinal))
        {
            yield return new Mistake($"{Spelling.Quote(said)} says nothing here: '{place.Key}' has settings of its own.", $"Write {place.Path}:{known[0].Name}.") { Field = place.Path };
        }

        foreach (var child in section.GetChildren().Where(child => !others.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
        {
            if (known.FirstOrDefault(property => property.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase)) is not { } property)
            {
                yield return new Mistake($"There is no such setting here: '{child.Key}'.", Spelling.Suggest(child.Key, [.. known.Select(each => each.Name), .. others])) { Field = child.Path };
                continue;
            }

            var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            if (type != typeof(string) && typeof(System.Collections.IEnumerable).IsAssignableFrom(type))
            {
                continue;
            }

            var converter = TypeDescriptor.GetConverter(type);
            if (!converter.CanConvertFrom(typeof(string)))
            {
                foreach (var mistake in Wrong(child, type, []))
                {
                    yield return mistake;
                }
            }
            else if (string.IsNullOrEmpty(child.Value))
            {
                if (type.IsValueType && child.Value is not null && type == property.PropertyType)
                {
                    yield return new Mistake($"It is empty, and wants to be {Kind(type)}.", "Leave it out for the usual value.") { Field = child.Path };
                }
            }
            else
            {
                if (Converted(converter, child.Value) is not { } value)
                {
                    yield return new Mistake($"{Spelling.Quote(child.Value)} is not {Kind(type)}.") { Field = child.Path };
                }
                else if (property.GetCustomAttribute<RangeAttribute>() is { } range && !range.IsValid(value))
                {
                    yield return new Mistake($"{child.Value} does not lie between {range.Minimum} and {range.Maximum}.") { Field = child.Path };
                }
            }
        }
    }

    private static PropertyInfo[] Settable(Type options) => [.. options.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.SetMethod is { IsPublic: true })];

    private static object? Converted(TypeConverter converter, string text)
    {
        try
        {
            return converter.ConvertFromInvariantString(text);
        }
        catch (Exception wrong) when (wrong is ArgumentException or FormatException or NotSupportedException or OverflowException || wrong.InnerException is FormatException or OverflowException)
        {
            return null;
        }
    }

    private static string Kind(Type type) =>
        type.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(type))}"
        : type == typeof(bool) ? "true or false"
        : type == typeof(TimeSpan) ? "a time as in 00:00:30 (hours, minutes, seconds)"
        : type == typeof(int) || type == typeof(long) ? "a whole number"
        : type == typeof(double) || type == typeof(decimal) ? "a number"
        : type == typeof(Uri) ? "an address"
        : $"a {type.Name}";
}
