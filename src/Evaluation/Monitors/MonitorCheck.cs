using System.Collections.Immutable;
using System.Globalization;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Notifications;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Monitors;

/// <summary>What is wrong with a monitor's definition.</summary>
public static class MonitorCheck
{
    /// <summary>Combined slices are counted; more properties than this make more combinations than traffic fills.</summary>
    private const int MostSlices = 4;

    /// <summary>All mistakes; empty when there are none.</summary>
    /// <param name="monitor">What is checked.</param>
    /// <param name="models">The declared models; null when they are not known here, and then no model is called unknown.</param>
    /// <param name="channels">The declared channels of notifications, in the same way.</param>
    public static ImmutableArray<Mistake> Of(MonitorDefinition monitor, IReadOnlyCollection<ModelName>? models = null, IReadOnlyCollection<NotificationChannel>? channels = null)
    {
        var mistakes = ImmutableArray.CreateBuilder<Mistake>();
        if (!SuiteCheck.IsName(monitor.Name.Value))
        {
            mistakes.Add(new Mistake($"{Spelling.Quote(monitor.Name.Value)} cannot name a monitor.", "Use letters, digits, '.', '_' and '-', at most 64, with a letter or digit first.") { Field = "name" });
        }

        Sampler(monitor.Sampler, mistakes);
        mistakes.AddRange(AllocationSettings.Check(monitor.Sampler, !monitor.Slices.IsEmpty));
        Judge(monitor, models, mistakes);
        Slices(monitor, mistakes);
        Baseline(monitor, mistakes);
        mistakes.AddRange(monitor.Alarm.Check());
        mistakes.AddRange(NotifyCheck.Of(monitor.Notify, channels));
        mistakes.AddRange(monitor.Anchors?.Check() ?? []);
        mistakes.AddRange(monitor.Benchmark?.Check() ?? []);
        Conversations(monitor, mistakes);
        return mistakes.DrainToImmutable();
    }

    private static void Sampler(SamplerSettings sampler, ImmutableArray<Mistake>.Builder mistakes)
    {
        Rate(sampler.Rate, "sampler.rate", mistakes);
        foreach (var (slice, rate) in sampler.Strata)
        {
            Rate(rate, $"sampler.strata.{slice}", mistakes);
        }

        foreach (var (field, budget) in new[] { ("sampler.perMinute", sampler.PerMinute), ("sampler.perDay", sampler.PerDay) })
        {
            if (budget < 1)
            {
                mistakes.Add(new Mistake("A budget is a number of judged interactions, at least 1.", "Leave it out for no limit.") { Field = field });
            }
        }
    }

    private static void Rate(double rate, string field, ImmutableArray<Mistake>.Builder mistakes)
    {
        if (rate is not (> 0 and <= 1))
        {
            mistakes.Add(new Mistake("A rate is a share of the traffic, above 0 and at most 1.") { Field = field });
        }
    }

    private static void Judge(MonitorDefinition monitor, IReadOnlyCollection<ModelName>? models, ImmutableArray<Mistake>.Builder mistakes)
    {
        var judge = monitor.Judge;
        var before = mistakes.Count;
        foreach (var mistake in judge.Check())
        {
            mistakes.Add(mistake with { Field = mistake.Field is null ? "judge" : $"judge.{mistake.Field}" });
        }

        foreach (var model in models is null ? [] : judge.Models.Where(model => !models.Contains(model)))
        {
            mistakes.Add(new Mistake($"Model {Spelling.Quote(model.Value)} is not declared.", Spelling.Suggest(model.Value, [.. models!.Select(known => known.Value)], "Declared")) { Field = "judge.model" });
        }

        if (judge.Pairwise)
        {
            mistakes.Add(new Mistake("A monitor judges one response at a time, and this judge compares two.", "Use a judge that scores.") { Field = "judge" });
            return;
        }

        if (judge.Where is not null)
        {
            mistakes.Add(new Mistake("A monitor's judge judges every interaction that is drawn.", "Put the condition under 'from'.") { Field = "judge.where" });
        }

        if (mistakes.Count > before)
        {
            return;
        }

        foreach (var mistake in judge.Check(MonitorCase.Bare))
        {
            mistakes.Add(mistake with { Case = null, What = $"The judge needs what traffic does not have: {mistake.What}", Suggestion = "Use a judge that needs no reference.", Field = "judge" });
        }

        if (monitor.Watched is null)
        {
            var names = string.Join(", ", judge.Criteria.Select(criterion => criterion.Name.Value));
            mistakes.Add(new Mistake(
                monitor.Criterion is { } missing ? $"The judge has no criterion {Spelling.Quote(missing.Value)}." : "The judge has several criteria, and one is watched.",
                $"Name one of: {names}.") { Field = "criterion" });
        }
    }

