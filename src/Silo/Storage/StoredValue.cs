using System.Buffers;
using System.IO.Compression;

namespace Assize.Silo.Storage;

/// <summary>How the bytes of a value lie in the file; the numbers are part of the file format.</summary>
internal enum Form : byte
{
    Raw = 0,
    Brotli = 1,
}

/// <summary>
/// A value as it lies in the file. Brotli quality 0 with a 256 KB window, measured on JSON of case records: 2 KB in 5 µs to 44 %, 8 KB in 13 µs to 34 %,
/// 39 KB in 53 µs to 32 %; quality 1 takes 1.5 to 4 times as long for 2 to 5 points. A value that does not shrink by a tenth is kept raw.
/// </summary>
internal readonly struct StoredValue : IDisposable
{
    private const int Quality = 0;
    private const int Window = 18;
    // Larger buffers are left to the collector: the shared pool would keep them for the life of the process.
    private const int LargestPooled = 1 << 20;

    private readonly byte[]? _rented;

    private StoredValue(ReadOnlyMemory<byte> bytes, Form form, int rawLength, byte[]? rented)
    {
        Bytes = bytes;
        Form = form;
        RawLength = rawLength;
        _rented = rented;
    }

    public ReadOnlyMemory<byte> Bytes { get; }

    public Form Form { get; }

    public int RawLength { get; }

    public static StoredValue Of(ReadOnlyMemory<byte> raw, int compressAbove)
    {
        if (raw.Length <= compressAbove)
        {
            return new(raw, Form.Raw, raw.Length, null);
        }

        // Four bytes of raw length lead, so that a reader takes its buffer once.
        var room = sizeof(int) + raw.Length - raw.Length / 10;
        var pooled = room <= LargestPooled;
        var buffer = pooled ? ArrayPool<byte>.Shared.Rent(room) : GC.AllocateUninitializedArray<byte>(room);
        if (!BrotliEncoder.TryCompress(raw.Span, buffer.AsSpan(sizeof(int), room - sizeof(int)), out var written, Quality, Window))
        {
            Return(pooled ? buffer : null);
            return new(raw, Form.Raw, raw.Length, null);
        }

        System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(buffer, raw.Length);
        return new(buffer.AsMemory(0, sizeof(int) + written), Form.Brotli, raw.Length, pooled ? buffer : null);
    }

    /// <summary>The value as it was written, from the bytes in the file; null when they are not what the form says.</summary>
    public static byte[]? Read(Form form, ReadOnlySpan<byte> stored)
    {
        if (form == Form.Raw)
        {
            return stored.ToArray();
        }

        if (form != Form.Brotli || stored.Length < sizeof(int))
        {
            return null;
        }

        var length = System.Buffers.Binary.BinaryPrimitives.ReadInt32LittleEndian(stored);
        if (length < 0 || length > Array.MaxLength)
        {
            return null;
        }

        var raw = GC.AllocateUninitializedArray<byte>(length);
        return BrotliDecoder.TryDecompress(stored[sizeof(int)..], raw, out var written) && written == length ? raw : null;
    }

    public void Dispose() => Return(_rented);

    private static void Return(byte[]? rented)
    {
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
