using System.Collections.Concurrent;
using Orleans.Runtime;

namespace Assize.Grains;

/// <summary>The grains of one kind that live in this process, as gauges show them: each is asked when it is read, and one that has left is not shown any more.</summary>
internal sealed class Living<T>
    where T : class
{
    private readonly ConcurrentDictionary<IGrainContext, Func<T?>> grains = new();

    /// <summary>Shows the grain until it is deactivated; showing it again changes nothing.</summary>
    public void Show(IGrainBase grain, Func<T?> now)
    {
        var context = grain.GrainContext;
        if (grains.TryAdd(context, now))
        {
            _ = context.Deactivated.ContinueWith(
                static (_, state) =>
                {
                    var (living, gone) = ((Living<T>, IGrainContext))state!;
                    living.grains.TryRemove(gone, out var _);
                },
                (this, context), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    public IEnumerable<T> Now() => grains.Where(one => !one.Key.Deactivated.IsCompleted).Select(one => one.Value()).OfType<T>();
}
