using static SQLitePCL.raw;

namespace Assize.Silo.Storage;

/// <summary>What SQLite's result codes mean to the people who run the installation.</summary>
internal static class SqliteFault
{
    private const long NearlyNothing = 256 * 1024;

    public static StorageException Of(int extended, string detail, string path)
    {
        var code = extended & 0xff;
        if (code is SQLITE_FULL || (code is SQLITE_IOERR or SQLITE_CANTOPEN && IsFull(path)))
        {
            return new(
                "The disk is full, so nothing of this was stored",
                path,
                "Free space on that volume; the store goes on by itself, and everything that was acknowledged is safe.");
        }

        return code switch
        {
            SQLITE_READONLY or SQLITE_PERM or SQLITE_AUTH => ReadOnly(path),
            SQLITE_CANTOPEN => new($"The store's file cannot be opened: {detail}", path, "Check that the folder exists and that this process may write there."),
            SQLITE_NOTADB => NotADatabase(path),
            SQLITE_CORRUPT => Damaged(path, detail),
            SQLITE_BUSY or SQLITE_LOCKED or SQLITE_PROTOCOL => new(
                $"Another program holds the store's file locked: {detail}",
                path,
                "End that program, or its open transaction; the store goes on by itself."),
            SQLITE_NOMEM => new("There is not enough memory for the store", path, "Give the process more memory."),
            SQLITE_TOOBIG => new("A value is larger than the store can hold", path, "Keep a single state under 500 MB."),
            SQLITE_IOERR => new(
                $"The disk reported an error: {detail} (code {extended})",
                path,
                "Look into the system's log for that volume; the store tries again at the next call, and everything that was acknowledged is safe."),
            _ => new($"The store failed: {detail} (code {extended})", path, "This is unexpected: please report it."),
        };
    }

    public static StorageException ReadOnly(string path, Exception? inner = null) =>
        new("The store's file or folder is read-only for this process", path, "Make it writable for the user this process runs as, or choose another Path.", inner);

    public static StorageException NotADatabase(string path) =>
        new("The file is not a database of this program", path, "It was left as it is. Choose another Path, or move that file away.");

    public static StorageException Damaged(string path, string detail) =>
        new(
            $"The store's file is damaged: {detail}",
            path,
            "Nothing was changed in it. Keep a copy of it and of the files -wal and -shm beside it, then put back a backup, or save what is readable with: sqlite3 FILE .recover");

    private static bool IsFull(string path)
    {
        try
        {
            return new DriveInfo(Path.GetDirectoryName(path)!).AvailableFreeSpace < NearlyNothing;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }
}
