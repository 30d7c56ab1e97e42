namespace Assize.Silo.Storage;

/// <summary>
/// Changes waiting for the writer, in order. Room is claimed before a value is compressed and given back after its commit, so that what waits here stays bounded
/// however many callers there are; callers without room wait in order.
/// </summary>
internal sealed class WriteQueue(int mostChanges, long mostBytes)
{
    private readonly object _gate = new();
    private readonly Queue<Change> _changes = new();
    private readonly LinkedList<(TaskCompletionSource<bool> Room, int Bytes)> _callers = new();
    private int _claimed;
    private long _claimedBytes;
    private bool _closed;

    /// <summary>Completes when there is room for a value of so many bytes; false when the queue was closed.</summary>
    public ValueTask<bool> Claim(int bytes, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        TaskCompletionSource<bool> room;
        LinkedListNode<(TaskCompletionSource<bool>, int)> caller;
        lock (_gate)
        {
            if (_closed)
            {
                return new(false);
            }

            if (_callers.Count == 0 && HasRoom(bytes))
            {
                _claimed++;
                _claimedBytes += bytes;
                return new(true);
            }

            room = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            caller = _callers.AddLast((room, bytes));
        }

        return new(Wait(room, caller, token));
    }

    /// <summary>Hands over a change whose room was claimed; also after closing, because the writer leaves only when all claims are back.</summary>
    public void Add(Change change)
    {
        lock (_gate)
        {
            _changes.Enqueue(change);
            if (_changes.Count == 1)
            {
                Monitor.Pulse(_gate);
            }
        }
    }

    /// <summary>Waits for changes and takes what has queued up, within the limits of a transaction; false when closed and empty.</summary>
    public bool Take(List<Change> batch, int mostInBatch, int mostBytesInBatch)
    {
        lock (_gate)
        {
            while (_changes.Count == 0)
            {
                if (_closed && _claimed == 0)
                {
                    return false;
                }

                Monitor.Wait(_gate);
            }

            long bytes = 0;
            while (batch.Count < mostInBatch && _changes.TryPeek(out var next) && (batch.Count == 0 || bytes + next.Bytes <= mostBytesInBatch))
            {
                bytes += next.Bytes;
                batch.Add(_changes.Dequeue());
            }

            return true;
        }
    }

    /// <summary>Gives room back and lets waiting callers in.</summary>
    public void Release(int changes, long bytes)
    {
        lock (_gate)
        {
            _claimed -= changes;
            _claimedBytes -= bytes;
            while (_callers.First is { } first && HasRoom(first.Value.Bytes))
            {
                _callers.RemoveFirst();
                _claimed++;
                _claimedBytes += first.Value.Bytes;
                first.Value.Room.SetResult(true);
            }

            if (_closed && _claimed == 0)
            {
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>Lets nobody in any more; what was let in is still written.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            foreach (var (room, _) in _callers)
            {
                room.SetResult(false);
            }

            _callers.Clear();
            Monitor.PulseAll(_gate);
        }
    }

    // A value larger than all the room goes alone.
    private bool HasRoom(int bytes) => _claimed == 0 || (_claimed < mostChanges && _claimedBytes + bytes <= mostBytes);

    private async Task<bool> Wait(TaskCompletionSource<bool> room, LinkedListNode<(TaskCompletionSource<bool>, int)> caller, CancellationToken token)
    {
        using var registration = token.Register(() =>
        {
            lock (_gate)
            {
                // One that was let in meanwhile has its room and goes on.
                if (caller.List is not null)
                {
                    _callers.Remove(caller);
                    room.SetCanceled(token);
                }
            }
        });
        return await room.Task.ConfigureAwait(false);
    }
}
