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

    public Drawn Of(Drawn drawn) => drawn with
    {
        Interaction = policy.Of(drawn.Interaction.Application).Redaction.Of(drawn.Interaction, pseudonyms, telemetry.Redacted),
        Stratum = Of(drawn.Interaction.Application, drawn.Stratum),
    };

    /// <summary>A slice is made of properties, and so is redacted as they are; the same few come again and again.</summary>
    public Slice Of(ApplicationName application, Slice slice)
    {
        if (!slices.TryGetValue((application, slice), out var redacted))
        {
            if (slices.Count >= MostSlices)
            {
                slices.Clear();
            }

            slices[(application, slice)] = redacted = policy.Of(application).Redaction.Of(slice);
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
