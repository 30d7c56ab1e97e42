using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Assize.Silo.Storage;

/// <summary>The file of a store: belongs to one process at a time, and is known to be a store before anything is written to it.</summary>
internal sealed class StoreFile : IDisposable
{
    /// <summary>"ASSZ", so that other programs' databases are told apart.</summary>
    private const int ApplicationId = 0x4153535A;

    private const int SchemaVersion = 1;

    /// <summary>Up to this size a file that was not closed properly is checked as a whole when it is opened; beyond it that would take minutes.</summary>
    private const long QuickCheckLimit = 64 * 1024 * 1024;

    private readonly FileStream ownership;

    private StoreFile(string path, FileStream ownership) => (Path, this.ownership) = (path, ownership);

    public string Path { get; }

    private string ConnectionString => new SqliteConnectionStringBuilder { DataSource = Path, Pooling = false, Mode = SqliteOpenMode.ReadWriteCreate }.ToString();

    public static StoreFile Open(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        if (Directory.Exists(full))
        {
            throw new StoreException($"{full} is a folder, not a store file. Give the path of a file.");
        }

        var file = new StoreFile(full, Own(full));
        try
        {
            file.Prepare();
            return file;
        }
        catch (SqliteException broken)
        {
            file.Dispose();
            throw Explain(full, broken);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>A connection with the settings that durability rests on.</summary>
    public SqliteConnection Connect(bool writes)
    {
        var connection = new SqliteConnection(ConnectionString);
        connection.Open();
        Execute(connection, $"""
            PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=5000; PRAGMA cache_size=-{(writes ? 16384 : 4096)};
            PRAGMA wal_autocheckpoint=4000; PRAGMA journal_size_limit=33554432; PRAGMA temp_store=MEMORY;
            """);
        if (!writes)
        {
            Execute(connection, "PRAGMA query_only=ON;");
        }

        return connection;
    }

    /// <summary>What an error of the database means for the one who runs it.</summary>
    public static StoreException Explain(string path, SqliteException broken) => broken.SqliteErrorCode switch
    {
        8 => new StoreException($"The store {path} cannot be written: the file, its folder or its file system is read-only. Make it writable, or choose another folder with --data.", broken),
        10 => new StoreException($"The store {path} cannot be read or written: the disk reports an error ({broken.Message}). What was acknowledged before is kept; check the disk.", broken),
        11 => new StoreException($"The store {path} is damaged ({broken.Message}). Nothing was changed. Restore it from a backup, or move it away to start afresh.", broken),
        13 => Full(path, broken),
        14 => new StoreException($"The store {path} cannot be opened: its folder cannot be written, or the path is wrong. Check the folder, or choose another one with --data.", broken),
        26 => new StoreException($"{path} is not an Assize store. Nothing was changed. Move the file away, or choose another folder with --data.", broken),
        _ => new StoreException($"The store {path} failed: {broken.Message}", broken),
    };

    public void Dispose()
    {
        try
        {
            File.Delete(OwnerPath(Path));
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // Only the lock counts; without it the name in this file means nothing.
            ownership.Dispose();
        }

        ownership.Dispose();
    }

    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the text is ours
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    /// <summary>Holds a lock that the system releases when the process ends, however it ends.</summary>
    private static FileStream Own(string path)
    {
        var folder = System.IO.Path.GetDirectoryName(path)!;
        var lockPath = path + ".lock";
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"The folder {folder} cannot be made: {refused.Message} Choose another folder with --data.", refused);
        }

        try
        {
            var held = new FileStream(lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            Sign(path, held);
            return held;
        }
        catch (IOException full) when (Says(full, "No space"))
        {
            throw Full(path, full);
        }
        catch (IOException taken) when (File.Exists(lockPath) && !Says(taken, "read-only"))
        {
            throw new StoreException($"The store {path} is in use by another process{Owner(path)}. Wait until it ends, connect to it with --address, or choose another folder with --data.", taken);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"The store {path} cannot be written: {refused.Message} Make the folder writable, or choose another one with --data.", refused);
        }
    }

    private static bool Says(IOException refused, string words) => refused.Message.Contains(words, StringComparison.OrdinalIgnoreCase);

    private static StoreException Full(string path, Exception full) =>
        new($"The disk of {path} is full. What was acknowledged is kept, and work goes on by itself once there is room.", full);

    /// <summary>Says whose the lock is, in a file of its own, because nobody else may even read one that is locked.</summary>
    private static void Sign(string path, FileStream held)
    {
        try
        {
            File.WriteAllText(OwnerPath(path), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private static string OwnerPath(string path) => path + ".pid";

    private static string Owner(string path)
    {
        try
        {
            return File.ReadAllText(OwnerPath(path)) is { Length: > 0 } id ? $" (process {id})" : "";
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private void Prepare()
    {
        var unclean = File.Exists(Path + "-wal") && new FileInfo(Path + "-wal").Length > 0;
        // Without the settings of Connect: they would change the header of what may not be ours.
        using var connection = new SqliteConnection(ConnectionString);
        connection.Open();
        var application = Number(connection, "PRAGMA application_id");
        var version = Number(connection, "PRAGMA user_version");
        var tables = Number(connection, "SELECT count(*) FROM sqlite_master");
        if (tables > 0 && application != ApplicationId)
        {
            throw new StoreException($"{Path} is a database of another program. Nothing was changed. Choose another folder with --data.");
        }

        if (version > SchemaVersion)
        {
            throw new StoreException($"The store {Path} was written by a newer Assize (format {version}, this one reads up to {SchemaVersion}). Nothing was changed. Use the newer program.");
        }

        if (unclean && new FileInfo(Path).Length <= QuickCheckLimit && Text(connection, "PRAGMA quick_check(1)") is var found && found != "ok")
        {
            throw new StoreException($"The store {Path} is damaged ({found}). Restore it from a backup, or move it away to start afresh.");
        }

        Execute(connection, $"""
            CREATE TABLE IF NOT EXISTS state(grain TEXT NOT NULL PRIMARY KEY, etag INTEGER NOT NULL, data BLOB) WITHOUT ROWID;
            CREATE TABLE IF NOT EXISTS meta(openings INTEGER NOT NULL);
            INSERT INTO meta SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM meta);
            PRAGMA application_id={ApplicationId}; PRAGMA user_version={SchemaVersion};
            """);
    }

    private static long Number(SqliteConnection connection, string sql) => Convert.ToInt64(Scalar(connection, sql), CultureInfo.InvariantCulture);

    private static string Text(SqliteConnection connection, string sql) => Convert.ToString(Scalar(connection, sql), CultureInfo.InvariantCulture) ?? "";

    private static object? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the text is ours
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }
}
