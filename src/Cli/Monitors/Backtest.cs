using System.Collections.Immutable;
using System.Globalization;
using Assize.Cli.Commands;
using Assize.Cli.Reports;
using Assize.Evaluation;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Suites;
using Assize.Evaluation.Traffic;
using Assize.Gateway.Translation;

namespace Assize.Cli.Monitors;

/// <summary>A monitor's definition held against recorded traffic: what it would have drawn, and what it would have said. The watch is the monitor's own; anchors and benchmarks are not a part of it.</summary>
internal sealed class Backtest
{
    private readonly MonitorDefinition definition;
    private readonly ImmutableArray<(RecordedInteraction Recorded, Slice Slice, double Inclusion)> drawn;

    public Backtest(MonitorDefinition definition, IReadOnlyList<RecordedInteraction> traffic)
    {
        this.definition = definition;
        if (Divided(definition, traffic) is { } conversation)
        {
            throw new EvaluationException([new Mistake(
                $"Monitor '{definition.Name}' judges whole conversations, and the recording holds several interactions of conversation '{conversation}', which would be judged one by one.",
                "Record each conversation as one interaction with all of its messages, or leave 'conversations' out of the definition to try it interaction by interaction.") { Field = "conversations" }]);
        }

        var sampler = TrafficSampler.Of(definition);
        var chosen = ImmutableArray.CreateBuilder<(RecordedInteraction, Slice, double)>();
        foreach (var one in traffic.Where(one => definition.From.Matches(one.Interaction)))
        {
            Seen++;
            (sampler, var draw, var slice) = sampler.Decide(one.Interaction, one.Interaction.Time);
            if (draw.Kept)
            {
                chosen.Add((one, slice, draw.Inclusion));
            }
        }

        drawn = chosen.ToImmutable();
        Recorded = traffic.Count;
    }

    /// <summary>Interactions of the recording, and those that match the monitor's filter.</summary>
    public int Recorded { get; }

    public int Seen { get; }

    public int Drawn => drawn.Length;

    /// <summary>What a judge has to be asked about: drawn, and without a recorded score.</summary>
    public ImmutableArray<Exhibit> ToJudge => [.. drawn.Where(one => one.Recorded.Score is null).Select(one => MonitorCase.Of(one.Recorded.Interaction))];

    /// <summary>The suite by which they are judged.</summary>
    public SuiteDefinition Suite
    {
        get
        {
            var name = $"backtest-{definition.Name}";
            return MonitorCase.Suite(definition) with { Name = new(name[..Math.Min(64, name.Length)]) };
        }
    }

    /// <summary>Goes through the drawn interactions in their order.</summary>
    /// <param name="outcomes">What the judge said, by the id of the interaction.</param>
    /// <param name="missing">Why the judge said nothing of those that are not among them.</param>
    public MonitorLedger Go(IReadOnlyDictionary<CaseId, Outcome> outcomes, Reason missing)
    {
        var spec = new MonitorSpec
        {
            Tenant = TenantName.Default,
            Definition = definition with { Anchors = null, Benchmark = null },
            Models = ModelCards.None,
            Changed = drawn.IsEmpty ? DateTimeOffset.UnixEpoch : drawn[0].Recorded.Interaction.Time,
        };
        var (ledger, judge, watched) = (MonitorLedger.Begin(spec), spec.Judge, definition.Watched!);
        var watch = ledger.Watch;
        foreach (var (recorded, slice, inclusion) in drawn)
        {
            var interaction = recorded.Interaction;
            var sample = new JudgedSample(new(interaction.Id.Value), slice, interaction.Time, inclusion);
            var judged = recorded.Score is { } score ? sample with { Score = watched.Scale.Contains(score) ? score : throw Outside(interaction.Id.Value, score) }
                : outcomes.TryGetValue(new(interaction.Id.Value), out var outcome) ? JudgedSample.Of(new(interaction, slice, inclusion), outcome, watched.Name)
                : sample with { Unscored = missing };
            watch = watch.Observe(spec, judged, judge, null, interaction.Time);
        }

        return ledger with { Watch = watch };

        EvaluationException Outside(string id, double score) => new([new Mistake(FormattableString.Invariant($"The score {score} of interaction '{id}' is not a value of the scale {watched.Scale.Words()}."))]);
    }

    /// <summary>What it came to, as a person reads it.</summary>
    public IEnumerable<string> Lines(MonitorLedger ledger)
    {
        var watch = ledger.Watch;
        yield return $"{definition.Name}, held against {Figures.Plural(Recorded, "recorded interaction", "recorded interactions")}: {Figures.Count(Seen)} match, {Figures.Count(Drawn)} drawn, {Figures.Count(watch.Scored)} scored, {Figures.Count(watch.Unscored.Values.Sum())} unscored";
        if (watch.Baseline is not { } baseline)
        {
            yield return $"Inconclusive. The baseline takes {Figures.Count(definition.Baseline.Scores)} scores, and there are {Figures.Count(watch.Learning.Scores.Count)}.";
            yield break;
        }

        yield return $"Baseline: mean {Figures.Number(baseline.MeanInPoints, 2)}{(baseline.Count > 0 ? $" of the first {Figures.Count(baseline.Count)} scores" : " as given")}; {Figures.Count(watch.Watched)} scores were watched, {Figures.Count(watch.Unplaced)} lie in slices without a baseline";
        yield return FalseAlarms.Of(watch.Drift!).Sentence;
        foreach (var line in MonitorPlan.Of(ledger))
        {
            yield return line;
        }

        if (watch.Alarms.All.IsEmpty)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"No alarm. Evidence is at {Figures.Share(Math.Min(1, watch.Level))} of the threshold.");
        }

        foreach (var line in watch.Alarms.All.SelectMany(alarm => MonitorText.Lines(alarm.ToProto(definition.Name))))
        {
            yield return line;
        }
    }

    /// <summary>A conversation that the monitor would put together; null where each is one interaction, or none is put together.</summary>
    private static ConversationId? Divided(MonitorDefinition definition, IReadOnlyList<RecordedInteraction> traffic) => definition.Conversations is null ? null
        : traffic.Where(one => one.Interaction.Conversation is not null && definition.From.Matches(one.Interaction)).GroupBy(one => one.Interaction.Conversation).FirstOrDefault(group => group.Skip(1).Any())?.Key;

    /// <summary>0 no alarm, 1 alarm, 2 inconclusive.</summary>
    public static int Code(MonitorLedger ledger) => ledger.Watch.Baseline is null ? ExitCode.Inconclusive : ledger.Watch.Alarms.All.IsEmpty ? ExitCode.Done : ExitCode.GateFailed;
}
