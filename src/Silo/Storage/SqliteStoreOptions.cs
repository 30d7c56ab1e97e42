namespace Assize.Silo.Storage;

/// <summary>Settings of one store file; defaults and ranges stand here and nowhere else.</summary>
public sealed record SqliteStoreOptions
{
    /// <summary>The database file; its folder is created where missing. Beside it lie FILE-wal, FILE-shm, FILE.lock and FILE.pid.</summary>
    public string Path { get; init; } = "";

    /// <summary>Values longer than this many bytes are compressed; 0 or more.</summary>
    public int CompressAbove { get; init; } = 1024;

    /// <summary>Most changes in one transaction; 1 to 10,000.</summary>
    public int BatchChanges { get; init; } = 512;

    /// <summary>Most bytes of values in one transaction (a larger single value goes alone); 64 KB to 256 MB.</summary>
    public int BatchBytes { get; init; } = 8 << 20;

    /// <summary>Most changes between acceptance and commit; further callers wait. 1 to 1,000,000.</summary>
    public int PendingChanges { get; init; } = 4096;

    /// <summary>Most bytes of values between acceptance and commit; further callers wait. 1 MB to 1 GB.</summary>
    public int PendingBytes { get; init; } = 64 << 20;

    /// <summary>The write-ahead log is moved into the database file when it has grown to this many bytes; 1 MB to 1 GB.</summary>
    public int LogBytes { get; init; } = 32 << 20;

    /// <summary>How long to wait for another program's lock on the file; 0 to 1 min.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>After a crash, files up to this many bytes are checked whole before use: for 1 GB half a second from memory, 7 s from a cold disk (measured); 0 or more.</summary>
    public long CheckUpTo { get; init; } = 256L << 20;

    /// <summary>These options with the full path, when every value is in its range.</summary>
    /// <exception cref="StorageException">A value is outside its range.</exception>
    public SqliteStoreOptions Checked()
    {
        if (string.IsNullOrWhiteSpace(Path))
        {
            throw new StorageException("The Sqlite store has no Path. Set it to the database file, as in Orleans:GrainStorage:Default:Path=data/assize.db");
        }

        Require(CompressAbove >= 0, nameof(CompressAbove), "0 or more");
        Require(BatchChanges is >= 1 and <= 10_000, nameof(BatchChanges), "1 to 10,000");
        Require(BatchBytes is >= 64 << 10 and <= 256 << 20, nameof(BatchBytes), "64 KB to 256 MB");
        Require(PendingChanges is >= 1 and <= 1_000_000, nameof(PendingChanges), "1 to 1,000,000");
        Require(PendingBytes is >= 1 << 20 and <= 1 << 30, nameof(PendingBytes), "1 MB to 1 GB");
        Require(LogBytes is >= 1 << 20 and <= 1 << 30, nameof(LogBytes), "1 MB to 1 GB");
        Require(LockTimeout >= TimeSpan.Zero && LockTimeout <= TimeSpan.FromMinutes(1), nameof(LockTimeout), "0 to 1 minute");
        Require(CheckUpTo >= 0, nameof(CheckUpTo), "0 or more");
        return this with { Path = System.IO.Path.GetFullPath(Path) };
    }

    private void Require(bool holds, string setting, string range)
    {
        if (!holds)
        {
            throw new StorageException($"The Sqlite store's setting {setting} is out of range", Path, $"Set it to {range}.");
        }
    }
}
