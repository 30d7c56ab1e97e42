using Assize.Evaluation.Suites;

namespace Assize.Grains.Suites;

/// <summary>A stored piece of a suite's cases; written once.</summary>
[Alias("assize.chunk")]
public interface IChunkGrain : IGrainWithStringKey
{
    [Alias("Put")]
    Task Put(Chunk chunk);

    [Alias("Get")]
    Task<Chunk> Get();

    [Alias("Delete")]
    Task Delete();
}
