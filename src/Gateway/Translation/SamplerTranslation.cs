using System.Collections.Immutable;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Sampling;
using Assize.Evaluation.Suites;

namespace Assize.Gateway.Translation;

/// <summary>Samplers and how they split their budget, between the API's messages and the domain.</summary>
internal static class SamplerTranslation
{
    public static V1.SamplerSettings ToProto(this SamplerSettings sampler)
    {
        var message = new V1.SamplerSettings { Rate = sampler.Rate };
        if (sampler.Salt is { } salt)
        {
            message.Salt = salt.Value;
        }

        if (sampler.PerMinute is { } minute)
        {
            message.PerMinute = minute;
        }

        if (sampler.PerDay is { } day)
        {
            message.PerDay = day;
        }

        foreach (var (slice, rate) in sampler.Strata)
        {
            message.Strata[slice.Value] = rate;
        }

        if (sampler.Allocation is { } allocation)
        {
            message.Allocation = new V1.AllocationSettings { Floor = allocation.Floor };
            foreach (var (slice, floor) in allocation.Floors)
            {
                message.Allocation.Floors[slice.Value] = floor;
            }
        }

        return message;
    }

    public static SamplerSettings ToDomain(this V1.SamplerSettings sampler) => new()
    {
        Rate = sampler.Rate,
        Salt = sampler.HasSalt ? new Salt(sampler.Salt) : null,
        PerMinute = sampler.HasPerMinute ? sampler.PerMinute : null,
        PerDay = sampler.HasPerDay ? sampler.PerDay : null,
        Strata = sampler.Strata.ToImmutableSortedDictionary(stratum => new Slice(stratum.Key), stratum => stratum.Value),
        Allocation = sampler.Allocation is { } allocation
            ? new AllocationSettings { Floor = allocation.Floor, Floors = allocation.Floors.ToImmutableSortedDictionary(floor => new Slice(floor.Key), floor => floor.Value) }
            : null,
    };

    public static V1.SlicePlan ToProto(SlicePlan plan, SliceRates rates) => new() { Slice = plan.Slice.Value, Traffic = plan.Traffic, Floor = plan.Floor, Planned = plan.Planned, Rate = rates.Of(plan.Slice) };
}
