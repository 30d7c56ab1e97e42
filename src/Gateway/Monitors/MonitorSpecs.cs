using System.Collections.Immutable;
using Assize.Evaluation;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Suites;
using Assize.Evaluation.Traffic;
using Assize.Gateway.Runs;
using Assize.Grains;

namespace Assize.Gateway.Monitors;

/// <summary>Makes a monitor's definition whole with what it names: models, the suite of its anchors, the suite and the baseline run of its benchmark.</summary>
internal sealed class MonitorSpecs(IGrainFactory grains, TrafficPolicy traffic, TimeProvider time)
{
    private static TenantName Tenant => TenantName.Default;

    /// <exception cref="EvaluationException">Something is wrong: all mistakes.</exception>
    public async Task<MonitorSpec> Of(MonitorDefinition definition)
    {
        var cards = await grains.Models().Cards();
        var mistakes = MonitorCheck.Of(definition, [.. cards.Cards.Select(card => card.Name)], (await grains.Channels().Names()).Names).AddRange(traffic.Check(definition));
        var (anchors, wrongAnchors) = definition.Anchors is { } frozen && IsSound("anchors") ? await Anchors(frozen) : (null, []);
        var (benchmark, wrongBenchmark) = definition.Benchmark is { } again && IsSound("benchmark") ? await Benchmark(again) : (null, []);
        var twins = definition.Judge is PanelJudge panel ? panel.Twins(cards).Select(mistake => mistake with { Field = $"judge.{mistake.Field}" }) : [];
        mistakes = [.. mistakes, .. twins, .. wrongAnchors, .. wrongBenchmark];
        return mistakes.IsEmpty
            ? new MonitorSpec
            {
                Tenant = Tenant,
                Definition = definition,
                Models = new ModelCards([.. cards.Cards.Where(card => definition.Judge.Models.Contains(card.Name))]),
                Changed = time.GetUtcNow(),
                Anchors = anchors,
                Benchmark = benchmark,
            }
            : throw new EvaluationException(mistakes);

        // Of a part in which something is wrong it is not asked what it names.
        bool IsSound(string part) => mistakes.All(mistake => mistake.Field?.Split('.', '[')[0] != part);
    }

    private async Task<(AnchorSource? Source, ImmutableArray<Mistake> Mistakes)> Anchors(AnchorSettings settings) =>
        await grains.Suite(Tenant, settings.Suite).Get() is { } suite
            ? AnchorSource.Of(settings, suite.Latest)
            : (null, [new Mistake($"There is no suite '{settings.Suite}'.", "Upload the anchors first.") { Field = "anchors.suite" }]);

    private async Task<(BenchmarkSource? Source, ImmutableArray<Mistake> Mistakes)> Benchmark(BenchmarkSettings settings)
    {
        if (await grains.Suite(Tenant, settings.Suite).Get() is not { } suite)
        {
            return (null, [new Mistake($"There is no suite '{settings.Suite}'.", "Upload it first.") { Field = "benchmark.suite" }]);
        }

        var contents = suite.Latest;
        if (settings.Baseline is { } baseline)
        {
            if (!Ids.IsRun(baseline.Value) || await grains.Run(baseline).Spec() is not { } run || run.Suite.Definition.Name != settings.Suite)
            {
                return (null, [new Mistake($"There is no run '{baseline}' of suite '{settings.Suite}'.", $"List them: assize runs --suite {settings.Suite}.") { Field = "benchmark.baseline" }]);
            }

            // Cases are compared one by one, so the version is the baseline's.
            contents = run.Suite;
        }

        var candidates = contents.Definition.Candidates.Select(candidate => candidate.Name).ToArray();
        var chosen = settings.Candidate is { } named ? candidates.Where(name => name == named).ToArray() : candidates;
        return chosen.Length == 1
            ? (new BenchmarkSource(settings.Suite, contents.Version, chosen[0], (await RunPlan.Of(grains, contents)).Models, ProgramVersion.Current), [])
            : (null, [new Mistake(
                settings.Candidate is { } missing ? $"Suite '{settings.Suite}' has no candidate '{missing}'." : $"Suite '{settings.Suite}' has several candidates, and one is watched.",
                $"Name one of: {string.Join(", ", candidates)}.") { Field = "benchmark.candidate" }]);
    }
}
