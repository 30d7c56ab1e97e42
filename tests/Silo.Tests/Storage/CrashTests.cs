using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Assize.Silo.Storage;

namespace Assize.Silo.Tests.Storage;

/// <summary>
/// The other process of these tests is this same program, started with a variable that names the file: it then writes records for ever, printing each one that
/// was acknowledged, and is killed.
/// </summary>
public sealed class CrashTests
{
    private const string Variable = "ASSIZE_TEST_STORE_TO_WRITE";
    private const int InFlight = 64;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(200)]
    [InlineData(5_000)]
    public async Task EveryAcknowledgedWriteSurvivesAKill(int acknowledged)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("state.db");
        var seen = await KilledAfterAsync(path, acknowledged, null);
        Assert.True(new FileInfo(path + "-wal").Length > 0);
        await using var store = Records.Open(path);
        Assert.All(seen, i => Assert.Equal(TextOf(i), store.Get($"{i}")));
        await store.PutAsync("after", "goes on");
    }

    [Fact]
    public async Task AnotherProcessIsNamedWhileItLivesAndForgottenWhenItIsKilled()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("state.db");
        await KilledAfterAsync(path, 10, process =>
        {
            var failure = Assert.Throws<StorageException>(() => Records.Open(path));
            Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"in use by process {process}"), failure.Message, StringComparison.Ordinal);
        });
        await using var store = Records.Open(path);
        Assert.Equal(TextOf(0), store.Get("0"));
    }

    [Fact]
    public async Task ACopyOfFileAndLogTakenWhileWritingHoldsAllThatWasAcknowledgedBefore()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("state.db");
        await using var store = Records.Open(path);
        await Task.WhenAll(Enumerable.Range(0, 300).Select(i => store.WriteAsync($"{i}", null, TextOf(i))));
        File.Copy(path, folder.File("copy.db"));
        File.Copy(path + "-wal", folder.File("copy.db-wal"));
        await using var copy = Records.Open(folder.File("copy.db"));
        Assert.All(Enumerable.Range(0, 300), i => Assert.Equal(TextOf(i), copy.Get($"{i}")));
    }

    // Runs before the test runner when this process is the other one, and never returns then.
    [ModuleInitializer]
    internal static void BecomeTheWriter()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } path)
        {
            return;
        }

        // A small log, so that kills also meet its being moved into the file. Continuations stay out: this assembly is still being initialised.
        var store = Records.Open(path, x => x with { LogBytes = 1 << 20 });
        var pending = new Queue<(int Number, Task<ChangeResult> Write)>();
        for (var i = 0; ; i++)
        {
            pending.Enqueue((i, store.WriteAsync($"{i}", null, TextOf(i))));
            if (pending.Count == InFlight)
            {
                var (number, write) = pending.Dequeue();
                write.GetAwaiter().GetResult();
                Console.Out.WriteLine(number.ToString(CultureInfo.InvariantCulture));
                Console.Out.Flush();
            }
        }
    }

    private static string TextOf(int number) => number % 10 == 0 ? Some.Text(3_000 + number) : $"text {number} {new string('.', number % 700)}";

    private static async Task<List<int>> KilledAfterAsync(string path, int acknowledged, Action<int>? whileAlive)
    {
        var assembly = typeof(CrashTests).Assembly.Location;
        var start = new ProcessStartInfo("dotnet", ["exec", assembly]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment[Variable] = path;
        using var writer = Process.Start(start)!;
        var seen = new List<int>();
        try
        {
            while (seen.Count < acknowledged)
            {
                var line = await writer.StandardOutput.ReadLineAsync(Token);
                Assert.False(line is null, line is null ? await writer.StandardError.ReadToEndAsync(Token) : "");
                seen.Add(int.Parse(line!, CultureInfo.InvariantCulture));
            }

            whileAlive?.Invoke(writer.Id);
        }
        finally
        {
            writer.Kill();
        }

        // What it had printed before it died was acknowledged too; a line cut short does not count.
        var rest = await writer.StandardOutput.ReadToEndAsync(Token);
        seen.AddRange(rest[..(rest.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(x => int.Parse(x, CultureInfo.InvariantCulture)));
        await writer.WaitForExitAsync(Token);
        return seen;
    }
}
