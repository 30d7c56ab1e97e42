using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using Assize.Evaluation.Models;

namespace Assize.Evaluation.Judges;

/// <summary>
/// A model that compares two responses, in both orders. Equal verdicts are the preference; different ones, also a win and a tie, are inconsistent: which it was stays
/// in the outcome. A trial is unscored when either order is.
/// </summary>
public sealed record PairwiseJudge : Judge
{
    private static readonly ConditionalWeakTable<PairwiseJudge, JudgeBrief> Briefs = [];

    public required ModelName Model { get; init; }

    [JsonPropertyName("per")]
    public JudgeScope Per { get; init; } = JudgeScope.Conversation;

    /// <summary>What the judge is to decide.</summary>
    public string? Question { get; init; }

    /// <summary>What the suite's author tells the judge besides the question.</summary>
    public string? Instructions { get; init; }

    /// <summary>The candidate all others are compared with; null compares every pair.</summary>
    public CandidateName? Baseline { get; init; }

    [JsonIgnore]
    public override ImmutableArray<Criterion> Criteria => [];

    [JsonIgnore]
    public override ImmutableArray<ModelName> Models => [Model];

    [JsonIgnore]
    public override bool Pairwise => true;

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

        if (Baseline is { } baseline && string.IsNullOrEmpty(baseline.Value))
        {
            mistakes.Add(new Mistake("The baseline has no name.", "Name a candidate, or leave the baseline out to compare every pair.") { Field = "baseline" });
        }

        if (Question is { } asked && string.IsNullOrWhiteSpace(asked))
        {
            mistakes.Add(new Mistake("The question is blank.", "Ask something, or leave the field out.") { Field = "question" });
        }

        return mistakes.ToImmutable();
    }

    public override Step Next(Trial trial, Answers soFar)
    {
        var opponent = trial.Opponent ?? throw new ArgumentException($"a trial of pairs has two responses, and {trial.Id} has one", nameof(trial));
        var brief = Briefs.GetValue(this, JudgeBrief.ForPair);
        Hearing[] hearings =
        [
            new(brief, trial, trial.Nonce, trial.Response, opponent),
            new(brief, trial, trial.Nonce.Swapped(), opponent, trial.Response),
        ];
        if (soFar.Count == 0)
        {
            return new Step.Ask([hearings[0].Question(), hearings[1].Question()]);
        }

        VerdictReading[] readings = [hearings[0].Read(soFar[0]), hearings[1].Read(soFar[1])];

        // Where one order has no answer for good, repairing the other would cost money for nothing.
        if (readings[0] is VerdictReading.Absent || readings[1] is VerdictReading.Absent)
        {
            return Decide(readings[0], readings[1]);
        }

        var repairs = ImmutableArray.CreateBuilder<Prompt>();
        var answer = 2;
        for (var order = 0; order < 2; order++)
        {
            if (readings[order] is not VerdictReading.Unreadable unreadable)
            {
                continue;
            }

            if (soFar.Count == 2)
            {
                repairs.Add(hearings[order].Repair(soFar[order], unreadable));
            }
            else
            {
                readings[order] = hearings[order].ReadRepair(soFar[order], soFar[answer++]);
            }
        }

        return repairs.Count > 0 ? new Step.Ask(repairs.ToImmutable()) : Decide(readings[0], readings[1]);
    }

    private static Step Decide(VerdictReading first, VerdictReading second)
    {
        if (first is VerdictReading.Given a && second is VerdictReading.Given b)
        {
            var forward = (Preference)a.Values[0];
            var swapped = (Preference)b.Values[0] switch { Preference.A => Preference.B, Preference.B => Preference.A, var tie => tie };
            var preference = forward == swapped ? forward : Preference.Inconsistent;
            return Step.Of(new Outcome.Preferred(preference, forward, swapped), Explained(a.Explanation, b.Explanation));
        }

        // An order that was not asked again, because the other has no answer, is not what kept the trial from a verdict.
        var takeSecond = first is VerdictReading.Given || (second is VerdictReading.Absent && first is not VerdictReading.Absent);
        var order = takeSecond ? "in the swapped order, " : "";
        return (takeSecond ? second : first) switch
        {
            VerdictReading.Unreadable unreadable => Step.Unscored(unreadable.Reason, Material.Line(order + unreadable.Detail, VerdictForm.LongestDetail)),
            VerdictReading.Absent absent => Step.Unscored(absent.Reason, Material.Line(order + absent.Detail, VerdictForm.LongestDetail)),
            var reading => throw new InvalidOperationException($"no outcome for {reading}"),
        };
    }

    private static string? Explained(string? forward, string? swapped) => forward is null && swapped is null
        ? null
        : $"In order: {forward ?? "(no explanation)"}\n\nSwapped (A and B exchanged): {swapped ?? "(no explanation)"}";
}
