using Assize.Evaluation;
using Assize.Evaluation.Budgets;
using Assize.Evaluation.Candidates;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Suites;
using Assize.Gateway.Translation;
using Assize.Grains;

namespace Assize.Gateway.Runs;

/// <summary>What a run would ask, by which models, and for how much; found from a sample of the suite's cases, so that nothing holds all of them.</summary>
internal sealed class RunPlan(IGrainFactory grains, SuiteContents suite, ModelCards models)
{
    /// <summary>So many cases are looked at, and the rest of their partition. Cases are spread over partitions by hash, so that any of them is a random sample.</summary>
    private const int Enough = 400;

    public ModelCards Models => models;

    /// <summary>The plan of a suite; throws when it asks models that nobody declared, or a panel asks one of them twice.</summary>
    public static async Task<RunPlan> Of(IGrainFactory grains, SuiteContents suite)
    {
        var asked = suite.Definition.Judges.SelectMany(judge => judge.Models)
            .Concat(suite.Definition.Candidates.OfType<ModelCandidate>().Select(candidate => candidate.Model))
            .ToHashSet();
        var declared = await grains.Models().Cards();
        var missing = asked.Where(name => declared.Find(name) is null).Order(NameOrder<ModelName>.Ordinal).Select(name => new Mistake(
            $"Model '{name}' is not declared on this server.",
            declared.Cards.IsEmpty ? "No models are declared: add it under Models in the configuration." : $"Declared are: {string.Join(", ", declared.Cards.Select(card => card.Name.Value).Order(StringComparer.Ordinal))}."));
        Mistake[] mistakes = [.. missing, .. suite.Definition.Judges.OfType<PanelJudge>().SelectMany(panel => panel.Twins(declared))];
        if (mistakes.Length > 0)
        {
            throw new EvaluationException([.. mistakes]);
        }

        return new RunPlan(grains, suite, new ModelCards([.. declared.Cards.Where(card => asked.Contains(card.Name))]));
    }

    /// <summary>The budget a caller gives; one that could never be spent is refused.</summary>
    public Budget? Budget(V1.Budget? given)
    {
        if (given?.ToDomain() is not { } budget)
        {
            return null;
        }

        return models.Cards.Any(card => card.InputPrice > 0 || card.OutputPrice > 0) ? budget : throw new EvaluationException([new Mistake(
            "A budget needs prices, and no model of the suite has one, so that nothing would ever be spent.", "Declare InputPrice and OutputPrice under Models in the configuration.") { Field = "budget" }]);
    }

    public async Task<V1.RunEstimate> Estimate(TenantName tenant, Budget? budget)
    {
        var estimate = RunEstimate.Nothing;
        for (var partition = 0; partition < suite.Plan.Partitions && estimate.Rehearsed < Enough; partition++)
        {
            // All that came of it: the first segment alone is what of it stood at the head of the file.
            for (var segment = 0; segment < suite.Plan.Segments[partition]; segment++)
            {
                var chunk = await grains.Chunk(suite.Plan.Upload, partition, segment).Get();
                estimate = chunk.Exhibits.Aggregate(estimate, (sum, exhibit) => sum.With(suite.Definition, models, exhibit));
            }
        }

        var shared = await Task.WhenAll(models.Cards.Select(card => PurseName.Of(card.Name)).Prepend(PurseName.Of(tenant)).Select(purse => grains.Purse(purse).Status()));
        var lines = shared.OfType<BudgetLine>();
        return BudgetTranslation.ToProto(estimate.Over(suite.Cases), suite.Cases, models, budget is null ? lines : lines.Prepend(BudgetLine.Of(PurseName.Run, budget, 0, 0)));
    }
}
