using System.Globalization;

namespace Assize.Bench;

/// <summary>The options of a benchmark: a name, and its value after it.</summary>
internal static class Arguments
{
    public static string? Word(this string[] args, string name) => Array.IndexOf(args, name) is >= 0 and var at ? args[at + 1] : null;

    public static int Number(this string[] args, string name, int usual) => args.Word(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : usual;
}
