using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using Assize.Evaluation.Candidates;
using Assize.Evaluation.Judges;

namespace Assize.Evaluation.Suites;

/// <summary>What is wrong with a suite's definition, as far as that can be said without its cases.</summary>
public static class SuiteCheck
{
    private const int LongestName = 64;
    private static readonly SearchValues<char> Letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <summary>All mistakes of a definition; empty when there are none.</summary>
    /// <param name="suite">What is checked.</param>
    /// <param name="limits">How many candidates and judges it may have.</param>
    /// <param name="models">The declared models; null when they are not known here, and then no model is called unknown.</param>
    public static ImmutableArray<Mistake> Of(SuiteDefinition suite, SuiteLimits limits, IReadOnlyCollection<ModelName>? models = null)
    {
        var mistakes = ImmutableArray.CreateBuilder<Mistake>();
        Name("suite", "name", suite.Name.Value, mistakes);
        Counts(suite, limits, mistakes);
        for (var i = 0; i < suite.Candidates.Length; i++)
        {
            Candidate(suite.Candidates[i], At("candidates", i), models, mistakes);
        }

        Duplicates("candidate", "candidates", [.. suite.Candidates.Select(candidate => candidate.Name.Value)], mistakes);
        for (var i = 0; i < suite.Judges.Length; i++)
        {
            Judge(suite.Judges[i], At("judges", i), suite, models, mistakes);
        }

        Duplicates("judge", "judges", [.. suite.Judges.Select(judge => judge.Name.Value)], mistakes);
        for (var i = 0; i < suite.Slices.Length; i++)
        {
            if (!suite.Slices[i].IsValid)
            {
                var separated = suite.Slices[i].Value.Contains('=', StringComparison.Ordinal);
                mistakes.Add(new Mistake(
                    $"Results cannot be sliced by {Spelling.Quote(suite.Slices[i].Value)}.",
                    separated ? "Give it a key without '=', which separates a key from its value in the name of a slice." : Spelling.Suggest(suite.Slices[i].Value, ["category", "tag", "metadata.KEY"]))
                {
                    Field = At("slices", i),
                });
            }
        }

        Duplicates("slice", "slices", [.. suite.Slices.Select(slice => slice.Value)], mistakes);
        return mistakes.ToImmutable();
    }

    /// <summary>Whether a suite, candidate or judge may be called so: <c>^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$</c>.</summary>
    public static bool IsName(string? name) =>
        name is { Length: > 0 and <= LongestName } && Letters.Contains(name[0]) && !name.AsSpan().ContainsAnyExcept(NameCharacters);

    private static void Counts(SuiteDefinition suite, SuiteLimits limits, ImmutableArray<Mistake>.Builder mistakes)
    {
        Count("candidates", "candidate", suite.Candidates.Length, limits.MaxCandidates, nameof(limits.MaxCandidates), mistakes);
        Count("judges", "judge", suite.Judges.Length, limits.MaxJudges, nameof(limits.MaxJudges), mistakes);
    }

    private static void Count(string field, string noun, int count, int limit, string option, ImmutableArray<Mistake>.Builder mistakes)
    {
        if (count == 0)
        {
            mistakes.Add(new Mistake($"The suite has no {noun}.", $"Add at least one under '{field}'.") { Field = field });
        }
        else if (count > limit)
        {
            mistakes.Add(new Mistake(
                string.Create(CultureInfo.InvariantCulture, $"The suite has {count:N0} {field}, more than the limit of {limit:N0} (option {option})."),
                "Split the suite, or raise the limit.") { Field = field });
        }
    }

    private static void Candidate(Candidate candidate, string field, IReadOnlyCollection<ModelName>? models, ImmutableArray<Mistake>.Builder mistakes)
    {
        Name("candidate", $"{field}.name", candidate.Name.Value, mistakes);
        if (candidate is not ModelCandidate asked)
        {
            return;
        }

        Model(asked.Model, $"{field}.model", models, mistakes);
        if (asked.Template is { } template && !template.Contains(ModelCandidate.Input, StringComparison.Ordinal))
        {
            mistakes.Add(new Mistake($"The template does not contain {ModelCandidate.Input}, so the model would never see the case.", $"Put {ModelCandidate.Input} where the case's text belongs.")
            {
                Field = $"{field}.template",
            });
        }

        if (asked.Temperature is { } temperature && temperature is not (>= 0 and <= 2))
        {
            mistakes.Add(new Mistake("The temperature must lie between 0 and 2.") { Field = $"{field}.temperature" });
        }

        if (asked.MaxTokens is < 1)
        {
            mistakes.Add(new Mistake("The limit of tokens must be 1 or more.", "Leave it out to use the model's own.") { Field = $"{field}.maxTokens" });
        }
    }

