using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;

namespace Assize.Evaluation.Judges;

/// <summary>A model that reads one response and gives a value for each criterion, after explaining itself.</summary>
public sealed record ScoreJudge : Judge
{
    private static readonly ConditionalWeakTable<ScoreJudge, JudgeBrief> Briefs = [];

    public required ModelName Model { get; init; }

    [JsonPropertyName("per")]
    public JudgeScope Per { get; init; } = JudgeScope.Conversation;

    [JsonPropertyName("criteria")]
    public required ImmutableArray<Criterion> Asked { get; init; }

    /// <summary>What the suite's author tells the judge besides the criteria.</summary>
    public string? Instructions { get; init; }

    [JsonIgnore]
    public override ImmutableArray<Criterion> Criteria => Asked;

    [JsonIgnore]
    public override ImmutableArray<ModelName> Models => [Model];

    [JsonIgnore]
    public override JudgeScope Scope => Per;

    [JsonIgnore]
    protected override int Edition => 1;

    public override ImmutableArray<Mistake> Check()
    {
        var mistakes = ImmutableArray.CreateBuilder<Mistake>();
        if (string.IsNullOrEmpty(Model.Value))
        {
            mistakes.Add(new Mistake("The judge names no model.", "Give it the name of a declared model.") { Field = "model" });
        }

        if (Asked.IsDefaultOrEmpty)
        {
            mistakes.Add(new Mistake("The judge has no criteria.", "Give it at least one, with a name, a question and a scale.") { Field = "criteria" });
            return mistakes.ToImmutable();
        }

        var names = new HashSet<CriterionName>();
        for (var i = 0; i < Asked.Length; i++)
        {
            var field = FormattableString.Invariant($"criteria[{i}]");
            mistakes.AddRange(Asked[i].Check(field));
            if (!names.Add(Asked[i].Name) && !string.IsNullOrEmpty(Asked[i].Name.Value))
            {
                mistakes.Add(new Mistake($"Two criteria are named '{Asked[i].Name}'.") { Field = $"{field}.name" });
            }

            if (Asked is [{ Question: { } asked }] && string.IsNullOrWhiteSpace(asked))
            {
                mistakes.Add(new Mistake($"The question of criterion '{Asked[i].Name}' is blank.", "Ask something, or leave the field out.") { Field = $"{field}.question" });
            }

            if (Asked.Length > 1 && string.IsNullOrWhiteSpace(Asked[i].Question))
            {
                mistakes.Add(new Mistake(
                    $"Criterion '{Asked[i].Name}' has no question.", "A judge of several criteria needs one for each, to tell them apart.") { Field = $"{field}.question" });
            }
        }

        return mistakes.ToImmutable();
    }

    public override Step Next(Trial trial, Answers soFar)
    {
        var hearing = new Hearing(Briefs.GetValue(this, JudgeBrief.ForScores), trial, trial.Nonce, trial.Response, null);
        if (soFar.Count == 0)
        {
            return new Step.Ask([hearing.Question()]);
        }

        var reading = hearing.Read(soFar[0]);
        if (reading is VerdictReading.Unreadable unreadable)
        {
            if (soFar.Count == 1)
            {
                return new Step.Ask([hearing.Repair(soFar[0], unreadable)]);
            }

            reading = hearing.ReadRepair(soFar[0], soFar[1]);
        }

        return reading switch
        {
            VerdictReading.Given given => Step.Of(new Outcome.Scored(Scores(given.Values)), given.Explanation),
            VerdictReading.Unreadable still => Step.Unscored(still.Reason, still.Detail),
            VerdictReading.Absent absent => Step.Unscored(absent.Reason, absent.Detail),
            _ => throw new InvalidOperationException($"no outcome for {reading}"),
        };
    }

    private ImmutableArray<Score> Scores(ImmutableArray<double> values)
    {
        var scores = ImmutableArray.CreateBuilder<Score>(values.Length);
        for (var i = 0; i < values.Length; i++)
        {
            scores.Add(new Score(Asked[i].Name, values[i]));
        }

        return scores.MoveToImmutable();
    }
}
