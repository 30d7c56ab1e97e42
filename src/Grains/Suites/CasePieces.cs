using Assize.Evaluation.Suites;

namespace Assize.Grains.Suites;

/// <summary>The stored pieces of a suite's cases, as a plan names them.</summary>
internal static class CasePieces
{
    private const int AtOnce = 32;

    /// <summary>Takes all of them out of the store; what is gone already is passed over.</summary>
    public static async Task DeleteCases(this IGrainFactory grains, CasePlan plan)
    {
        var pieces = from partition in Enumerable.Range(0, plan.Partitions)
                     from segment in Enumerable.Range(0, plan.Segments[partition])
                     select grains.Chunk(plan.Upload, partition, segment);
        foreach (var some in pieces.Chunk(AtOnce))
        {
            await Task.WhenAll(some.Select(piece => piece.Delete()));
        }
    }
}
