using System.Collections.Immutable;
using Assize.Evaluation;
using Assize.Evaluation.Candidates;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Suites;
using Assize.Evaluation.Traffic;
using Assize.Grains.Models;
using Assize.Grains.Runs;

namespace Assize.Grains.Monitors;

/// <summary>Judges drawn interactions and anchors by the same road as a run judges cases, on the monitors' lane. Replies are kept no longer than until their scores are saved: those about interactions may quote what they are about, and those about anchors are read by nobody after that.</summary>
internal sealed class SampleWork(IGrainFactory grains, InstallationSecret secret, SampleCalls calls, MonitorTelemetry telemetry, TimeProvider time)
{
    private static readonly Standing Lane = Standing.Usual with { Lane = Evaluation.Models.Lane.Monitor };

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>What was asked for samples whose scores are not saved yet.</summary>
    private readonly Dictionary<InteractionId, HashSet<CompletionKey>> open = [];

    /// <summary>The same for rounds of the anchors.</summary>
    private readonly Dictionary<AnchorRound, HashSet<CompletionKey>> rounds = [];

    private readonly HashSet<CompletionKey> finished = [];

    /// <summary>What goes by itself when the call is done that it waits for.</summary>
    private readonly HashSet<CompletionKey> going = [];

    /// <summary>The samples in their order; the calls are made all at once, and wait for their permits.</summary>
    /// <param name="spec">Whose samples they are.</param>
    /// <param name="samples">What is judged.</param>
    /// <param name="keep">Whether replies may rest in storage meanwhile, so that they are not paid for again when a silo is lost.</param>
    public async Task<ImmutableArray<JudgedSample>> Judge(MonitorSpec spec, ImmutableArray<Drawn> samples, bool keep)
    {
        var principal = Of(spec) with { Keep = keep };
        var suite = MonitorCase.Suite(spec.Definition);
        var watched = spec.Definition.Watched!.Name;
        return [.. await Task.WhenAll(samples.Select(async drawn =>
        {
            if (!open.TryGetValue(drawn.Interaction.Id, out var asked))
            {
                open[drawn.Interaction.Id] = asked = [];
            }

            var (record, lacking, imitates) = await calls.Judge(principal, suite, MonitorCase.Of(drawn.Interaction), key => asked.Add(key));
            if (imitates)
            {
                telemetry.InjectionSeen();
            }

            return JudgedSample.Of(drawn, record?.Judgements.Single().Outcome ?? new Outcome.Unscored(Reason.Budget, $"{lacking} has not enough left"), watched);
        }))];
    }

    /// <summary>The anchors in their order, repeat by repeat, judged anew: what was judged in another round is not read. Without money for all of them there is no round, but the budget that has not enough left.</summary>
    /// <param name="of">Whose round it is, of which the identity is made.</param>
    /// <param name="by">Who judges.</param>
    public async Task<(ImmutableArray<JudgedAnchor> Judged, string? Lacking)> Judge(MonitorSpec of, MonitorSpec by, AnchorRound round, ImmutableArray<Exhibit> anchors)
    {
        var suite = Anchored(by);
        var watched = by.Definition.Watched!.Name;
        if (!rounds.TryGetValue(round, out var asked))
        {
            rounds[round] = asked = [];
        }

        var judged = ImmutableArray.CreateBuilder<JudgedAnchor>();
        for (var repeat = 0; repeat < round.Repeats; repeat++)
        {
            var principal = Of(by) with { Draw = round.Draw(of, repeat) };
            var records = await Task.WhenAll(anchors.Select(async anchor => (Item: anchor.Case.Id, Found: await calls.JudgeAnchor(principal, suite, anchor, key => asked.Add(key)))));
            if (records.FirstOrDefault(one => one.Found.Lacking is not null) is { Found.Lacking: { } lacking })
            {
                return ([], lacking);
            }

            judged.AddRange(records.Select(one => JudgedAnchor.Of(one.Item, repeat, !ReferenceEquals(of, by), [.. one.Found.Record!.Judgements.Select(judgement => judgement.Outcome)], watched)));
        }

        return (judged.DrainToImmutable(), null);
    }

