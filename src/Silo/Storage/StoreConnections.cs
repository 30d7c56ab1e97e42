using System.Buffers.Binary;
using System.IO.Compression;
using Microsoft.Data.Sqlite;

namespace Assize.Silo.Storage;

/// <summary>Reads records over one connection with one prepared statement.</summary>
internal sealed class StoreReader : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly SqliteCommand select;
    private readonly SqliteParameter key;

    public StoreReader(SqliteConnection connection)
    {
        this.connection = connection;
        select = connection.CreateCommand();
        select.CommandText = "SELECT etag, data FROM state WHERE grain = $key";
        key = select.Parameters.Add("$key", SqliteType.Text);
        select.Prepare();
    }

    public StoreRecord? Read(string grain)
    {
        key.Value = grain;
        using var row = select.ExecuteReader();
        return row.Read() ? new StoreRecord(row.IsDBNull(1) ? null : Packing.Unpack((byte[])row[1]), row.GetInt64(0)) : null;
    }

    public void Dispose()
    {
        select.Dispose();
        connection.Dispose();
    }
}

/// <summary>Commits batches over one connection.</summary>
internal sealed class StoreWriter : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly SqliteCommand begin;
    private readonly SqliteCommand commit;
    private readonly SqliteCommand rollback;
    private readonly SqliteCommand insert;
    private readonly SqliteCommand update;
    private readonly SqliteCommand delete;
    private long tag;

    public StoreWriter(SqliteConnection connection)
    {
        this.connection = connection;
        begin = Prepared("BEGIN IMMEDIATE");
        commit = Prepared("COMMIT");
        rollback = Prepared("ROLLBACK");
        insert = Prepared("INSERT INTO state(grain, etag, data) VALUES ($key, $tag, $data) ON CONFLICT(grain) DO NOTHING", "$key", "$tag", "$data");
        update = Prepared("UPDATE state SET etag = $tag, data = $data WHERE grain = $key AND etag = $expected", "$key", "$tag", "$data", "$expected");
        delete = Prepared("DELETE FROM state WHERE grain = $key AND etag = $expected", "$key", "$expected");
        // Every opening has tags of its own, so that no tag is ever given twice.
        using var opening = Prepared("UPDATE meta SET openings = openings + 1 RETURNING openings");
        tag = (long)opening.ExecuteScalar()! << 40;
    }

    /// <summary>Writes all or, when the database fails, nothing; a record whose tag does not match is left alone and the others are written.</summary>
    public void Commit(List<StoreWrite> batch)
    {
        begin.ExecuteNonQuery();
        try
        {
            foreach (var write in batch)
            {
                write.Result = Apply(write);
            }

            commit.ExecuteNonQuery();
        }
        catch (SqliteException)
        {
            try
            {
                rollback.ExecuteNonQuery();
            }
            catch (SqliteException)
            {
                // A full disk has rolled the transaction back already; what matters is the first error, which is thrown on.
                batch.ForEach(write => write.Result = 0);
            }

            throw;
        }
    }

    /// <summary>Moves everything from the log into the file, so that a closed store is one file; where the disk has no room for that, the log stays beside it and is read at the next opening.</summary>
    public void Close()
    {
        using (this)
        using (var checkpoint = Prepared("PRAGMA wal_checkpoint(TRUNCATE)"))
        {
            try
            {
                checkpoint.ExecuteNonQuery();
            }
            catch (SqliteException)
            {
                // What was acknowledged is in the log already: leaving it there loses nothing.
                connection.Close();
            }
        }
    }

    public void Dispose()
    {
        foreach (var command in new[] { begin, commit, rollback, insert, update, delete })
        {
            command.Dispose();
        }

        connection.Dispose();
    }

    private long Apply(StoreWrite write)
    {
        var command = write.Data is null ? delete : write.Expected == 0 ? insert : update;
        command.Parameters["$key"].Value = write.Key;
        if (write.Expected != 0)
        {
            command.Parameters["$expected"].Value = write.Expected;
        }

        if (write.Data is not null)
        {
            command.Parameters["$tag"].Value = ++tag;
            command.Parameters["$data"].Value = write.Data;
        }

        return command.ExecuteNonQuery() == 1 ? tag : 0;
    }

    private SqliteCommand Prepared(string sql, params string[] parameters)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // the texts are the ones above
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var name in parameters)
        {
            command.Parameters.Add(name, name switch { "$key" => SqliteType.Text, "$data" => SqliteType.Blob, _ => SqliteType.Integer });
        }

        command.Prepare();
        return command;
    }
}

/// <summary>
/// How a record's bytes rest: the first byte says 0 for as they are, or 1 for Brotli after four bytes of length. Small records are not worth compressing,
/// large ones are text and shrink to a third or less.
/// </summary>
internal static class Packing
{
    private const int WorthCompressing = 1024;

    public static byte[] Pack(ReadOnlySpan<byte> data)
    {
        if (data.Length >= WorthCompressing)
        {
            var packed = new byte[5 + BrotliEncoder.GetMaxCompressedLength(data.Length)];
            if (BrotliEncoder.TryCompress(data, packed.AsSpan(5), out var written, quality: 1, window: 20) && written + 5 < data.Length)
            {
                packed[0] = 1;
                BinaryPrimitives.WriteInt32LittleEndian(packed.AsSpan(1), data.Length);
                return packed.AsSpan(0, 5 + written).ToArray();
            }
        }

        var plain = new byte[data.Length + 1];
        data.CopyTo(plain.AsSpan(1));
        return plain;
    }

    public static byte[] Unpack(ReadOnlySpan<byte> packed)
    {
        if (packed[0] == 0)
        {
            return packed[1..].ToArray();
        }

        var data = new byte[BinaryPrimitives.ReadInt32LittleEndian(packed[1..])];
        return BrotliDecoder.TryDecompress(packed[5..], data, out var written) && written == data.Length
            ? data
            : throw new StoreException("A stored record cannot be unpacked; the store is damaged.");
    }
}
