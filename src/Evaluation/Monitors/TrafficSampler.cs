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

    /// <summary>Characters of a property's value in the name of a slice.</summary>
    private const int LongestValue = 200;

    /// <summary>So long after new rates a conversation may go on that was begun by the last ones.</summary>
    private static readonly TimeSpan LongestTalk = TimeSpan.FromHours(4);

    /// <summary>What the monitor allots to slices, as far as this sampler knows.</summary>
    public SliceRates Rates { get; init; } = SliceRates.None;

    /// <summary>By what conversations may have begun that go on, until the monitor has said; null where that is the same.</summary>
    public SamplerSettings? Former { get; init; }

    /// <summary>A sampler with its share of the budgets, at least one interaction.</summary>
    /// <param name="monitor">Whose traffic it is.</param>
    /// <param name="sources">How many samplers share the budgets.</param>
    public static TrafficSampler Of(MonitorDefinition monitor, int sources = 1) =>
        new(monitor, monitor.Conversations is null
            ? Thinning.Of(monitor.Sampler.Rate, Share(monitor.Sampler.PerMinute, sources), Share(monitor.Sampler.PerDay, sources))
            // A conversation is drawn at one rate from its beginning to its end; the monitor decides about budgets when it begins.
            : Thinning.Of(monitor.Sampler.Rate, null, null));

    /// <summary>The same sampler by another definition; what it has kept stays counted.</summary>
    public TrafficSampler Under(MonitorDefinition monitor, int sources)
    {
        var next = Of(monitor, sources);
        return next with
        {
            Thinning = Thinning.Under(next.Thinning.Rate, next.Thinning.Minute?.Budget, next.Thinning.Day?.Budget),
            Rates = monitor.Sampler.Allocation is null && monitor.Conversations is null ? SliceRates.None : Rates,
            Former = monitor.Conversations is null ? null : monitor.Sampler.DrawsLike(Definition.Sampler) ? Former : Definition.Sampler,
        };
    }

    /// <summary>The same sampler with its share of what the budgets have left, as the monitor knows it: a sampler that begins in the middle of a day has not kept what others have.</summary>
    /// <param name="sources">How many samplers share it.</param>
    /// <param name="minute">The monitor's window; null where it has none, or nothing is known of it.</param>
    /// <param name="day">Likewise.</param>
    public TrafficSampler Sharing(int sources, BudgetWindow? minute = null, BudgetWindow? day = null)
    {
        var next = Under(Definition, sources);
        return next with { Thinning = next.Thinning with { Minute = next.Thinning.Minute?.Sharing(minute, sources), Day = next.Thinning.Day?.Sharing(day, sources) } };
    }

    /// <summary>The same sampler by other rates of slices.</summary>
    public TrafficSampler Allotted(SliceRates rates) => this with { Rates = rates, Former = null, Thinning = Thinning.Rescaled(rates.Change) };

    /// <summary>Decides about an interaction that matches the filter; one conversation is drawn or left as a whole, as long as the rate stays.</summary>
    /// <param name="interaction">What is decided about.</param>
    /// <param name="now">When it arrives.</param>
    /// <param name="share">The share of the rate that judging keeps up with, 0 to 1.</param>
    public (TrafficSampler Next, Draw Draw, Slice Slice) Decide(Interaction interaction, DateTimeOffset now, double share = 1)
    {
        var slice = SliceOf(Definition, interaction);
        var (next, draw) = Decide(interaction, interaction.SamplingKey, slice, slice, now, share);
        return (next, draw, slice);
    }

    /// <summary>The same where the monitor knows the slice, and what is sampled as one, by other names.</summary>
    public (TrafficSampler Next, Draw Draw) Decide(Interaction interaction, string key, Slice slice, Slice named, DateTimeOffset now, double share)
    {
        var settings = Definition.Sampler;
        var turn = Definition.Conversations is not null && interaction.Conversation is not null;
        var own = Rates.Made is null ? settings.RateOf(slice) : Own(named, now, turn);
        own = turn && Former is { } former ? Math.Max(own, former.RateOf(slice)) : own;
        var draw = new HashSampler(SaltOf(Definition), own).Decide(key, own * share * (Thinning.RateAt(now) / settings.Rate));
        var next = Thinning.Counted(draw.Kept, own / settings.Rate, now);
        return (ReferenceEquals(next, Thinning) ? this : this with { Thinning = next }, draw);
    }

    /// <summary>A part of a conversation is drawn by the larger of today's rate and the last one, by which it may have begun; the monitor decides which begin.</summary>
    private double Own(Slice slice, DateTimeOffset now, bool turn) => turn && Rates.Before is { } before && now - Rates.Made < LongestTalk
        ? Math.Max(Rates.Of(slice), before.Made is null ? Definition.Sampler.RateOf(slice) : before.Of(slice))
        : Rates.Of(slice);

    /// <summary>Where an interaction lies among all that is sampled.</summary>
    public static KeyHash HashOf(MonitorDefinition monitor, Interaction interaction) => KeyHash.Of(SaltOf(monitor), interaction.SamplingKey);

    /// <summary>The part of the traffic an interaction lies in, as in <c>language=de, plan=free</c>.</summary>
    /// <param name="monitor">Which properties it is made of.</param>
    /// <param name="interaction">What lies in it.</param>
    /// <param name="redaction">What is taken out of each value, as it is taken out of the property by itself; null leaves them as they are.</param>
    public static Slice SliceOf(MonitorDefinition monitor, Interaction interaction, Redaction? redaction = null) => monitor.Slices.IsEmpty
        ? Slice.All
        : monitor.Slices is [var only]
            ? new Slice($"{only}={ValueOf(only, interaction, redaction)}")
            : new Slice(string.Join(", ", monitor.Slices.Select((property, i) => $"{property}={Apart(ValueOf(property, interaction, redaction), monitor.Slices.AsSpan()[(i + 1)..])}")));

    private static Salt SaltOf(MonitorDefinition monitor) => monitor.Sampler.Salt ?? new Salt(monitor.Name.Value);

    /// <summary>A value that cannot be taken for the beginning of one of the next properties: else two slices would have one name.</summary>
    private static string Apart(string value, ReadOnlySpan<string> next)
    {
        foreach (var property in next)
        {
            value = value.Replace($", {property}=", $",{property}=", StringComparison.Ordinal);
        }

        return value;
    }

    private static string ValueOf(string property, Interaction interaction, Redaction? redaction)
    {
        var value = ValueOf(property, interaction);
        value = redaction is null ? value : redaction.Of(value);
        // A slice's name is kept with each score: where a text was named as a property, its beginning has to do.
        return value.Length <= LongestValue ? value : $"{value.AsSpan(0, LongestValue - (char.IsHighSurrogate(value[LongestValue - 1]) ? 1 : 0))}…";
    }

    private static string ValueOf(string property, Interaction interaction) => property switch
    {
        "application" => interaction.Application.Value,
        "model" => interaction.Model ?? None,
        _ => interaction.Properties.GetValueOrDefault(property, None),
    };

    private static long? Share(long? budget, int sources) => budget is { } all ? Math.Max(1, all / Math.Max(1, sources)) : null;
}
