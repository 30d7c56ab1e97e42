using System.Collections.Concurrent;

namespace Assize.Grains;

/// <summary>Does the same for many, some at once; one that fails holds up none of the others.</summary>
internal static class Undeterred
{
    private const int AtOnce = 16;

    /// <returns>What failed.</returns>
    public static async Task<IReadOnlyCollection<Exception>> ForEach<T>(IEnumerable<T> all, Func<T, Task> act, CancellationToken cancellation)
    {
        var failures = new ConcurrentQueue<Exception>();
        await Parallel.ForEachAsync(all, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (one, _) =>
        {
            try
            {
                await act(one);
            }
            catch (Exception failed) when (!cancellation.IsCancellationRequested)
            {
                failures.Enqueue(failed);
            }
        });
        return failures;
    }
}
