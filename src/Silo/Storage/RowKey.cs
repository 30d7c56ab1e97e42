using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Orleans.Runtime;

namespace Assize.Silo.Storage;

/// <summary>
/// The address of a stored state: grain (type/key) and state name, as UTF-8, and 48 bits of their SHA-256. Only the hash is indexed: a table without row ids
/// keeps whole values in its inner pages (three times the CPU, measured), and an index over the text stores every key twice.
/// </summary>
public readonly struct RowKey
{
    private readonly byte[] _bytes;
    private readonly int _grainLength;

    private RowKey(byte[] bytes, int grainLength)
    {
        _bytes = bytes;
        _grainLength = grainLength;
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, digest);
        // An arithmetic shift keeps 48 bits with their sign: SQLite stores such a number in 6 bytes.
        Hash = BinaryPrimitives.ReadInt64BigEndian(digest) >> 16;
    }

    internal ReadOnlySpan<byte> Grain => _bytes.AsSpan(0, _grainLength);

    internal ReadOnlySpan<byte> Name => _bytes.AsSpan(_grainLength);

    internal long Hash { get; }

    internal int Length => _bytes.Length;

    /// <summary>The address of a grain's state with that name.</summary>
    public static RowKey Of(GrainId grain, string name)
    {
        var type = grain.Type.AsSpan();
        var key = grain.Key.AsSpan();
        var grainLength = type.Length + 1 + key.Length;
        var bytes = new byte[grainLength + Encoding.UTF8.GetByteCount(name)];
        type.CopyTo(bytes);
        bytes[type.Length] = (byte)'/';
        key.CopyTo(bytes.AsSpan(type.Length + 1));
        Encoding.UTF8.GetBytes(name, bytes.AsSpan(grainLength));
        return new(bytes, grainLength);
    }

    public override string ToString() => $"{Encoding.UTF8.GetString(Grain)} {Encoding.UTF8.GetString(Name)}";
}
