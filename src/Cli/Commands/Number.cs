using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Assize.Cli.Commands;

/// <summary>Options that take a number: with a point and without separators of thousands, since <c>0,1</c> read as 1 is a gate that never closes.</summary>
internal static class Number
{
    public static Option<double?> Maybe(string name, string description) => new(name) { Description = description, CustomParser = result => Read(result) };

    public static Option<double> Or(double usual, string name, string description) =>
        new(name) { Description = description, DefaultValueFactory = _ => usual, CustomParser = result => Read(result) ?? usual };

    private static double? Read(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value))
        {
            return value;
        }

        result.AddError($"'{text}' is not a number. Write it with a point, as in 0.5.");
        return null;
    }
}
