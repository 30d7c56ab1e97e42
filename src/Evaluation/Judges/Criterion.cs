using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json.Serialization;
using System.Globalization;

namespace Assize.Evaluation.Judges;

/// <summary>One question with a scale.</summary>
public sealed record Criterion
{
    private const int LongestName = 64;

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-");

    public required CriterionName Name { get; init; }

    /// <summary>What the judge is to decide.</summary>
    public string? Question { get; init; }

    public required Scale Scale { get; init; }

    /// <summary>What a level means, by its value; not every level needs a text.</summary>
    public ImmutableSortedDictionary<int, string> Levels { get; init; } = ImmutableSortedDictionary<int, string>.Empty;

    /// <summary>What is wrong with the criterion; <paramref name="field"/> is its own path.</summary>
    public IEnumerable<Mistake> Check(string field)
    {
        var name = Name.Value;
        if (string.IsNullOrEmpty(name))
        {
            yield return new Mistake("The criterion has no name.") { Field = $"{field}.name" };
        }
        else if (name.Length > LongestName || name[0] is '-' or '_' || name.AsSpan().ContainsAnyExcept(NameCharacters))
        {
            yield return new Mistake(
                $"'{name}' cannot name a criterion.",
                "Use lower-case letters, digits, '-' and '_', at most 64, with a letter or digit first.") { Field = $"{field}.name" };
        }
        else if (name is VerdictForm.Explanation or VerdictForm.Seal)
        {
            yield return new Mistake($"A criterion cannot be named '{name}': a judge's reply has a field of that name.") { Field = $"{field}.name" };
        }

        foreach (var mistake in Scale.Check($"{field}.scale"))
        {
            yield return mistake;
        }

        foreach (var (level, text) in Levels)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"{field}.levels.{level}");
            if (!Scale.Contains(level) && !Scale.Check("").Any())
            {
                yield return new Mistake(string.Create(CultureInfo.InvariantCulture, $"Level {level} is not a value of the scale {Scale.Words()}.")) { Field = path };
            }

            if (string.IsNullOrWhiteSpace(text))
            {
                yield return new Mistake(string.Create(CultureInfo.InvariantCulture, $"Level {level} has no text.")) { Field = path };
            }
        }
    }
}

/// <summary>The values a criterion may take, both ends included.</summary>
/// <param name="Min">The worst value.</param>
/// <param name="Max">The best value, above <paramref name="Min"/>.</param>
/// <param name="Step">The distance between neighbouring values; 0 allows every value between the ends.</param>
public sealed record Scale(double Min, double Max, double Step = 1)
{
    private const double Slack = 1e-9;

    /// <summary>Fail or pass, as 0 or 1.</summary>
    public static Scale PassFail { get; } = new(0, 1);

    /// <summary>Whether values are failures and passes, so that a rate is meant and not a mean.</summary>
    [JsonIgnore]
    public bool IsPassFail => Min == 0 && Max == 1 && Step == 1;

    public bool Contains(double value)
    {
        if (!double.IsFinite(value) || value < Min || value > Max)
        {
            return false;
        }

        if (Step == 0)
        {
            return true;
        }

        var steps = (value - Min) / Step;
        // Whole numbers are exact: what lies beside one is no value, and of a pass and a failure it would be neither.
        return double.IsInteger(Min) && double.IsInteger(Step) ? double.IsInteger(steps) : Math.Abs(steps - Math.Round(steps)) < Slack;
    }

    /// <summary>The scale for people, as in <c>1 to 5</c> or <c>0 to 1 in steps of 0.25</c>.</summary>
    public string Words() => Step == 1 && double.IsInteger(Min)
        ? string.Create(CultureInfo.InvariantCulture, $"{Min} to {Max}")
        : Step == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{Min} to {Max}, any number")
            : string.Create(CultureInfo.InvariantCulture, $"{Min} to {Max} in steps of {Step}");

    /// <summary>What is wrong with the scale; <paramref name="field"/> is its own path.</summary>
    public IEnumerable<Mistake> Check(string field)
    {
        if (!double.IsFinite(Min) || !double.IsFinite(Max) || !double.IsFinite(Step))
        {
            yield return new Mistake("The scale's ends and step must be numbers.") { Field = field };
        }
        else if (Min == Max)
        {
            yield return new Mistake(
                string.Create(CultureInfo.InvariantCulture, $"The scale has no width: it starts and ends at {Min}."), "Give a best value above the worst.") { Field = field };
        }
        else if (Min > Max)
        {
            yield return new Mistake(
                string.Create(CultureInfo.InvariantCulture, $"The scale is upside down: it runs from {Min} to {Max}."),
                "Give the worst value first; where less is better, turn the question round.") { Field = field };
        }
        else if (Step < 0)
        {
            yield return new Mistake(string.Create(CultureInfo.InvariantCulture, $"The scale's step is {Step}."), "Use 0 for any number, or a positive step.") { Field = $"{field}.step" };
        }
        else if (!Contains(Max))
        {
            yield return new Mistake(
                string.Create(CultureInfo.InvariantCulture, $"Steps of {Step} from {Min} never reach {Max}."), "Choose a step that divides the range.") { Field = $"{field}.step" };
        }
    }
}
