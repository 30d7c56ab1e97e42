using Assize.Evaluation.Sampling;
using Assize.Evaluation.Suites;
using Assize.Evaluation.Traffic;

namespace Assize.Evaluation.Monitors;

/// <summary>A monitor's decision about each interaction, taken where the traffic arrives: by hash, at the rate that the budgets leave.</summary>
/// <param name="Definition">Whose traffic it is.</param>
/// <param name="Thinning">What arrived here and was kept in the budgets' windows.</param>
public sealed record TrafficSampler(MonitorDefinition Definition, Thinning Thinning)
{
    private const string None = "(none)";

    /// <summary>A sampler with its share of the budgets, at least one interaction.</summary>
    /// <param name="monitor">Whose traffic it is.</param>
    /// <param name="sources">How many samplers share the budgets.</param>
    public static TrafficSampler Of(MonitorDefinition monitor, int sources = 1) =>
        new(monitor, monitor.Conversations is null
            ? Thinning.Of(monitor.Sampler.Rate, Share(monitor.Sampler.PerMinute, sources), Share(monitor.Sampler.PerDay, sources))
            // A conversation is drawn at one rate from its beginning to its end; the monitor decides about budgets when it begins.
            : Thinning.Of(monitor.Sampler.Rate, null, null));

    /// <summary>The same sampler with another share of the budgets; what it has kept stays counted.</summary>
    public TrafficSampler Sharing(int sources) => this with
    {
        Thinning = Thinning with
        {
            Minute = Thinning.Minute is { } minute ? minute with { Budget = Share(Definition.Sampler.PerMinute, sources)!.Value } : null,
            Day = Thinning.Day is { } day ? day with { Budget = Share(Definition.Sampler.PerDay, sources)!.Value } : null,
        },
    };

    /// <summary>Decides about an interaction that matches the filter; one conversation is drawn or left as a whole, as long as the rate stays.</summary>
    /// <param name="interaction">What is decided about.</param>
    /// <param name="now">When it arrives.</param>
    /// <param name="share">The share of the rate that judging keeps up with, 0 to 1.</param>
    public (TrafficSampler Next, Draw Draw, Slice Slice) Decide(Interaction interaction, DateTimeOffset now, double share = 1)
    {
        var slice = SliceOf(Definition, interaction);
        var settings = Definition.Sampler;
        var own = settings.Strata.TryGetValue(slice, out var rate) ? rate : settings.Rate;
        var draw = new HashSampler(SaltOf(Definition), own).Decide(interaction.SamplingKey, own * share * (Thinning.RateAt(now) / settings.Rate));
        if (Thinning is { Minute: null, Day: null })
        {
            return (this, draw, slice);
        }

        var next = Thinning with { Minute = Thinning.Minute?.At(now).Count(draw.Kept), Day = Thinning.Day?.At(now).Count(draw.Kept) };
        return (this with { Thinning = next }, draw, slice);
    }

    /// <summary>Where an interaction lies among all that is sampled.</summary>
    public static KeyHash HashOf(MonitorDefinition monitor, Interaction interaction) => KeyHash.Of(SaltOf(monitor), interaction.SamplingKey);

    /// <summary>The part of the traffic an interaction lies in, as in <c>language=de, plan=free</c>.</summary>
    public static Slice SliceOf(MonitorDefinition monitor, Interaction interaction) => monitor.Slices.IsEmpty
        ? Slice.All
        : monitor.Slices is [var only]
            ? new Slice($"{only}={ValueOf(only, interaction)}")
            : new Slice(string.Join(", ", monitor.Slices.Select(property => $"{property}={ValueOf(property, interaction)}")));

    private static Salt SaltOf(MonitorDefinition monitor) => monitor.Sampler.Salt ?? new Salt(monitor.Name.Value);

    private static string ValueOf(string property, Interaction interaction) => property switch
    {
        "application" => interaction.Application.Value,
        "model" => interaction.Model ?? None,
        _ => interaction.Properties.GetValueOrDefault(property, None),
    };

    private static long? Share(long? budget, int sources) => budget is { } all ? Math.Max(1, all / Math.Max(1, sources)) : null;
}
