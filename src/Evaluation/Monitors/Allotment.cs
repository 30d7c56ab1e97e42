using System.Collections.Immutable;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Sampling;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;
using Assize.Evaluation.Traffic;

namespace Assize.Evaluation.Monitors;

/// <summary>
/// How the day's budget is split over slices (<see cref="Allocation"/>): solved anew with the first traffic of each day of UTC, from the traffic since the last time and the variance of
/// the scores, so that every inclusion probability is fixed before anything of its day is seen. In the first hour all are drawn alike.
/// <code>
/// π_h = min( rate, max( n_h / N_h, ½·budget / ΣN ) )
/// </code>
/// </summary>
public sealed record Allotment
{
    private const int MostSlices = 200;

    /// <summary>Keys by which the conversations of a slice are counted: to an eighth.</summary>
    public const int WholesKept = 64;

    /// <summary>Traffic of less time than this says nothing about a day.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromHours(1);

    public SliceRates Rates { get; init; } = SliceRates.None;

    /// <summary>By slice, the one with the most traffic first; empty before the first solution.</summary>
    public ImmutableArray<SlicePlan> Plans { get; init; } = [];

    /// <summary>Since when the traffic of the next solution is counted; null while no budget is split.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The definition that was solved for.</summary>
    public int Revision { get; init; }

    /// <summary>Interactions by slice that had been seen then.</summary>
    public ImmutableSortedDictionary<Slice, long> SeenThen { get; init; } = ImmutableSortedDictionary<Slice, long>.Empty;

    /// <summary>The keys with the smallest hashes among conversations since then, of all gateways, by slice; none where each interaction is judged by itself.</summary>
    public ImmutableSortedDictionary<Slice, BottomK> Wholes { get; init; } = ImmutableSortedDictionary<Slice, BottomK>.Empty;

    /// <summary>Scores by slice since then.</summary>
    public ImmutableSortedDictionary<Slice, Sample> Scores { get; init; } = ImmutableSortedDictionary<Slice, Sample>.Empty;

    /// <summary>Scores before that, those of each day counting half of the next one's.</summary>
    public ImmutableSortedDictionary<Slice, Sample> Before { get; init; } = ImmutableSortedDictionary<Slice, Sample>.Empty;

    /// <summary>The rate of a slice while no budget lowers all of them.</summary>
    public double RateOf(Slice slice, SamplerSettings sampler) => Rates.Made is null ? sampler.RateOf(slice) : Rates.Of(slice);

    /// <summary>
    /// The rate by which a conversation may begin. For as long as one may be silent after new rates, the lower of both: what is drawn only by a rate that rose may have begun before, and then its
    /// beginning is not known; until it ends it is left out.
    /// </summary>
    public double Beginning(Slice slice, MonitorDefinition definition, DateTimeOffset now)
    {
        var rate = RateOf(slice, definition.Sampler);
        return Rates.Before is { } before && now - Rates.Made <= TimeSpan.FromMinutes(definition.Conversations?.IdleMinutes ?? 0)
            ? Math.Min(rate, before.Made is null ? definition.Sampler.RateOf(slice) : before.Of(slice))
            : rate;
    }

    /// <summary>
    /// The allotment under another definition. Where conversations are put together the rates before stay known: a conversation that was begun by them is drawn by them to its end, and none is begun in its
    /// middle by rates that rose.
    /// </summary>
    public Allotment Under(MonitorSpec before, MonitorSpec next)
    {
        var (formerly, sampler) = (before.Definition.Sampler, next.Definition.Sampler);
        if (sampler.Allocation is not null)
        {
            return formerly.Allocation is not null ? this : new Allotment();
        }

        if (before.Definition.Conversations is null || next.Definition.Conversations is null)
        {
            return new Allotment();
        }

        var former = Rates.Made is null ? new SliceRates { Made = before.Changed, Known = formerly.Strata, Others = formerly.Rate } : Rates with { Before = null };
        return formerly.Allocation is null && formerly.DrawsLike(sampler)
            ? this
            : new Allotment { Rates = new SliceRates { Made = next.Changed, Known = sampler.Strata, Others = sampler.Rate, Before = former } };
    }

    /// <summary>The allotment for what arrives now.</summary>
    public Allotment At(MonitorSpec spec, ImmutableSortedDictionary<Slice, long> seen, DateTimeOffset now)
    {
        if (spec.Definition.Sampler is not { Allocation: { } settings, PerDay: { } budget } sampler)
        {
            return Since is null ? this : new Allotment();
        }

        if (Since is not { } since)
        {
            return this with { Since = now, SeenThen = seen, Revision = spec.Revision };
        }

        var fresh = now - since >= Least;
        var due = fresh && (Rates.Made is not { } made || now.UtcDateTime.Date > made.UtcDateTime.Date);
        var traffic = due ? Daily(seen, spec.Definition.Conversations is not null, now - since) : [];
        return due ? Solved(spec, settings, budget, traffic, now) with
        {
            Since = now, SeenThen = seen, Wholes = ImmutableSortedDictionary<Slice, BottomK>.Empty, Scores = ImmutableSortedDictionary<Slice, Sample>.Empty, Before = Known(),
        }
            // Other settings, the same traffic.
            : spec.Revision != Revision && Rates.Made is not null ? Solved(spec, settings, budget, [.. Plans.Select(plan => (plan.Slice, plan.Traffic))], now)
            : this;
    }

