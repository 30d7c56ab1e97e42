using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Assize.Silo.Tests.Tls;

/// <summary>What was logged, to be looked at and waited for.</summary>
internal sealed class CollectedLog : ILoggerProvider
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> lines = new();

    public IReadOnlyCollection<string> Of(LogLevel level) => [.. lines.Where(line => line.Level == level).Select(line => line.Text)];

    public ILogger<T> For<T>() => new Category<T>(lines);

    public ILogger CreateLogger(string categoryName) => new Category<object>(lines);

    public Task Until(LogLevel level, string part) => Waiting.Until(() => Of(level).Any(line => line.Contains(part, StringComparison.Ordinal)), $"a line that says: {part}");

    public void Dispose()
    {
    }

    private sealed class Category<T>(ConcurrentQueue<(LogLevel, string)> lines) : ILogger<T>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue((logLevel, formatter(state, exception)));
    }
}

/// <summary>Waits for a condition, with a deadline.</summary>
internal static class Waiting
{
    public static async Task Until(Func<bool> condition, string what)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(20));
        using var often = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!condition())
        {
            try
            {
                await often.WaitForNextTickAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"There never was {what}.");
            }
        }
    }
}
