using System.Collections.Immutable;
using System.Globalization;
using Assize.Evaluation;
using Assize.Evaluation.Traffic;
using Microsoft.Extensions.Configuration;

namespace Assize.Gateway.Traffic;

/// <summary>A source of traffic as the operator declares it: section <c>Traffic</c> for all, <c>Traffic:Sources:NAME</c> for one application.</summary>
public sealed record SourceOptions
{
    /// <summary>Whether redacted texts may rest in storage until they are judged.</summary>
    public bool KeepText { get; init; }

    /// <summary>How long a text may rest at most, judged or not: what is not judged by then gets no score. A minute at least; none keeps it until it is judged.</summary>
    public TimeSpan? KeepTextFor { get; init; } = TimeSpan.FromDays(7);

    /// <summary>The built-in detectors that redact: <c>all</c>, <c>none</c>, or names with commas between them.</summary>
    public string Detectors { get; init; } = "all";
}

/// <summary>The sources that the configuration declares; wrong declarations are refused together, before anything starts.</summary>
public static class DeclaredSources
{
    private const string Form = "Traffic:Rules:NAME";

    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1), Longest = TimeSpan.FromDays(3650);

    private static readonly string[] OfASource = [nameof(SourceOptions.KeepText), nameof(SourceOptions.KeepTextFor), nameof(SourceOptions.Detectors), "Rules"];

    private static readonly ImmutableSortedDictionary<string, IConfigurationSection> NoRules = ImmutableSortedDictionary<string, IConfigurationSection>.Empty;

    /// <summary>Throws <see cref="EvaluationException"/> with every mistake in the section.</summary>
    public static TrafficPolicy From(IConfigurationSection traffic)
    {
        var mistakes = ImmutableArray.CreateBuilder<Mistake>();
        var usual = Read(traffic, SourcePolicy.Default with { KeepTextFor = new SourceOptions().KeepTextFor }, NoRules, [.. OfASource, "Sources"], mistakes);
        var rules = Rules(traffic, NoRules);
        var sources = ImmutableSortedDictionary.CreateBuilder<ApplicationName, SourcePolicy>();
        foreach (var source in traffic.GetSection("Sources").GetChildren())
        {
            sources[new ApplicationName(source.Key)] = Read(source, usual, rules, OfASource, mistakes);
        }

        return mistakes.Count > 0 ? throw new EvaluationException(mistakes.ToImmutable()) : new TrafficPolicy(usual, sources.ToImmutable());
    }

    private static SourcePolicy Read(IConfigurationSection section, SourcePolicy usual, ImmutableSortedDictionary<string, IConfigurationSection> rules, string[] known, ImmutableArray<Mistake>.Builder mistakes)
    {
        foreach (var child in section.GetChildren().Where(child => !known.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
        {
            mistakes.Add(new Mistake($"'{child.Key}' is no setting of a source of traffic.", $"There are {string.Join(", ", known)}.") { Field = child.Path });
        }

        var keep = usual.KeepText;
        if (section[nameof(SourceOptions.KeepText)] is { } said && !bool.TryParse(said, out keep))
        {
            mistakes.Add(new Mistake($"'{said}' does not say whether texts may be kept.", "Say true or false.") { Field = $"{section.Path}:{nameof(SourceOptions.KeepText)}" });
        }

        var detectors = section[nameof(SourceOptions.Detectors)] is { } names
            ? Detectors(names, $"{section.Path}:{nameof(SourceOptions.Detectors)}", mistakes)
            : usual.Redaction.Redactors.Where(redactor => redactor is not RuleRedactor);
        return new SourcePolicy(keep, new Redaction([.. Rules(section, rules).SelectMany(rule => Rule(rule.Key, rule.Value, mistakes)), .. detectors])) { KeepTextFor = For(section, usual.KeepTextFor, mistakes) };
    }

    private static TimeSpan? For(IConfigurationSection section, TimeSpan? usual, ImmutableArray<Mistake>.Builder mistakes)
    {
        if (section[nameof(SourceOptions.KeepTextFor)] is not { } said)
        {
            return usual;
        }

        if (said.Equals("none", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        if (TimeSpan.TryParse(said, CultureInfo.InvariantCulture, out var time) && time >= Shortest && time <= Longest)
        {
            return time;
        }

        mistakes.Add(new Mistake($"'{said}' does not say how long texts may be kept.", "Say a time of a minute to ten years, as in 7.00:00:00 (days, hours, minutes, seconds), or none for until they are judged.") { Field = $"{section.Path}:{nameof(SourceOptions.KeepTextFor)}" });
        return usual;
    }

    private static IEnumerable<Redactor> Detectors(string names, string field, ImmutableArray<Mistake>.Builder mistakes)
    {
        if (names.Equals("all", StringComparison.OrdinalIgnoreCase))
        {
            return PersonalData.All;
        }

        string[] wanted = names.Equals("none", StringComparison.OrdinalIgnoreCase) ? [] : names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        foreach (var unknown in wanted.Where(name => PersonalData.All.All(detector => !detector.Name.Equals(name, StringComparison.OrdinalIgnoreCase))))
        {
            mistakes.Add(new Mistake($"There is no detector '{unknown}'.", $"There are {string.Join(", ", PersonalData.All.Select(detector => detector.Name))}; or say all, or none.") { Field = field });
        }

        return PersonalData.All.Where(detector => wanted.Contains(detector.Name, StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>A source's own rules beside those for all; its own hold where both have a name.</summary>
    private static ImmutableSortedDictionary<string, IConfigurationSection> Rules(IConfigurationSection section, ImmutableSortedDictionary<string, IConfigurationSection> usual) =>
        usual.SetItems(section.GetSection("Rules").GetChildren().Select(rule => KeyValuePair.Create(rule.Key, rule)));

    private static IEnumerable<Redactor> Rule(string name, IConfigurationSection pattern, ImmutableArray<Mistake>.Builder mistakes)
    {
        var (rule, wrong) = pattern.Value is { } text ? RuleRedactor.Of(name, text) : (null, new Mistake("A rule has a name, which its placeholder says, and a pattern as its value.", $"Say it as in {Form}."));
        // A rule for all is read for each source, and is wrong once.
        if (wrong is not null && mistakes.All(mistake => mistake.Field != pattern.Path))
        {
            mistakes.Add(wrong with { Field = pattern.Path });
        }

        return rule is null ? [] : [rule];
    }
}
