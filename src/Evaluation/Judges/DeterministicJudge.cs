using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Judges;

/// <summary>
/// A judge that asks nobody: the answer passes (1) or fails (0) by itself. With <c>per: conversation</c> it looks at the final turn's answer.
/// </summary>
public abstract record DeterministicJudge : Judge
{
    private static readonly ImmutableArray<Criterion> PassOnly = [new Criterion { Name = Pass, Scale = Scale.PassFail }];

    /// <summary>The one criterion of such a judge.</summary>
    public static CriterionName Pass => new("pass");

    [JsonPropertyName("per")]
    public JudgeScope Per { get; init; } = JudgeScope.Conversation;

    [JsonIgnore]
    public override ImmutableArray<Criterion> Criteria => PassOnly;

    [JsonIgnore]
    public override JudgeScope Scope => Per;

    [JsonIgnore]
    protected override int Edition => 1;

    public override Step Next(Trial trial, Answers soFar)
    {
        var turn = (trial.Id.Turn ?? trial.Case.Turns.Length) - 1;
        return turn >= 0 && turn < trial.Response.Turns.Length
            ? new Step.Judged(Compare(trial.Response.Turns[turn], trial.Case, turn))
            : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"case {trial.Case.Id} has no turn {turn + 1} with an answer"), nameof(trial));
    }

    /// <summary>The verdict on an answer; <paramref name="turn"/> counts from 0.</summary>
    protected abstract Verdict Compare(string answer, Case @case, int turn);

    protected static Verdict Passes(bool passes, string? explanation = null) => new(new Outcome.Scored([new Score(Pass, passes ? 1 : 0)]), explanation);

    protected static Verdict Unscored(Reason reason, string detail) => new(new Outcome.Unscored(reason, detail), null);
}

/// <summary>A judge that compares an answer with what was expected: literal values, the judged turn's references, or a metadata value of the case; any of several will do.</summary>
public abstract record ComparingJudge : DeterministicJudge
{
    private const string Reference = "reference";
    private const string MetadataPrefix = "metadata.";

    /// <summary>The expected values themselves; in a suite file also numbers, booleans, objects and arrays, which then stand as their JSON text.</summary>
    [JsonConverter(typeof(LiteralsConverter))]
    public ImmutableArray<string> Values { get; init; } = [];

    /// <summary>Where expected values come from: <c>reference</c> (when nothing is said) or <c>metadata.KEY</c>.</summary>
    public string? From { get; init; }

    [JsonIgnore]
    private bool HasValues => !Values.IsDefaultOrEmpty;

    [JsonIgnore]
    private string? MetadataKey => From is not null && From.StartsWith(MetadataPrefix, StringComparison.Ordinal) && From.Length > MetadataPrefix.Length ? From[MetadataPrefix.Length..] : null;

    public override ImmutableArray<Mistake> Check()
    {
        var mistakes = ImmutableArray.CreateBuilder<Mistake>();
        if (HasValues && From is not null)
        {
            mistakes.Add(new Mistake("The judge has both `values` and `from`.", "Keep one of them.") { Field = "from" });
        }
        else if (From is not (null or Reference) && MetadataKey is null)
        {
            mistakes.Add(new Mistake($"Expected values cannot come from '{From}'.", "Use `reference` or `metadata.KEY`, or give `values`.") { Field = "from" });
        }

        for (var i = 0; HasValues && i < Values.Length; i++)
        {
            if (CheckExpected(Values[i]) is { } mistake)
            {
                mistakes.Add(mistake with { Field = FormattableString.Invariant($"values[{i}]") });
            }
        }

        return mistakes.ToImmutable();
    }

    public override ImmutableArray<Mistake> Check(Case @case)
    {
        var mistakes = ImmutableArray.CreateBuilder<Mistake>();
        if (!Expects || HasValues || Where is { } where && !where.Matches(@case))
        {
            return [];
        }

        if (MetadataKey is { } key)
        {
            var field = $"{MetadataPrefix}{key}";
            if (!@case.Metadata.TryGetValue(key, out var value))
            {
                mistakes.Add(new Mistake(
                    $"The case has no metadata '{key}', with which judge '{Name}' compares.",
                    $"Add it, or limit the judge with `where: {{ metadata: {key} }}`.") { Case = @case.Id, Field = field });
            }
            else if (CheckExpected(value) is { } mistake)
            {
                mistakes.Add(mistake with { Case = @case.Id, Field = field });
            }

            return mistakes.ToImmutable();
        }

        for (var turn = Per == JudgeScope.Turn ? 0 : @case.Turns.Length - 1; turn < @case.Turns.Length; turn++)
        {
            var references = @case.Turns[turn].References;
            var field = FormattableString.Invariant($"turns[{turn}].references");
            if (references.IsDefaultOrEmpty)
            {
                mistakes.Add(new Mistake(
                    @case.Turns.Length == 1
                        ? $"The case has no reference, with which judge '{Name}' compares."
                        : FormattableString.Invariant($"Turn {turn + 1} has no reference, with which judge '{Name}' compares."),
                    "Add one, or limit the judge with `where`.") { Case = @case.Id, Field = field });
                continue;
            }

            for (var i = 0; i < references.Length; i++)
            {
                if (CheckExpected(references[i]) is { } mistake)
                {
                    mistakes.Add(mistake with { Case = @case.Id, Field = FormattableString.Invariant($"{field}[{i}]") });
                }
            }
        }

        return mistakes.ToImmutable();
    }

    /// <summary>Whether expected values are used at all.</summary>
    [JsonIgnore]
    protected virtual bool Expects => true;

    /// <summary>What is wrong with an expected value, or null.</summary>
    protected virtual Mistake? CheckExpected(string expected) => null;

    protected abstract Verdict Compare(string answer, ImmutableArray<string> expected);

    protected override Verdict Compare(string answer, Case @case, int turn)
    {
        if (!Expects || HasValues)
        {
            return Compare(answer, Values);
        }

        ImmutableArray<string> expected = MetadataKey is not { } key ? @case.Turns[turn].References : @case.Metadata.TryGetValue(key, out var value) ? [value] : [];
        return expected.IsDefaultOrEmpty ? throw new EvaluationException(Check(@case)) : Compare(answer, expected);
    }
}
