using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Assize.SimulatedModel;

/// <summary>Chance that depends on the seed and the request only: one hash, cut into independent draws.</summary>
internal sealed class Chance
{
    private readonly byte[] hash;
    private readonly ulong start;

    public Chance(int seed, ReadOnlySpan<byte> body)
    {
        hash = SHA256.HashData(body);
        start = BinaryPrimitives.ReadUInt64LittleEndian(hash) ^ ((ulong)(uint)seed * 0x9E3779B97F4A7C15);
    }

    /// <summary>The request's identity.</summary>
    public UInt128 Body => BinaryPrimitives.ReadUInt128LittleEndian(hash.AsSpan(16));

    /// <summary>A number in [0, 1) for a purpose; other purposes get independent ones (SplitMix64).</summary>
    public double Draw(int purpose)
    {
        var z = start + ((ulong)(uint)(purpose + 1) * 0x9E3779B97F4A7C15);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>A standard normal number for a purpose (Box and Muller).</summary>
    public double Normal(int purpose) =>
        Math.Sqrt(-2 * Math.Log(1 - Draw(purpose))) * Math.Cos(2 * Math.PI * Draw(purpose + 1000));
}
