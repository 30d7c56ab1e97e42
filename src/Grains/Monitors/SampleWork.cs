using System.Collections.Immutable;
using Assize.Evaluation.Candidates;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Suites;
using Assize.Evaluation.Traffic;
using Assize.Grains.Models;
using Assize.Grains.Runs;

namespace Assize.Grains.Monitors;

/// <summary>Judges drawn interactions and anchors by the same road as a run judges cases, on the monitors' lane.</summary>
internal sealed class SampleWork(IGrainFactory grains, InstallationSecret secret, TimeProvider time, Action<string?> tell, CancellationToken stop, CancellationToken abandon)
{
    private static readonly Standing Lane = Standing.Usual with { Lane = Evaluation.Models.Lane.Monitor };

    /// <summary>The samples in their order; the calls are made all at once, and wait for their permits.</summary>
    public async Task<ImmutableArray<JudgedSample>> Judge(MonitorSpec spec, ImmutableArray<Drawn> samples)
    {
        var principal = Of(spec);
        var asker = new PayingAsker(principal, grains, time, tell, stop, abandon);
        var work = new CaseWork(MonitorCase.Suite(spec.Definition), principal, secret);
        var watched = spec.Definition.Watched!.Name;
        return [.. await Task.WhenAll(samples.Select(async drawn =>
        {
            var (record, _) = await work.Record(MonitorCase.Of(drawn.Interaction), asker);
            return JudgedSample.Of(drawn, record.Judgements.Single().Outcome, watched);
        }))];
    }

    /// <summary>The anchors in their order, repeat by repeat, judged anew: what was judged in another round is not read.</summary>
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
            var asker = new PayingAsker(principal, grains, time, tell, stop, abandon);
            var work = new CaseWork(suite, principal, secret);
            var number = repeat;
            judged.AddRange(await Task.WhenAll(anchors.Select(async anchor =>
            {
                var (record, _) = await work.Record(anchor, asker);
                return JudgedAnchor.Of(anchor.Case.Id, number, !ReferenceEquals(of, by), [.. record.Judgements.Select(one => one.Outcome)], watched);
            })));
        }

        return judged.DrainToImmutable();
    }

    private static Principal Of(MonitorSpec spec) => new(spec.Tenant, new(spec.Definition.Name.Value), spec.Models, Lane);
}
