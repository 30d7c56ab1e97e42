using Assize.Silo.Storage;
using Microsoft.Data.Sqlite;

namespace Assize.Silo.Tests.Storage;

public sealed class GroupCommitTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ChangesToOneRecordInOneTransactionHappenInOrder()
    {
        using var folder = new TemporaryFolder();
        await using var store = Records.Open(folder.File("state.db"), x => x with { LockTimeout = TimeSpan.FromSeconds(30) });
        var first = (await store.WriteAsync("one", null, "first")).Etag;
        Task<ChangeResult>[] changes;
        using (Blocked(folder.File("state.db"), store, out var blocker))
        {
            changes =
            [
                blocker,
                store.ClearAsync("one", first),
                store.WriteAsync("one", null, "second"),
                store.WriteAsync("one", null, "too late"),
                store.WriteAsync("one", first, "stale"),
            ];
        }

        var results = await Task.WhenAll(changes).WaitAsync(Token);
        Assert.Equal([true, true, true, false, false], results.Select(x => x.Applied));
        Assert.Equal(results[2].Etag, results[3].Etag);
        Assert.Equal("second", store.Get("one"));
    }

    [Fact]
    public async Task AConflictFailsAloneAndTheRestOfItsTransactionStands()
    {
        using var folder = new TemporaryFolder();
        await using var store = Records.Open(folder.File("state.db"), x => x with { LockTimeout = TimeSpan.FromSeconds(30) });
        await store.PutAsync("taken", "taken");
        List<Task<ChangeResult>> changes = [];
        using (Blocked(folder.File("state.db"), store, out _))
        {
            for (var i = 0; i < 100; i++)
            {
                changes.Add(store.WriteAsync(i % 10 == 0 ? "taken" : $"free {i}", null, $"{i}"));
            }
        }

        var results = await Task.WhenAll(changes).WaitAsync(Token);
        Assert.Equal(90, results.Count(x => x.Applied));
        Assert.Equal("taken", store.Get("taken"));
        Assert.Equal("99", store.Get("free 99"));
    }

    [Fact]
    public async Task AFailedTransactionFailsAllItsCallersAndTheNextOneSucceeds()
    {
        using var folder = new TemporaryFolder();
        await using var store = Records.Open(folder.File("state.db"));
        List<Task<ChangeResult>> changes = [];
        await using (await LockAsync(folder.File("state.db")))
        {
            for (var i = 0; i < 20; i++)
            {
                changes.Add(store.WriteAsync($"{i}", null, "text"));
            }

            foreach (var change in changes)
            {
                var failure = await Assert.ThrowsAsync<StorageException>(() => change);
                Assert.Contains("Another program holds", failure.Message, StringComparison.Ordinal);
            }
        }

        await store.PutAsync("19", "text");
        Assert.Null(store.Get("0"));
        Assert.Equal("text", store.Get("19"));
    }

    [Fact]
    public async Task CallersBeyondTheRoomWaitAndMayGiveUp()
    {
        using var folder = new TemporaryFolder();
        await using var store = Records.Open(folder.File("state.db"), x => x with { PendingChanges = 10, LockTimeout = TimeSpan.FromSeconds(30) });
        using var impatience = new CancellationTokenSource();
        Task<ChangeResult>[] admitted;
        Task<ChangeResult>[] waiting;
        await using (await LockAsync(folder.File("state.db")))
        {
            admitted = [.. Enumerable.Range(0, 10).Select(i => store.WriteOrGiveUpAsync($"{i}", null, "text", impatience.Token))];
            waiting = [.. Enumerable.Range(10, 50).Select(i => store.WriteOrGiveUpAsync($"{i}", null, "text", impatience.Token))];
            await impatience.CancelAsync();
            foreach (var caller in waiting)
            {
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => caller);
            }
        }

        Assert.All(await Task.WhenAll(admitted), x => Assert.True(x.Applied));
        Assert.Null(store.Get("10"));
        await store.PutAsync("10", "text");
    }

    [Fact]
    public async Task CallersBeyondTheRoomAreServedInTheEnd()
    {
        using var folder = new TemporaryFolder();
        await using var store = Records.Open(folder.File("state.db"), x => x with { PendingChanges = 3, PendingBytes = 1 << 20, BatchBytes = 64 << 10, LogBytes = 1 << 20 });
        var text = Some.Text(40_000);
        var results = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => store.WriteAsync($"{i}", null, text))).WaitAsync(Token);
        Assert.All(results, x => Assert.True(x.Applied));
        Assert.Equal(text, store.Get("199"));
    }

    [Fact]
    public async Task ClosingWritesWhatWasLetInAndRefusesTheRest()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("state.db");
        var store = Records.Open(path);
        var changes = Enumerable.Range(0, 1_000).Select(i => store.WriteAsync($"{i}", null, "text")).ToArray();
        await store.DisposeAsync();
        Assert.All(await Task.WhenAll(changes), x => Assert.True(x.Applied));
        await Assert.ThrowsAsync<StorageException>(() => store.WriteAsync("late", null, "text"));
        Assert.Throws<StorageException>(() => store.Get("late"));
        Assert.False(File.Exists(path + "-wal"));
        await using var again = Records.Open(path);
        Assert.Equal("text", again.Get("999"));
    }

    [Fact]
    public async Task TheLogStaysBoundedWhileReadersNeverRest()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("state.db");
        await using var store = Records.Open(path, x => x with { LogBytes = 1 << 20 });
        using var stop = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(
            () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    store.Get("record 5");
                }
            },
            Token)).ToArray();
        long longest = 0;
        for (var round = 0; round < 40; round++)
        {
            var start = round * 100;
            await Task.WhenAll(Enumerable.Range(start, 100).Select(i => store.WriteAsync($"record {i}", null, Some.Text(900))));
            longest = Math.Max(longest, new FileInfo(path + "-wal").Length);
        }

        await stop.CancelAsync();
        await Task.WhenAll(readers);
        Assert.InRange(longest, 1 << 20, 6 << 20);
    }

    [Fact]
    public async Task AFullDiskFailsTheWritesPlainlyAndLosesNothing()
    {
        using var volume = SmallVolume.MountOrSkip("8m");
        var path = volume.File("state.db");
        await using (var store = Records.Open(path))
        {
            await store.PutAsync("before", "kept");
            using (volume.Fill())
            {
                var failure = await Assert.ThrowsAsync<StorageException>(async () =>
                {
                    for (var i = 0; i < 1_000; i++)
                    {
                        await store.PutAsync($"during {i}", Some.Text(1_000));
                    }
                });
                Assert.Contains("The disk is full", failure.Message, StringComparison.Ordinal);
                Assert.Contains("Free space", failure.Message, StringComparison.Ordinal);
                Assert.Equal("kept", store.Get("before"));
            }

            await store.PutAsync("after", "goes on");
        }

        await using var again = Records.Open(path);
        Assert.Equal("kept", again.Get("before"));
        Assert.Equal("goes on", again.Get("after"));
    }

    [Fact]
    public async Task ClosingOnAFullDiskKeepsTheLogForTheNextStart()
    {
        using var volume = SmallVolume.MountOrSkip("8m");
        var path = volume.File("state.db");
        var store = Records.Open(path);
        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => store.WriteAsync($"{i}", null, Some.Text(900))));
        using (volume.Fill())
        {
            await store.DisposeAsync();
            Assert.True(new FileInfo(path + "-wal").Length > 0);
        }

        await using var again = Records.Open(path);
        Assert.All(Enumerable.Range(0, 500), i => Assert.Equal(Some.Text(900), again.Get($"{i}")));
    }

    [Fact]
    public async Task EtagsAreNeverGivenOutTwiceAcrossRestarts()
    {
        using var folder = new TemporaryFolder();
        HashSet<long> seen = [];
        for (var opening = 0; opening < 3; opening++)
        {
            await using var store = Records.Open(folder.File("state.db"));
            for (var i = 0; i < 3; i++)
            {
                var etag = (await store.WriteAsync("one", null, "text")).Etag;
                Assert.True(seen.Add(etag!.Value));
                await store.ClearAsync("one", etag);
            }
        }
    }

    // While another program holds the file, changes queue up behind the first and so share the next transaction.
    private static SqliteConnection Blocked(string path, SqliteStore store, out Task<ChangeResult> blocker)
    {
        var connection = LockAsync(path).GetAwaiter().GetResult();
        blocker = store.WriteAsync("blocker", null, "text");
        return connection;
    }

    private static async Task<SqliteConnection> LockAsync(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        await connection.OpenAsync(Token);
        await using var command = connection.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        await command.ExecuteNonQueryAsync(Token);
        return connection;
    }
}
