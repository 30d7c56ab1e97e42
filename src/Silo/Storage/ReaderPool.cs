namespace Assize.Silo.Storage;

/// <summary>Connections that only read; in WAL mode they neither wait for the writer nor make it wait.</summary>
internal sealed class ReaderPool(string path, TimeSpan lockTimeout) : IDisposable
{
    private static readonly int MostIdle = Math.Max(4, Environment.ProcessorCount * 2);

    private readonly Lock _gate = new();
    private readonly Stack<Reader> _idle = new();
    private bool _closed;

    public StoredState? Read(RowKey key)
    {
        var reader = Rent();
        var healthy = false;
        try
        {
            var state = reader.Read(key);
            healthy = true;
            return state;
        }
        finally
        {
            Return(reader, healthy);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            while (_idle.TryPop(out var reader))
            {
                reader.Dispose();
            }
        }
    }

    private Reader Rent()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (_idle.TryPop(out var reader))
            {
                return reader;
            }
        }

        return new Reader(Database.Open(path, readOnly: true, lockTimeout));
    }

    private void Return(Reader reader, bool healthy)
    {
        lock (_gate)
        {
            if (healthy && !_closed && _idle.Count < MostIdle)
            {
                _idle.Push(reader);
                return;
            }
        }

        reader.Dispose();
    }

    private sealed class Reader : IDisposable
    {
        private readonly Database _database;
        private readonly Statement _select;

        public Reader(Database database)
        {
            _database = database;
            try
            {
                // Each commit empties a reader's cache anyway.
                database.Execute("PRAGMA cache_size = -512");
                _select = database.Prepare("SELECT etag, form, data FROM state WHERE key = ?1 AND grain = ?2 AND name = ?3");
            }
            catch
            {
                database.Dispose();
                throw;
            }
        }

        public StoredState? Read(RowKey key)
        {
            _select.Bind(1, key.Hash).BindText(2, key.Grain).BindText(3, key.Name);
            if (!_select.Step())
            {
                return null;
            }

            try
            {
                var data = StoredValue.Read((Form)_select.Number(1), _select.Blob(2))
                    ?? throw SqliteFault.Damaged(_database.Path, $"the value of {key} cannot be unpacked");
                return new(_select.Number(0), data);
            }
            finally
            {
                _select.Reset();
            }
        }

        public void Dispose()
        {
            _select.Dispose();
            _database.Dispose();
        }
    }
}
