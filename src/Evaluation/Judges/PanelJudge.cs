using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using Assize.Evaluation.Models;

namespace Assize.Evaluation.Judges;

/// <summary>
/// Several models that read the same response by the same criteria, each without knowing of the others; a criterion's value is made of theirs. A trial is unscored where fewer members than
/// the quorum have a verdict.
/// </summary>
public sealed record PanelJudge : Judge
{
    /// <summary>A panel of more members costs more than it tells.</summary>
    public const int Most = 15;

    private static readonly ConditionalWeakTable<PanelJudge, ScoreJudge[]> Benches = [];

    public required ImmutableArray<ModelName> Members { get; init; }

    [JsonPropertyName("per")]
    public JudgeScope Per { get; init; } = JudgeScope.Conversation;

    [JsonPropertyName("criteria")]
    public required ImmutableArray<Criterion> Asked { get; init; }

    /// <summary>What the suite's author tells every member besides the criteria.</summary>
    public string? Instructions { get; init; }

    public PanelRule Rule { get; init; } = PanelRule.Median;

    /// <summary>Members that need a verdict, at least; null for more than half of them.</summary>
    public int? Quorum { get; init; }

    /// <summary>As they are asked; where the mean is taken, any number between the ends may come of it.</summary>
    [JsonIgnore]
    public override ImmutableArray<Criterion> Criteria => Rule is PanelRule.Mean && !Asked.IsDefault ? [.. Asked.Select(criterion => criterion with { Scale = criterion.Scale with { Step = 0 } })] : Asked;

    [JsonIgnore]
    public override ImmutableArray<ModelName> Models => Members.IsDefault ? [] : Members;

    [JsonIgnore]
    public override JudgeScope Scope => Per;

    [JsonIgnore]
    protected override int Edition => 1;

    private int Needed => Quorum ?? Members.Length / 2 + 1;

    public override ImmutableArray<Mistake> Check()
    {
        var mistakes = ImmutableArray.CreateBuilder<Mistake>();
        if (Members.IsDefault || Members.Length is < 2 or > Most)
        {
            mistakes.Add(new Mistake(string.Create(CultureInfo.InvariantCulture, $"A panel has 2 to {Most} members."), "Name declared models; for a single one use a judge of type 'score'.") { Field = "members" });
        }

        for (var i = 0; i < Models.Length; i++)
        {
            var field = FormattableString.Invariant($"members[{i}]");
            if (string.IsNullOrEmpty(Members[i].Value))
            {
                mistakes.Add(new Mistake("The member has no name.", "Give it the name of a declared model.") { Field = field });
            }
            else if (Members.IndexOf(Members[i]) < i)
            {
                mistakes.Add(new Mistake($"Model '{Members[i]}' is a member twice: it would be asked once and counted twice.") { Field = field });
            }
        }

        if (Quorum is { } quorum && (quorum < 1 || quorum > Math.Max(1, Models.Length)))
        {
            mistakes.Add(new Mistake(string.Create(CultureInfo.InvariantCulture, $"A quorum of {quorum} cannot be had of {Models.Length} members.")) { Field = "quorum" });
        }

        mistakes.AddRange(Member(new("member")).Check());
        return mistakes.ToImmutable();
    }

    /// <summary>Members that are one model by two names: it would be asked once and counted twice. A simulation may stand in for all of them.</summary>
    public IEnumerable<Mistake> Twins(ModelCards declared) =>
        from card in Models.Select(declared.Find).OfType<ModelCard>()
        where card is { Simulated: false, Fingerprint.Length: > 0 }
        group card.Name by card.Fingerprint into one
        where one.Count() > 1
        select new Mistake(
            $"Members {string.Join(" and ", one.Select(name => $"'{name}'"))} of panel '{Name}' are one model with the same settings: it would be asked once and counted {(one.Count() == 2 ? "twice" : FormattableString.Invariant($"{one.Count()} times"))}.",
            "Name different models, or declare one of the names with another seed or temperature.") { Field = "members" };

