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

    /// <param name="usual">What it is when it is left out.</param>
    /// <param name="name">The option's name.</param>
    /// <param name="description">What it says.</param>
    /// <param name="least">The least it may be.</param>
    /// <param name="most">The most it may be.</param>
    /// <param name="meaning">What such a number is, for whoever wrote another.</param>
    public static Option<double> Between(double usual, string name, string description, double least, double most, string meaning) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => usual,
        CustomParser = result =>
        {
            var value = Read(result);
            if (value < least || value > most)
            {
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name}: {value} is not {meaning}, from {least} to {most}."));
            }

            return value ?? usual;
        },
    };

    /// <summary>How many, from one on.</summary>
    public static Option<int?> Count(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result =>
        {
            if (int.TryParse(result.Tokens.Count == 1 ? result.Tokens[0].Value : "", NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count >= 1)
            {
                return count;
            }

            result.AddError($"{name}: '{string.Join(' ', result.Tokens.Select(token => token.Value))}' is not a whole number from 1 on.");
            return null;
        },
    };

    /// <summary>What begins a chain of chance: a whole number, or <c>today</c> for one that is new every day (2026-11-28 in UTC is 20261128), also where there is no shell to ask for the date.</summary>
    public static Option<long> Seed(string name, string description, TimeProvider time) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => 1,
        CustomParser = result =>
        {
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (text == "today")
            {
                return long.Parse(time.GetUtcNow().ToString("yyyyMMdd", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
            }

            if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seed))
            {
                result.AddError($"{name}: '{text}' is neither a whole number nor today.");
            }

            return seed;
        },
    };

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
