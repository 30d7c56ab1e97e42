using System.Collections.Immutable;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Traffic;

namespace Assize.Grains.Monitors;

/// <summary>Scores of samples whose replies rest nowhere, as long as they are not saved: they are paid for, and whoever offers the samples again is not to pay for them again.</summary>
internal sealed class UnsavedScores(SampleWork samples)
{
    /// <summary>What is offered no more goes when there are so many.</summary>
    private const int Most = 4096;

    private readonly OrderedDictionary<(string Sample, int Revision), JudgedSample> held = [];

    /// <summary>The samples in their order; those that were judged by this definition before are not judged again.</summary>
    public async Task<ImmutableArray<JudgedSample>> Judge(MonitorSpec spec, ImmutableArray<Drawn> drawn)
    {
        foreach (var judged in await samples.Judge(spec, [.. drawn.Where(one => !held.ContainsKey(Of(one.Interaction.Id.Value, spec)))], keep: false))
        {
            held[Of(judged.Sample.Value, spec)] = judged;
        }

        ImmutableArray<JudgedSample> all = [.. drawn.Select(one => held[Of(one.Interaction.Id.Value, spec)])];
        while (held.Count > Most)
        {
            held.RemoveAt(0);
        }

        return all;
    }

    public void Saved(MonitorSpec spec, ImmutableArray<JudgedSample> judged)
    {
        foreach (var sample in judged)
        {
            held.Remove(Of(sample.Sample.Value, spec));
        }
    }

    private static (string, int) Of(string sample, MonitorSpec spec) => (sample, spec.Revision);
}
