using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Assize.Evaluation.Monitors;

/// <summary>A run of a scheduled benchmark. It is noted before it is started, with an id that is made of its number and its time: started again after a crash it is the same run.</summary>
public sealed record BenchmarkRun(long Number, RunId Run, DateTimeOffset Begun)
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    /// <summary>Whether its suite has taken it in.</summary>
    public bool Started { get; init; }

    /// <summary>The number by which its completions differ from those of all other runs, so that everybody is asked anew; never 0.</summary>
    public int Draw => Math.Max(1, BinaryPrimitives.ReadInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(Run.Value))) & int.MaxValue);

    /// <summary>The run of a number; its id has the form of all runs' ids: 48 bits of milliseconds, 80 bits of a hash.</summary>
    public static BenchmarkRun Of(MonitorSpec spec, long number, DateTimeOffset begun)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{spec.Tenant}|{spec.Definition.Name}|{number}|{begun.UtcTicks}");
        Span<byte> bits = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bits, begun.ToUnixTimeMilliseconds() << 16);
        SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 10).CopyTo(bits[6..]);
        var rest = BinaryPrimitives.ReadUInt128BigEndian(bits);
        Span<char> text = stackalloc char[26];
        for (var i = text.Length - 1; i >= 0; i--)
        {
            text[i] = Alphabet[(int)(rest & 31)];
            rest >>= 5;
        }

        return new BenchmarkRun(number, new RunId(new string(text)), begun);
    }
}
