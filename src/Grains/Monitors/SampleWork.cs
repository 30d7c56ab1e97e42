using System.Collections.Immutable;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Traffic;
using Assize.Grains.Models;
using Assize.Grains.Runs;

namespace Assize.Grains.Monitors;

/// <summary>Judges drawn interactions by the same road as a run judges cases, on the monitors' lane.</summary>
internal sealed class SampleWork(IGrainFactory grains, InstallationSecret secret, TimeProvider time, Action<string?> tell, CancellationToken stop, CancellationToken abandon)
{
    private static readonly Standing Lane = Standing.Usual with { Lane = Evaluation.Models.Lane.Monitor };

    /// <summary>The samples in their order; the calls are made all at once, and wait for their permits.</summary>
    public async Task<ImmutableArray<JudgedSample>> Judge(MonitorSpec spec, ImmutableArray<Drawn> samples)
    {
        var principal = new Principal(spec.Tenant, new(spec.Definition.Name.Value), spec.Models, Lane);
        var asker = new PayingAsker(principal, grains, time, tell, stop, abandon);
        var work = new CaseWork(MonitorCase.Suite(spec.Definition), principal, secret);
        var watched = spec.Definition.Watched!.Name;
        return [.. await Task.WhenAll(samples.Select(async drawn =>
        {
            var (record, _) = await work.Record(MonitorCase.Of(drawn.Interaction), asker);
            return JudgedSample.Of(drawn, record.Judgements.Single().Outcome, watched);
        }))];
    }
}
