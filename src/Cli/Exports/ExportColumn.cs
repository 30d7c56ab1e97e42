using System.Text;
using Google.Protobuf.Reflection;

namespace Assize.Cli.Exports;

/// <summary>A field of an exported row: its name, and its value as the file has it. What is absent is null, and words are written small: scored, provider_error.</summary>
internal sealed class ExportColumn(FieldDescriptor of)
{
    /// <summary>Fields from here on are texts that come only where they are asked for.</summary>
    private const int FirstText = 40;

    public string Name => of.Name;

    public FieldType Type => of.FieldType;

    public bool IsList => of.IsRepeated;

    public bool MayBeAbsent => of.HasPresence;

    /// <summary>The columns of an export, in the order of their numbers.</summary>
    public static ExportColumn[] All(bool texts) =>
        [.. V1.ExportRow.Descriptor.Fields.InFieldNumberOrder().Where(field => texts || field.FieldNumber < FirstText).Select(field => new ExportColumn(field))];

    /// <summary>A string, a number, or a list of strings; null when there is none.</summary>
    public object? Of(V1.ExportRow row)
    {
        if (of is { IsRepeated: false, HasPresence: true } && !of.Accessor.HasValue(row))
        {
            return null;
        }

        var value = of.Accessor.GetValue(row);
        return of.FieldType is FieldType.Enum ? Word((int)Convert.ChangeType(value, typeof(int), System.Globalization.CultureInfo.InvariantCulture)) : value;
    }

    private string Word(int number)
    {
        var name = of.EnumType.FindValueByNumber(number).Name;
        return name[Prefix(of.EnumType.Name).Length..].ToLowerInvariant();
    }

    /// <summary>OutcomeKind's values begin with OUTCOME_KIND_.</summary>
    private static string Prefix(string type)
    {
        var prefix = new StringBuilder();
        foreach (var letter in type)
        {
            prefix.Append(char.IsUpper(letter) && prefix.Length > 0 ? "_" : "").Append(char.ToUpperInvariant(letter));
        }

        return prefix.Append('_').ToString();
    }
}