    private static void Slices(MonitorDefinition monitor, ImmutableArray<Mistake>.Builder mistakes)
    {
        if (monitor.Slices.Length > MostSlices)
        {
            mistakes.Add(new Mistake(string.Create(CultureInfo.InvariantCulture, $"A monitor has at most {MostSlices} slices."), "Make another monitor for the others.") { Field = "slices" });
        }

        for (var i = 0; i < monitor.Slices.Length; i++)
        {
            var field = string.Create(CultureInfo.InvariantCulture, $"slices[{i}]");
            if (string.IsNullOrWhiteSpace(monitor.Slices[i]))
            {
                mistakes.Add(new Mistake("A slice is the name of a property.") { Field = field });
            }
            else if (monitor.Slices[i].Contains('=', StringComparison.Ordinal))
            {
                mistakes.Add(new Mistake($"The property {Spelling.Quote(monitor.Slices[i])} contains '=', which separates a property from its value in the name of a slice.", "Send it under another name.") { Field = field });
            }
            else if (monitor.Slices.IndexOf(monitor.Slices[i]) < i)
            {
                mistakes.Add(new Mistake($"The property {Spelling.Quote(monitor.Slices[i])} is named twice.") { Field = field });
            }
        }
    }

    private static void Baseline(MonitorDefinition monitor, ImmutableArray<Mistake>.Builder mistakes)
    {
        if (monitor.Baseline.Known is { } known)
        {
            if (monitor.Watched is { Scale: var scale } && !(known.Mean >= scale.Min && known.Mean <= scale.Max))
            {
                mistakes.Add(new Mistake($"The known mean lies outside the scale {scale.Words()}.") { Field = "baseline.known.mean" });
            }

            if (!(known.Deviation > 0 && double.IsFinite(known.Deviation)))
            {
                mistakes.Add(new Mistake("The known deviation must be a number of points above 0.") { Field = "baseline.known.deviation" });
            }

            if (monitor.Alarm.PerDay is null && monitor.Sampler.PerDay is null)
            {
                mistakes.Add(new Mistake("With a known baseline nothing tells how many scores a day has.", "Give the scores expected a day, or a daily budget.") { Field = "alarm.perDay" });
            }
        }
        else if (monitor.Baseline.Scores is < BaselineScores.Fewest or > BaselineSize.Most)
        {
            mistakes.Add(new Mistake(string.Create(CultureInfo.InvariantCulture, $"A baseline is made from {BaselineScores.Fewest} to {BaselineSize.Most:N0} scores.")) { Field = "baseline.scores" });
        }
    }

    private static void Conversations(MonitorDefinition monitor, ImmutableArray<Mistake>.Builder mistakes)
    {
        if (monitor.Conversations is { } conversations)
        {
            mistakes.AddRange(conversations.Check());
            if (!monitor.Judge.Pairwise && monitor.Judge.Scope is not Judges.JudgeScope.Conversation)
            {
                mistakes.Add(new Mistake("Whole conversations are judged once, and this judge judges each turn.", "Let it judge per conversation, or leave 'conversations' out.") { Field = "judge.per" });
            }
        }
    }
}
