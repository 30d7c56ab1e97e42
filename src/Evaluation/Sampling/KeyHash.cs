using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Assize.Evaluation.Sampling;

/// <summary>
/// A key's place in [0, 2⁶⁴), the same on every machine: the first 8 bytes, big endian, of SHA-256(UTF-8(salt | key)).
/// A key kept at one rate is kept at every higher rate with the same salt. Nothing is normalised: another spelling is another key.
/// </summary>
public readonly record struct KeyHash(ulong Value) : IComparable<KeyHash>
{
    private const double Range = 18446744073709551616.0;

    /// <summary>u = value / 2⁶⁴, from 0 up to but not including 1 (but for rounding in the last bit of a double).</summary>
    public double Fraction => Value / Range;

    public static KeyHash Of(Salt salt, string key)
    {
        // Decided about for every interaction that arrives: the text is put together on the stack where it is short.
        var most = Encoding.UTF8.GetMaxByteCount(salt.Value.Length + key.Length + 1);
        var text = most <= 1024 ? stackalloc byte[most] : new byte[most];
        var length = Encoding.UTF8.GetBytes(salt.Value, text);
        text[length++] = (byte)'|';
        length += Encoding.UTF8.GetBytes(key, text[length..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..length], hash);
        return new KeyHash(BinaryPrimitives.ReadUInt64BigEndian(hash));
    }

    /// <summary>Whether value &lt; rate · 2⁶⁴, decided exactly; a rate of 1 and more keeps all, of 0 and less nothing.</summary>
    public bool Below(double rate) => rate >= 1 || (rate > 0 && Value < (ulong)Math.Ceiling(rate * Range));

    public int CompareTo(KeyHash other) => Value.CompareTo(other.Value);
}