    /// <summary>The budget that has not enough left for a round by this judge; null when all have.</summary>
    public Task<string?> Lacks(MonitorSpec by, AnchorRound round, ImmutableArray<Exhibit> anchors) => calls.Lacks(Of(by), Anchored(by), anchors, round.Repeats);

    /// <summary>Lets the replies go to what was asked here for a round: its judgements are saved.</summary>
    public async Task Finish(MonitorSpec of, AnchorRound round)
    {
        if (rounds.TryGetValue(round, out var asked))
        {
            await Release(of, asked);
            rounds.Remove(round);
        }
    }

    /// <summary>Lets all replies go that are kept for a round; they are found as those about samples are.</summary>
    public async Task Forget(FormerRound former, ImmutableArray<Exhibit> anchors)
    {
        var of = former.Judges[0];
        var left = new HashSet<CompletionKey>();
        foreach (var by in former.Judges)
        {
            for (var repeat = 0; repeat < former.Round.Repeats; repeat++)
            {
                var work = new CaseWork(Anchored(by), Of(by) with { Draw = former.Round.Draw(of, repeat) }, secret);
                await Task.WhenAll(anchors.Select(async anchor =>
                {
                    var reader = Reader(by);
                    await work.Record(anchor, reader);
                    left.UnionWith(reader.Found);
                }));
            }
        }

        await Release(of, left);
        await Finish(of, former.Round);
    }

    /// <summary>Lets the replies go that were about these samples: their scores are saved.</summary>
    public Task Finish(MonitorSpec spec, ImmutableArray<JudgedSample> judged)
    {
        foreach (var sample in judged)
        {
            if (open.Remove(new InteractionId(sample.Sample.Value), out var asked))
            {
                finished.UnionWith(asked);
            }
        }

        return Release(spec, finished);
    }

    /// <summary>Lets the replies go that are still kept about samples which have their scores; they are found by what would be asked, and nobody is.</summary>
    public async Task Forget(MonitorSpec spec, ImmutableArray<Drawn> samples)
    {
        var reader = Reader(spec);
        var work = new CaseWork(MonitorCase.Suite(spec.Definition), Of(spec), secret);
        foreach (var drawn in samples)
        {
            await work.Record(MonitorCase.Of(drawn.Interaction), reader);
        }

        finished.UnionWith(reader.Found);
        await Release(spec, finished);
    }

    /// <summary>Lets all replies go. Those that are still being asked for go when they come, and are not waited for longer than a caller would.</summary>
    public async Task FinishAll(MonitorSpec spec)
    {
        finished.UnionWith(open.Values.Concat(rounds.Values).SelectMany(asked => asked));
        open.Clear();
        rounds.Clear();
        try
        {
            await Release(spec, finished).WaitAsync(Patience, time);
        }
        catch (TimeoutException)
        {
            // The calls are made, and their completions hear them when they are done.
            going.UnionWith(finished);
            finished.Clear();
        }
    }

    /// <summary>What cannot be reached now is let go with the next samples.</summary>
    private Task Release(MonitorSpec spec, HashSet<CompletionKey> replies) => Task.WhenAll(replies.ToArray().Select(async key =>
    {
        await grains.Completion(key).Release(RunOf(spec));
        replies.Remove(key);
    }));

    private RereadingAsker Reader(MonitorSpec spec) => new(spec.Tenant, spec.Models, grains) { Without = going };

    private static SuiteDefinition Anchored(MonitorSpec by) => MonitorCase.Suite(by.Definition) with { Candidates = [new RecordedCandidate { Name = by.Anchors!.Candidate }] };

    private static Principal Of(MonitorSpec spec) => new(spec.Tenant, RunOf(spec), spec.Models, Lane);

    private static RunId RunOf(MonitorSpec spec) => new(spec.Definition.Name.Value);
}
