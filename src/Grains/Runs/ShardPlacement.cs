using Orleans.Placement;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace Assize.Grains.Runs;

/// <summary>
/// Shards go round the silos by their number, each run beginning at another one. Placement by load or by activation count puts a burst of new grains on one silo (measured: 300 of 300),
/// and chance leaves some with twice as many as others.
/// </summary>
[GenerateSerializer, Immutable, SuppressReferenceTracking, Alias("assize.shard-placement")]
public sealed class ShardPlacement : PlacementStrategy;

/// <summary>Says that a grain is a run's shard and goes where its number says.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ShardPlacementAttribute() : PlacementAttribute(new ShardPlacement());

internal sealed class ShardDirector : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var silos = context.GetCompatibleSilos(target);
        if (IPlacementDirector.GetPlacementHint(target.RequestContextData, silos) is { } hint)
        {
            return Task.FromResult(hint);
        }

        Array.Sort(silos);
        return Task.FromResult(silos[PlaceOf(target.GrainIdentity.Key.ToString()!, silos.Length)]);
    }

    internal static int PlaceOf(string key, int silos)
    {
        var (run, shard) = Addresses.ShardOf(key);
        // FNV-1a: the same on every silo, which string.GetHashCode is not.
        var hash = 2166136261u;
        foreach (var letter in run.Value)
        {
            hash = unchecked((hash ^ letter) * 16777619u);
        }

        return (int)((hash + (uint)shard) % (uint)silos);
    }
}
