using System.Globalization;
using Assize.Silo.Storage;
using Microsoft.Data.Sqlite;

namespace Assize.Silo.Tests.Storage;

public sealed class BrokenStoreTests : IDisposable
{
    private readonly StoreFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task AStoreBelongsToOneProcessAndTheRefusalNamesIt()
    {
        await using (SqliteStore.Open(folder.File))
        {
            var refused = Refused();
            Assert.Equal(
                string.Create(CultureInfo.InvariantCulture, $"The store {folder.File} is in use by another process (process {Environment.ProcessId}). Wait until it ends, connect to it with --address, or choose another folder with --data."),
                refused);
        }

        await using var again = SqliteStore.Open(folder.File);
    }

    [Fact]
    public void AFileThatIsNoDatabaseIsRefusedAndLeftAlone()
    {
        var garbage = StoreFolder.Noise(20_000);
        File.WriteAllBytes(folder.File, garbage);
        Assert.Equal($"{folder.File} is not an Assize store. Nothing was changed. Move the file away, or choose another folder with --data.", Refused());
        Assert.Equal(garbage, File.ReadAllBytes(folder.File));
    }

    [Fact]
    public void ADatabaseOfAnotherProgramIsRefusedAndLeftAlone()
    {
        Sql("CREATE TABLE customers(name TEXT)");
        var before = File.ReadAllBytes(folder.File);
        Assert.Equal($"{folder.File} is a database of another program. Nothing was changed. Choose another folder with --data.", Refused());
        Assert.Equal(before, File.ReadAllBytes(folder.File));
    }

    [Fact]
    public async Task AStoreOfANewerFormatIsRefusedAndLeftAlone()
    {
        await SqliteStore.Open(folder.File).DisposeAsync();
        Sql("PRAGMA user_version=7");
        var before = File.ReadAllBytes(folder.File);
        Assert.Equal($"The store {folder.File} was written by a newer Assize (format 7, this one reads up to 1). Nothing was changed. Use the newer program.", Refused());
        Assert.Equal(before, File.ReadAllBytes(folder.File));
    }

    [Fact]
    public async Task ATruncatedStoreIsRefusedAsDamaged()
    {
        await Fill();
        using (var file = new FileStream(folder.File, FileMode.Open))
        {
            file.SetLength(file.Length / 2);
        }

        Assert.StartsWith($"The store {folder.File} is damaged (", Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ADamagedPageIsNeverReadAsARecord()
    {
        await Fill();
        using (var file = new FileStream(folder.File, FileMode.Open))
        {
            file.Position = 4096;
            file.Write(StoreFolder.Noise((int)file.Length - 4096));
        }

        var refused = await Assert.ThrowsAsync<StoreException>(async () =>
        {
            await using var store = SqliteStore.Open(folder.File);
            for (var i = 0; i < 100; i++)
            {
                store.Read($"key {i}");
            }
        });
        Assert.StartsWith($"The store {folder.File} is damaged (", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFolderIsNoStore()
    {
        Directory.CreateDirectory(folder.File);
        Assert.Equal($"{folder.File} is a folder, not a store file. Give the path of a file.", Refused());
    }

    [Fact]
    public void AFolderThatCannotBeMadeIsNamed()
    {
        File.WriteAllText(folder.File, "");
        var refused = Assert.Throws<StoreException>(() => SqliteStore.Open(Path.Combine(folder.File, "data", "assize.db")));
        Assert.StartsWith($"The folder {folder.File}/data cannot be made: ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AReadOnlyFileSystemIsNamedAsSuch()
    {
        folder.MountDisk("4m");
        await SqliteStore.Open(folder.File).DisposeAsync();
        folder.MakeReadOnly();
        var refused = Refused();
        Assert.StartsWith($"The store {folder.File} cannot be written: ", refused, StringComparison.Ordinal);
        Assert.Contains("ead-only file system", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFullDiskLosesNothingAndWritingGoesOnOnceThereIsRoom()
    {
        folder.MountDisk("4m");
        var filler = Path.Combine(folder.Path, "filler");
        await File.WriteAllBytesAsync(filler, new byte[2 * 1024 * 1024], TestContext.Current.CancellationToken);
        var written = new Dictionary<string, byte[]>();
        StoreException? full = null;
        await using (var store = SqliteStore.Open(folder.File))
        {
            for (var i = 0; full is null && i < 100; i++)
            {
                var value = StoreFolder.Noise(100_000);
                full = await Record.ExceptionAsync(async () => Assert.NotEqual(0, await store.Write($"key {i}", value, 0))) as StoreException;
                if (full is null)
                {
                    written.Add($"key {i}", value);
                }
            }

            Assert.Equal($"The disk of {folder.File} is full. What was acknowledged is kept, and work goes on by itself once there is room.", full?.Message);
            Assert.NotEmpty(written);
            AssertHolds(store, written);
            File.Delete(filler);
            Assert.NotEqual(0, await store.Write("afterwards", [1], 0));
            written.Add("afterwards", [1]);
            AssertHolds(store, written);
        }

        await using var again = SqliteStore.Open(folder.File);
        AssertHolds(again, written);
    }

    [Fact]
    public async Task AFullDiskRefusesTheOpeningAndLetsGoOfTheStore()
    {
        folder.MountDisk("1m");
        var filler = Path.Combine(folder.Path, "filler");
        await Record.ExceptionAsync(() => File.WriteAllBytesAsync(filler, new byte[2 * 1024 * 1024], TestContext.Current.CancellationToken));
        Assert.Equal($"The disk of {folder.File} is full. What was acknowledged is kept, and work goes on by itself once there is room.", Refused());
        File.Delete(filler);
        await using var store = SqliteStore.Open(folder.File);
        Assert.NotEqual(0, await store.Write("a", [1], 0));
    }

    [Fact]
    public async Task AStoreClosedOnAFullDiskStillHasEverythingAcknowledged()
    {
        folder.MountDisk("2m");
        var written = new Dictionary<string, byte[]>();
        await using (var store = SqliteStore.Open(folder.File))
        {
            for (var i = 0; i < 100; i++)
            {
                var value = StoreFolder.Noise(50_000);
                if (await Record.ExceptionAsync(() => store.Write($"key {i}", value, 0)) is null)
                {
                    written.Add($"key {i}", value);
                }
            }
        }

        Assert.InRange(written.Count, 1, 99);
        using var elsewhere = new StoreFolder();
        foreach (var file in Directory.GetFiles(folder.Path))
        {
            File.Copy(file, Path.Combine(elsewhere.Path, Path.GetFileName(file)));
        }

        await using var again = SqliteStore.Open(elsewhere.File);
        AssertHolds(again, written);
    }

    private static void AssertHolds(SqliteStore store, Dictionary<string, byte[]> written) =>
        Assert.All(written, entry => Assert.True(entry.Value.AsSpan().SequenceEqual(store.Read(entry.Key)?.Data)));

    private string Refused() => Assert.Throws<StoreException>(() => SqliteStore.Open(folder.File)).Message;

    private async Task Fill()
    {
        await using var store = SqliteStore.Open(folder.File);
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => store.Write($"key {i}", StoreFolder.Noise(900), 0)));
    }

    private void Sql(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={folder.File};Pooling=False");
        connection.Open();
        StoreFile.Execute(connection, sql);
    }
}
