using System.Collections.Immutable;
using Assize.Evaluation;
using Assize.Evaluation.Candidates;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Suites;
using Assize.Evaluation.Traffic;
using Assize.Grains.Budgets;
using Assize.Grains.Models;
using Assize.Grains.Runs;

namespace Assize.Grains.Monitors;

/// <summary>Judges drawn interactions and anchors by the same road as a run judges cases, on the monitors' lane. Replies about interactions are kept no longer than until their scores are saved: they may quote what they are about.</summary>
internal sealed class SampleWork(IGrainFactory grains, InstallationSecret secret, MonitorMoney money, TimeProvider time, CancellationToken stop, CancellationToken abandon)
{
    private static readonly Standing Lane = Standing.Usual with { Lane = Evaluation.Models.Lane.Monitor };

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>What was asked for samples whose scores are not saved yet.</summary>
    private readonly Dictionary<InteractionId, HashSet<CompletionKey>> open = [];

    private readonly HashSet<CompletionKey> finished = [];

    private SampleMoney? held;
    private string? obstacle;

    /// <summary>What keeps samples from their scores, in words for a person; null when nothing does.</summary>
    public string? Trouble => held?.Stopped is { } budget ? $"{budget} is used up: what is drawn gets no score until there is money again" : obstacle;

    /// <summary>The samples in their order; the calls are made all at once, and wait for their permits.</summary>
    /// <param name="spec">Whose samples they are.</param>
    /// <param name="samples">What is judged.</param>
    /// <param name="keep">Whether replies may rest in storage meanwhile, so that they are not paid for again when a silo is lost.</param>
    public async Task<ImmutableArray<JudgedSample>> Judge(MonitorSpec spec, ImmutableArray<Drawn> samples, bool keep)
    {
        var principal = Of(spec) with { Keep = keep };
        var suite = MonitorCase.Suite(spec.Definition);
        var work = new CaseWork(suite, principal, secret);
        var watched = spec.Definition.Watched!.Name;
        return [.. await Task.WhenAll(samples.Select(async drawn =>
        {
            if (!open.TryGetValue(drawn.Interaction.Id, out var asked))
            {
                open[drawn.Interaction.Id] = asked = [];
            }

            var asker = new PayingAsker(principal, grains, time, told => obstacle = told, stop, abandon) { Asks = key => asked.Add(key) };
            var record = await Record(work, suite, principal, MonitorCase.Of(drawn.Interaction), asker);
            return JudgedSample.Of(drawn, record?.Judgements.Single().Outcome ?? new Outcome.Unscored(Reason.Budget, $"{held?.Stopped} is used up"), watched);
        }))];
    }

    /// <summary>The anchors in their order, repeat by repeat, judged anew: what was judged in another round is not read. Where a budget is used up they wait: a round in parts would be none.</summary>
    /// <param name="of">Whose round it is, of which the identity is made.</param>
    /// <param name="by">Who judges.</param>
    public async Task<ImmutableArray<JudgedAnchor>> Judge(MonitorSpec of, MonitorSpec by, AnchorRound round, ImmutableArray<Exhibit> anchors)
    {
        var candidate = by.Anchors!.Candidate;
        var suite = MonitorCase.Suite(by.Definition) with { Candidates = [new RecordedCandidate { Name = candidate }] };
        var watched = by.Definition.Watched!.Name;
        var judged = ImmutableArray.CreateBuilder<JudgedAnchor>();
        for (var repeat = 0; repeat < round.Repeats; repeat++)
        {
            var principal = Of(by) with { Draw = round.Draw(of, repeat) };
            var asker = new PayingAsker(principal, grains, time, told => obstacle = told, stop, abandon);
            var work = new CaseWork(suite, principal, secret);
            var number = repeat;
            judged.AddRange(await Task.WhenAll(anchors.Select(async anchor =>
            {
                var record = await Record(work, suite, principal, anchor, asker);
                if (record is null || record.Judgements.Any(judgement => judgement.Outcome is Outcome.Unscored { Reason: Reason.Budget }))
                {
                    throw new InvalidOperationException($"The anchors wait: {held?.Stopped} is used up.");
                }

                return JudgedAnchor.Of(anchor.Case.Id, number, !ReferenceEquals(of, by), [.. record.Judgements.Select(one => one.Outcome)], watched);
            })));
        }

        return judged.DrainToImmutable();
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

        return Release(spec);
    }

    /// <summary>Lets the replies go that are still kept about samples which have their scores; they are found by what would be asked, and nobody is.</summary>
    public async Task Forget(MonitorSpec spec, ImmutableArray<Drawn> samples)
    {
        var reader = new RereadingAsker(spec.Tenant, spec.Models, grains);
        var work = new CaseWork(MonitorCase.Suite(spec.Definition), Of(spec), secret);
        foreach (var drawn in samples)
        {
            await work.Record(MonitorCase.Of(drawn.Interaction), reader);
        }

        finished.UnionWith(reader.Found);
        await Release(spec);
    }

    /// <summary>Lets all replies go. Those that are still being asked for go when they come, and are not waited for longer than a caller would.</summary>
    public async Task FinishAll(MonitorSpec spec)
    {
        finished.UnionWith(open.Values.SelectMany(asked => asked));
        open.Clear();
        try
        {
            await Release(spec).WaitAsync(Patience, time);
        }
        catch (TimeoutException)
        {
            // The calls are made, and their completions hear them when they are done.
        }
    }

    /// <summary>What cannot be reached now is let go with the next samples.</summary>
    private Task Release(MonitorSpec spec) => Task.WhenAll(finished.ToArray().Select(async key =>
    {
        await grains.Completion(key).Release(RunOf(spec));
        finished.Remove(key);
    }));

    /// <summary>What the judge says, or nothing where there is no money for it.</summary>
    private async Task<CaseRecord?> Record(CaseWork work, SuiteDefinition suite, Principal principal, Exhibit exhibit, IAsker asker)
    {
        if (!money.Binds(principal.Tenant, principal.Models.Cards.Select(card => card.Name)))
        {
            held = null;
            return (await work.Record(exhibit, asker)).Record;
        }

        held ??= new SampleMoney(money, principal.Tenant);
        return (await MeteredCase.Record(held, principal, suite, work, exhibit, asker))?.Record;
    }

    private static Principal Of(MonitorSpec spec) => new(spec.Tenant, RunOf(spec), spec.Models, Lane);

    private static RunId RunOf(MonitorSpec spec) => new(spec.Definition.Name.Value);
}