    private static void Judge(Judge judge, string field, SuiteDefinition suite, IReadOnlyCollection<ModelName>? models, ImmutableArray<Mistake>.Builder mistakes)
    {
        Name("judge", $"{field}.name", judge.Name.Value, mistakes);
        foreach (var mistake in judge.Check())
        {
            mistakes.Add(mistake with { Field = mistake.Field is null ? field : $"{field}.{mistake.Field}" });
        }

        foreach (var model in judge.Models.Distinct())
        {
            Model(model, $"{field}.model", models, mistakes);
        }

        if (!judge.Pairwise)
        {
            return;
        }

        if (suite.Candidates.Length == 1)
        {
            mistakes.Add(new Mistake($"Judge '{judge.Name}' compares two candidates, but the suite has only one.", "Add a second candidate, or judge with a 'score' judge.")
            {
                Field = field,
            });
        }

        var names = suite.Candidates.Select(candidate => candidate.Name.Value).ToHashSet(StringComparer.Ordinal);
        if (judge is PairwiseJudge { Baseline: { } baseline } && names.Count > 0 && !names.Contains(baseline.Value))
        {
            mistakes.Add(new Mistake($"There is no candidate {Spelling.Quote(baseline.Value)} to compare with.", Spelling.Suggest(baseline.Value, names, "Candidates"))
            {
                Field = $"{field}.baseline",
            });
        }
    }

    private static void Model(ModelName model, string field, IReadOnlyCollection<ModelName>? models, ImmutableArray<Mistake>.Builder mistakes)
    {
        if (models is not null && !models.Contains(model))
        {
            mistakes.Add(new Mistake(
                $"No model is declared under the name {Spelling.Quote(model.Value)}.",
                Spelling.Suggest(model.Value, [.. models.Select(known => known.Value)], "Declared")) { Field = field });
        }
    }

    /// <summary>What is wrong with a name; null when nothing is.</summary>
    public static Mistake? Name(string noun, string field, string name) => IsName(name) ? null : new Mistake(
        $"{Spelling.Quote(name)} cannot be the name of a {noun}.",
        "Use 1 to 64 of the letters A-Z and a-z, the digits, '.', '_' and '-', beginning with a letter or a digit.") { Field = field };

    /// <summary>That a name appears twice in a list, told where it does so again.</summary>
    public static Mistake Repeated(string noun, string list, string name, int first, int again) =>
        new($"The {noun} {Spelling.Quote(name)} appears twice: {At(list, first)} is the same.", "Rename or remove one of them.") { Field = At(list, again) };

    /// <summary>That no case has what results are to be split by.</summary>
    /// <param name="known">What the cases could be split by.</param>
    public static Mistake Unsplit(SliceKey slice, int index, IReadOnlyCollection<string> known) => new(
        $"No case has {Spelling.Quote(slice.Value)}, so results would not be split by it.",
        known.Count == 0 ? "Leave it out: the cases have neither category nor tags nor metadata." : Spelling.Suggest(slice.Value, known, "Cases can be split by")) { Field = At("slices", index) };

    /// <summary>That a judge would have nothing to judge.</summary>
    public static Mistake Idle(Judge judge, int index) =>
        new($"No case matches, so judge '{judge.Name}' would judge nothing.", "Compare it with the category, tags and metadata of the cases.") { Field = $"{At("judges", index)}.where" };

    private static void Name(string noun, string field, string name, ImmutableArray<Mistake>.Builder mistakes)
    {
        if (Name(noun, field, name) is { } mistake)
        {
            mistakes.Add(mistake);
        }
    }

    private static void Duplicates(string noun, string list, string[] names, ImmutableArray<Mistake>.Builder mistakes)
    {
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < names.Length; i++)
        {
            if (!first.TryAdd(names[i], i))
            {
                mistakes.Add(Repeated(noun, list, names[i], first[names[i]], i));
            }
        }
    }

    private static string At(string list, int index) => string.Create(CultureInfo.InvariantCulture, $"{list}[{index}]");
}
