using Assize.Evaluation.Monitors;
using Assize.Evaluation.Suites;
using Assize.Evaluation.Traffic;
using Assize.Grains;

namespace Assize.Gateway.Traffic;

/// <summary>What is drawn, as it may leave this process: redacted by the rules of its source.</summary>
internal sealed class Outgoing(TrafficPolicy policy, Pseudonyms pseudonyms, TrafficTelemetry telemetry)
{
    private const int MostSlices = 10_000;

    private const int MostKeys = 10_000;

    private readonly Dictionary<(ApplicationName, Slice), Slice> slices = [];

    private readonly Dictionary<(ApplicationName, string), string> keys = [];

    /// <param name="interaction">What was drawn.</param>
    /// <param name="slice">Where it lies, as that may leave.</param>
    /// <param name="inclusion">π.</param>
    public Drawn Of(Interaction interaction, Slice slice, double inclusion) =>
        new(policy.Of(interaction.Application).Redaction.Of(interaction, pseudonyms, telemetry.Redacted), slice, inclusion);

    /// <summary>A slice as it may leave: made of properties that are redacted each by itself, as they are in the interaction. The same few come again and again.</summary>
    /// <param name="monitor">Which properties it is made of.</param>
    /// <param name="interaction">What lies in it.</param>
    /// <param name="slice">Its name as it came.</param>
    public Slice SliceOf(MonitorDefinition monitor, Interaction interaction, Slice slice)
    {
        if (!slices.TryGetValue((interaction.Application, slice), out var redacted))
        {
            if (slices.Count >= MostSlices)
            {
                slices.Clear();
            }

            slices[(interaction.Application, slice)] = redacted = TrafficSampler.SliceOf(monitor, interaction, policy.Of(interaction.Application).Redaction);
        }

        return redacted;
    }

    /// <summary>What is sampled as one, by the name under which it leaves; the turns of one conversation come again and again.</summary>
    public string KeyOf(Interaction interaction)
    {
        if (!keys.TryGetValue((interaction.Application, interaction.SamplingKey), out var key))
        {
            if (keys.Count >= MostKeys)
            {
                keys.Clear();
            }

            keys[(interaction.Application, interaction.SamplingKey)] = key = policy.Of(interaction.Application).Redaction.KeyOf(interaction, pseudonyms);
        }

        return key;
    }

    public bool MayKeep(ApplicationName application) => policy.Of(application).KeepText;

    public TimeSpan? KeepTextFor(ApplicationName application) => policy.Of(application).KeepTextFor;
}
