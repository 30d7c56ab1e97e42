using System.Text;
using Assize.Silo.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assize.Silo.Tests.Storage;

/// <summary>Opening a store on every kind of wrong file: a plain message, and the file as it was.</summary>
public sealed class StoreFileTests
{
    [Fact]
    public async Task AMissingFolderIsMade()
    {
        using var folder = new TemporaryFolder();
        await using var store = Records.Open(folder.File("a/b/c/state.db"));
        await store.PutAsync("one", "1");
        Assert.Equal("1", store.Get("one"));
    }

    [Fact]
    public void APathThatIsAFolderIsRefused()
    {
        using var folder = new TemporaryFolder();
        Refused(folder.Path, "is a folder", "add a file name");
    }

    [Fact]
    public void AParentThatIsAFileIsRefused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("file"), "");
        Refused(folder.File("file/state.db"), "folder");
    }

    [Theory]
    [InlineData(10)]
    [InlineData(100)]
    [InlineData(100_000)]
    public void GarbageIsRefusedAndLeftAsItWas(int length)
    {
        using var folder = new TemporaryFolder();
        var garbage = Encoding.UTF8.GetBytes(Some.Text(length));
        File.WriteAllBytes(folder.File("state.db"), garbage);
        Refused(folder.File("state.db"), "is not a database of this program", "Choose another Path");
        Assert.Equal(garbage, File.ReadAllBytes(folder.File("state.db")));
    }

    [Fact]
    public void AnotherProgramsDatabaseIsRefusedAndLeftAsItWas()
    {
        using var folder = new TemporaryFolder();
        Execute(folder.File("state.db"), "CREATE TABLE theirs(x); INSERT INTO theirs VALUES(1)");
        var before = File.ReadAllBytes(folder.File("state.db"));
        Refused(folder.File("state.db"), "another program's SQLite database");
        Assert.Equal(before, File.ReadAllBytes(folder.File("state.db")));
    }

    [Fact]
    public async Task ANewerFormatIsRefusedAndStillThereForTheNewerVersion()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("state.db");
        await using (var store = Records.Open(path))
        {
            await store.PutAsync("one", "1");
        }

        Execute(path, "PRAGMA user_version = 99");
        Refused(path, "written by a newer version", "format 99", "put back a backup");
        Execute(path, "PRAGMA user_version = 1");
        await using var again = Records.Open(path);
        Assert.Equal("1", again.Get("one"));
    }

    [Fact]
    public async Task ATruncatedFileIsRefusedAndLeftAsItWas()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("state.db");
        await using (var store = Records.Open(path))
        {
            for (var i = 0; i < 200; i++)
            {
                await store.PutAsync($"record {i}", Some.Text(500));
            }
        }

        var whole = File.ReadAllBytes(path);
        File.WriteAllBytes(path, whole[..(whole.Length / 2)]);
        Refused(path, "is damaged", "put back a backup");
        Assert.Equal(whole.Length / 2, new FileInfo(path).Length);
        File.WriteAllBytes(path, whole);
        await using var again = Records.Open(path);
        Assert.Equal(Some.Text(500), again.Get("record 199"));
    }

    [Fact]
    public async Task ADamagedPageIsFoundAtTheOpeningAfterACrash()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("state.db");
        await using (var store = Records.Open(path))
        {
            for (var i = 0; i < 200; i++)
            {
                await store.PutAsync($"record {i}", Some.Text(500));
            }
        }

        var bytes = File.ReadAllBytes(path);
        bytes.AsSpan(8192 * 4, 8192).Fill(0xA5);
        File.WriteAllBytes(path, bytes);
        // A log that is still there says that the last owner died.
        File.WriteAllBytes(path + "-wal", new byte[32]);
        Refused(path, "is damaged", ".recover");
    }

    [Fact]
    public async Task TheSecondOwnerIsRefusedAndTheFirstGoesOn()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("state.db");
        await using var store = Records.Open(path);
        await store.PutAsync("one", "1");
        Refused(path, "already open in this process");
        await store.PutAsync("two", "2");
        Assert.Equal("1", store.Get("one"));
    }

    [Fact]
    public async Task AReadOnlyVolumeIsRefusedAndItsDataIsThereAfterwards()
    {
        using var volume = SmallVolume.MountOrSkip("4m");
        var path = volume.File("state.db");
        await using (var store = Records.Open(path))
        {
            await store.PutAsync("one", "1");
        }

        volume.MakeReadOnly();
        Refused(path, "read-only", "Make it writable");
        Refused(volume.File("new/state.db"), "read-only");
        volume.MakeWritable();
        await using var again = Records.Open(path);
        Assert.Equal("1", again.Get("one"));
    }

    [Fact]
    public async Task AVolumeThatIsFullFromTheStartIsRefused()
    {
        using var volume = SmallVolume.MountOrSkip("256k");
        using (volume.Fill())
        {
            Refused(volume.File("state.db"), "disk is full", "Free space");
        }

        await using var store = Records.Open(volume.File("state.db"));
        await store.PutAsync("one", "1");
    }

    [Theory]
    [InlineData(0, 8 << 20, "BatchChanges")]
    [InlineData(512, 1, "BatchBytes")]
    public void ASettingOutOfRangeIsNamed(int changes, int bytes, string setting)
    {
        using var folder = new TemporaryFolder();
        var failure = Assert.Throws<StorageException>(
            () => SqliteStore.Open(new SqliteStoreOptions { Path = folder.File("state.db"), BatchChanges = changes, BatchBytes = bytes }, NullLogger<SqliteStore>.Instance));
        Assert.Contains(setting, failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    private static void Refused(string path, params string[] words)
    {
        var failure = Assert.Throws<StorageException>(() => Records.Open(path));
        Assert.All(words, word => Assert.Contains(word, failure.Message, StringComparison.Ordinal));
        Assert.StartsWith(Path.GetDirectoryName(path)!, failure.Path, StringComparison.Ordinal);
    }

    private static void Execute(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