    public override Step Next(Trial trial, Answers soFar)
    {
        var bench = Benches.GetValue(this, static panel => [.. panel.Members.Select(panel.Member)]);
        if (soFar.Count == 0)
        {
            return new Step.Ask([.. bench.SelectMany(member => ((Step.Ask)member.Next(trial, Answers.None)).Prompts)]);
        }

        Step[] steps = [.. bench.Select((member, i) => member.Next(trial, new Answers([soFar[i]])))];
        var possible = steps.Count(step => step is Step.Ask or Step.Judged { Verdict.Outcome: Outcome.Scored });
        if (soFar.Count == bench.Length && possible >= Needed && steps.OfType<Step.Ask>().ToArray() is { Length: > 0 } repairs)
        {
            return new Step.Ask([.. repairs.SelectMany(repair => repair.Prompts)]);
        }

        var answer = bench.Length;
        for (var i = 0; i < steps.Length && answer < soFar.Count; i++)
        {
            steps[i] = steps[i] is Step.Ask ? bench[i].Next(trial, new Answers([soFar[i], soFar[answer++]])) : steps[i];
        }

        return Decide(steps);
    }

    private ScoreJudge Member(ModelName model) => new() { Name = Name, Model = model, Per = Per, Asked = Asked, Instructions = Instructions };

    private Step Decide(Step[] steps)
    {
        // Who would be asked again, and was not since the quorum is out of reach, has no verdict either.
        Verdict?[] verdicts = [.. steps.Select(step => (step as Step.Judged)?.Verdict)];
        Outcome.Scored[] scored = [.. verdicts.Select(verdict => verdict?.Outcome).OfType<Outcome.Scored>()];
        if (scored.Length < Needed)
        {
            var (at, missing) = verdicts.Select((verdict, i) => (i, Outcome: verdict?.Outcome as Outcome.Unscored)).First(member => member.Outcome is not null);
            var detail = string.Create(CultureInfo.InvariantCulture, $"{scored.Length} of {Members.Length} members have a verdict and {Needed} are needed; {Members[at]}: {missing!.Detail}");
            return Step.Unscored(missing.Reason, Material.Line(detail, VerdictForm.LongestDetail));
        }

        var values = Asked.Select((criterion, k) => new Score(criterion.Name, Value(criterion.Scale, [.. scored.Select(member => member.Scores[k].Value).Order()])));
        return Step.Of(new Outcome.Scored([.. values]), string.Join("\n\n", verdicts.Select((verdict, i) => Told(Members[i], verdict))));
    }

    private double Value(Scale scale, double[] ordered) => Rule switch
    {
        PanelRule.Median => ordered[(ordered.Length - 1) / 2],
        // Rounding may carry a mean over the end of a scale that is a fraction.
        PanelRule.Mean => Math.Clamp(ordered.Average(), scale.Min, scale.Max),
        PanelRule.Lowest => ordered[0],
        _ => throw new InvalidOperationException($"no value for {Rule}"),
    };

    private static string Told(ModelName member, Verdict? verdict) => verdict?.Outcome switch
    {
        Outcome.Scored scored => $"{member} ({string.Join(", ", scored.Scores.Select(score => string.Create(CultureInfo.InvariantCulture, $"{score.Criterion}={score.Value:0.###}")))}): {verdict.Explanation ?? "(no explanation)"}",
        Outcome.Unscored unscored => $"{member} (no verdict): {unscored.Detail}",
        _ => $"{member} (no verdict)",
    };
}

/// <summary>How a panel's value is made of its members'.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PanelRule>))]
public enum PanelRule
{
    /// <summary>The middle one, the lower of two; of passes and failures that of the majority, and a failure where both are as many.</summary>
    Median,

    /// <summary>Their mean, any number of the scale; of passes and failures the share that passed.</summary>
    Mean,

    /// <summary>The lowest: one member is enough to fail.</summary>
    Lowest,
}
