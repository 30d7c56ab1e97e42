using System.Globalization;

namespace Assize.Silo.Storage;

/// <summary>The file of a store: what is checked before it is used, and its tables.</summary>
internal static class StoreFile
{
    public const int SchemaVersion = 1;

    /// <summary>"Assz": tells the file from other programs' databases.</summary>
    public const long ApplicationId = 0x4173737A;

    // 8 KB pages lose half as much room at their ends as 4 KB ones to records of some 700 bytes (40 bytes each, measured); larger ones cost log.
    private const string Create = """
        CREATE TABLE state(id INTEGER PRIMARY KEY, key INTEGER NOT NULL, etag INTEGER NOT NULL, form INTEGER NOT NULL, name TEXT NOT NULL, grain TEXT NOT NULL, data BLOB NOT NULL);
        CREATE INDEX state_key ON state(key);
        CREATE TABLE meta(generation INTEGER NOT NULL);
        INSERT INTO meta VALUES(0);
        """;

    /// <summary>Makes the folder where it is missing.</summary>
    public static void Prepare(string path)
    {
        if (Directory.Exists(path))
        {
            throw new StorageException("The store's path is a folder", path, "Path names a file: add a file name, such as assize.db.");
        }

        var folder = Path.GetDirectoryName(path)!;
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (UnauthorizedAccessException e)
        {
            throw SqliteFault.ReadOnly(folder, e);
        }
        catch (IOException e)
        {
            throw FileLock.OfFolder(folder, e);
        }
    }

    /// <summary>Opens the connection that writes, and counts this opening; the caller holds the file's lock.</summary>
    public static (Database Writer, long Generation) Open(SqliteStoreOptions options)
    {
        var wasOpen = File.Exists(options.Path + "-wal") && new FileInfo(options.Path + "-wal").Length > 0;
        var writer = Database.Open(options.Path, readOnly: false, options.LockTimeout);
        try
        {
            // A file that is refused below stays as it was found, its log beside it.
            writer.CheckpointOnClose(false);
            if (writer.IsReadOnly)
            {
                throw SqliteFault.ReadOnly(options.Path);
            }

            Check(writer, options, wasOpen);
            Configure(writer, options);
            writer.Execute("BEGIN IMMEDIATE");
            writer.Execute("UPDATE meta SET generation = generation + 1");
            writer.Execute("COMMIT");
            return (writer, writer.Number("SELECT generation FROM meta"));
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    private static void Check(Database writer, SqliteStoreOptions options, bool wasOpen)
    {
        var version = writer.Number("PRAGMA user_version");
        var application = writer.Number("PRAGMA application_id");
        var isEmpty = writer.Number("SELECT count(*) FROM sqlite_schema") == 0;
        if (application != ApplicationId && (application != 0 || version != 0 || !isEmpty))
        {
            throw new StorageException("The file is another program's SQLite database", options.Path, "It was left as it is. Choose another Path.");
        }

        if (version > SchemaVersion)
        {
            throw new StorageException(
                string.Create(CultureInfo.InvariantCulture, $"The store was written by a newer version of this program (format {version}; this one reads up to {SchemaVersion})"),
                options.Path,
                "It was left as it is. Start the newer version, or put back a backup from before the upgrade.");
        }

        // After a clean close the log is gone. Where it is not, the process or the machine died, and a small file is worth reading whole; a large one would keep
        // the cluster down for minutes, and SQLite still checks every page it reads later.
        if (wasOpen && !isEmpty && new FileInfo(options.Path).Length <= options.CheckUpTo)
        {
            var verdict = writer.Text("PRAGMA quick_check(1)");
            if (verdict != "ok")
            {
                throw SqliteFault.Damaged(options.Path, verdict.ReplaceLineEndings(" "));
            }
        }
    }

    private static void Configure(Database writer, SqliteStoreOptions options)
    {
        writer.Execute("PRAGMA page_size = 8192");
        if (writer.Text("PRAGMA journal_mode = WAL") != "wal")
        {
            throw new StorageException("The volume cannot hold a write-ahead log, as some network shares cannot", options.Path, "Choose a Path on a local disk.");
        }

        writer.Execute("PRAGMA synchronous = FULL");
        // The writer moves the log by itself: SQLite's own automatic step never starts the log afresh while there is always some reader.
        writer.Execute("PRAGMA wal_autocheckpoint = 0");
        writer.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA journal_size_limit = {options.LogBytes}"));
        writer.Execute("PRAGMA cache_size = -16000");
        if (writer.Number("PRAGMA user_version") == 0)
        {
            writer.Execute("BEGIN IMMEDIATE");
            writer.Execute(Create);
            writer.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA application_id = {ApplicationId}"));
            writer.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {SchemaVersion}"));
            writer.Execute("COMMIT");
        }
    }
}
