using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Assize.Cli.Suites;

/// <summary>
/// Ids in the order in which they were added, found again by their hash: the first 128 bits of SHA-256, so that nobody can make two ids collide.
/// An id costs 16 bytes and at most 16 more for the table, however long it is.
/// </summary>
internal sealed class IdIndex
{
    private readonly Chunks<UInt128> hashes = new();
    private int[] slots = new int[1024];

    public int Count { get; private set; }

    /// <summary>Adds an id; false when it is known, and then its number is that of the first.</summary>
    public bool TryAdd(string id, out int ordinal)
    {
        var hash = Hash(id);
        if (Slot(hash, out var slot))
        {
            ordinal = slots[slot] - 1;
            return false;
        }

        ordinal = Count++;
        hashes[ordinal] = hash;
        slots[slot] = Count;
        if (Count > slots.Length / 2)
        {
            Grow();
        }

        return true;
    }

    /// <summary>The number of an id; null when it is not known.</summary>
    public int? Find(string id) => Slot(Hash(id), out var slot) ? slots[slot] - 1 : null;

    private bool Slot(UInt128 hash, out int slot)
    {
        var mask = slots.Length - 1;
        for (slot = (int)hash & mask; slots[slot] != 0; slot = (slot + 1) & mask)
        {
            if (hashes[slots[slot] - 1] == hash)
            {
                return true;
            }
        }

        return false;
    }

    private void Grow()
    {
        slots = new int[slots.Length * 2];
        for (var ordinal = 0; ordinal < Count; ordinal++)
        {
            Slot(hashes[ordinal], out var slot);
            slots[slot] = ordinal + 1;
        }
    }

    private static UInt128 Hash(string id)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> utf8 = id.Length <= 256 ? stackalloc byte[Encoding.UTF8.GetMaxByteCount(256)] : new byte[Encoding.UTF8.GetMaxByteCount(id.Length)];
        SHA256.HashData(utf8[..Encoding.UTF8.GetBytes(id, utf8)], hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }
}

/// <summary>A long list of values that grows without ever being copied; what was never set is the type's default.</summary>
internal sealed class Chunks<T>
    where T : struct
{
    private const int Bits = 16;
    private readonly List<T[]?> chunks = [];

    public T this[int index]
    {
        get => index >> Bits < chunks.Count && chunks[index >> Bits] is { } chunk ? chunk[index & ((1 << Bits) - 1)] : default;
        set
        {
            while (chunks.Count <= index >> Bits)
            {
                chunks.Add(null);
            }

            (chunks[index >> Bits] ??= new T[1 << Bits])[index & ((1 << Bits) - 1)] = value;
        }
    }
}
