using System.Security.Cryptography;

namespace Assize.Cluster.Tests;

/// <summary>Waits for a condition, with a deadline.</summary>
internal static class Waiting
{
    /// <summary>Before something is tried again.</summary>
    public static Task Moment(CancellationToken cancellation) => For(TimeSpan.FromMilliseconds(100), cancellation);

    /// <summary>As long as something is to be away.</summary>
    public static async Task For(TimeSpan time, CancellationToken cancellation)
    {
        using var once = new PeriodicTimer(time);
        await once.WaitForNextTickAsync(cancellation);
    }

    public static Task Until(Func<bool> condition, CancellationToken cancellation) => Until(() => Task.FromResult(condition()), cancellation);

    public static async Task Until(Func<Task<bool>> condition, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(TimeSpan.FromSeconds(60));
        using var often = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        while (!await condition())
        {
            await often.WaitForNextTickAsync(deadline.Token);
        }
    }
}

/// <summary>Moments chosen by chance, and the same in every test run.</summary>
internal static class Moment
{
    public static int Random(int seed, int below) => SHA256.HashData(BitConverter.GetBytes(seed))[0] * below / 256;
}
