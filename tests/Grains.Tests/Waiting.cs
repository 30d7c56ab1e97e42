namespace Assize.Grains.Tests;

/// <summary>Waits for a condition, with a deadline.</summary>
internal static class Waiting
{
    public static Task Until(Func<bool> condition) => Until(() => Task.FromResult(condition()));

    public static async Task Until(Func<Task<bool>> condition)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        using var often = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!await condition())
        {
            await often.WaitForNextTickAsync(deadline.Token);
        }
    }
}