    /// <summary>With what a gateway saw of conversations, of which the monitor counts each once, whichever gateways its turns came through.</summary>
    public Allotment Counted(TrafficBatch batch) => Since is null || batch.Wholes.IsEmpty ? this : this with { Wholes = batch.Wholes.Aggregate(Wholes, Counted) };

    /// <summary>With the scores of samples, of which variances are made.</summary>
    public Allotment Scored(ImmutableArray<JudgedSample> samples)
    {
        if (Since is null)
        {
            return this;
        }

        var scores = Scores.ToBuilder();
        foreach (var sample in samples)
        {
            if (sample.Score is { } score)
            {
                var slice = scores.ContainsKey(sample.Slice) || scores.Count < MostSlices ? sample.Slice : SliceTable.Rest;
                scores[slice] = scores.GetValueOrDefault(slice).Add(score);
            }
        }

        return this with { Scores = scores.ToImmutable() };
    }

    /// <summary>What asks more than the budget has; null where nothing does.</summary>
    public string? Trouble(SamplerSettings sampler)
    {
        string[] lacking = [.. Plans.Where(plan => plan.Planned < Math.Min(plan.Floor, Math.Floor(plan.Traffic * sampler.Rate))).Select(plan => plan.Slice.Value)];
        var whose = lacking.Length > 1 ? FormattableString.Invariant($"{lacking.Length} slices, {lacking[0]} among them") : lacking.FirstOrDefault();
        return whose is null ? null : FormattableString.Invariant($"The daily budget of {sampler.PerDay} is too small for the floors of {whose}: at least half of it is drawn as the traffic is.");
    }

    private Allotment Solved(MonitorSpec spec, AllocationSettings settings, long budget, ImmutableArray<(Slice Slice, double Traffic)> traffic, DateTimeOffset now)
    {
        if (traffic.IsEmpty)
        {
            return this with { Revision = spec.Revision };
        }

        var (sampler, known, all) = (spec.Definition.Sampler, Known(), traffic.Sum(slice => slice.Traffic));
        var planned = Allocation.Of([.. traffic.Select(slice => new Stratum(slice.Slice, (long)Math.Ceiling(slice.Traffic), settings.FloorOf(slice.Slice))
        {
            Most = (long)Math.Ceiling(slice.Traffic * sampler.Rate),
            Scored = known.GetValueOrDefault(slice.Slice).Count,
            Variance = known.GetValueOrDefault(slice.Slice).Variance,
        })], budget);
        // Rounding leaves no slice without samples: what is never drawn can never be estimated.
        var least = budget / 2.0 / all;
        var rates = traffic.Zip(planned, (slice, n) => (slice.Slice, Rate: Math.Min(sampler.Rate, Math.Max(n / slice.Traffic, least)))).ToImmutableSortedDictionary(slice => slice.Slice, slice => slice.Rate);
        return this with
        {
            Revision = spec.Revision,
            Plans = [.. traffic.Zip(planned, (slice, n) => new SlicePlan(slice.Slice, slice.Traffic, settings.FloorOf(slice.Slice), n)).OrderByDescending(plan => plan.Traffic).ThenBy(plan => plan.Slice)],
            Rates = new SliceRates
            {
                Made = now,
                Known = rates,
                Others = rates.TryGetValue(SliceTable.Rest, out var rest) ? rest : Math.Min(sampler.Rate, budget / all),
                Change = traffic.Sum(slice => slice.Traffic * rates[slice.Slice]) / traffic.Sum(slice => slice.Traffic * RateOf(slice.Slice, sampler)),
                Before = Rates with { Before = null },
            },
        };
    }

    /// <summary>Interactions a day by slice, or conversations, of those that had any.</summary>
    private ImmutableArray<(Slice Slice, double Traffic)> Daily(ImmutableSortedDictionary<Slice, long> seen, bool whole, TimeSpan counted) => whole
        ? [.. Wholes.Select(slice => (slice.Key, slice.Value.Distinct / counted.TotalDays))]
        : [.. seen.Select(slice => (slice.Key, Traffic: (slice.Value - SeenThen.GetValueOrDefault(slice.Key)) / counted.TotalDays)).Where(slice => slice.Traffic > 0)];

    internal static ImmutableSortedDictionary<Slice, BottomK> Counted(ImmutableSortedDictionary<Slice, BottomK> soFar, KeyValuePair<Slice, BottomK> more)
    {
        var slice = soFar.ContainsKey(more.Key) || soFar.Count < MostSlices ? more.Key : SliceTable.Rest;
        return soFar.SetItem(slice, soFar.TryGetValue(slice, out var kept) ? kept.Merge(more.Value) : more.Value);
    }

    private ImmutableSortedDictionary<Slice, Sample> Known() =>
        Scores.Keys.Union(Before.Keys).ToImmutableSortedDictionary(slice => slice, slice => Scores.GetValueOrDefault(slice).Merge(Halved(Before.GetValueOrDefault(slice))));

    private static Sample Halved(Sample sample) => new(sample.Count / 2, sample.Mean, sample.Count > 0 ? sample.Squares * (sample.Count / 2) / sample.Count : 0);
}

/// <summary>What a slice gets of the day's budget; the rate for it is in <see cref="Allotment.Rates"/>.</summary>
/// <param name="Traffic">Interactions expected a day; conversations where they are judged as wholes.</param>
/// <param name="Floor">Samples it was to get at least.</param>
/// <param name="Planned">Samples a day.</param>
public sealed record SlicePlan(Slice Slice, double Traffic, long Floor, long Planned);
