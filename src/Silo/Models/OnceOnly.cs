using System.Buffers;
using System.ClientModel;
using System.ClientModel.Primitives;

namespace Assize.Silo.Models;

/// <summary>
/// Sends a request once: attempts are the caller's, who counts and bills them. A short body is copied into an array of about its size, for the library's own holds 16 KB as long as the call lasts.
/// A call outlives several collections, each of which would copy a new array, so that the arrays are used again.
/// </summary>
internal sealed class OnceOnly : PipelinePolicy
{
    private const int LargestPooled = 1 << 14;

    /// <summary>As many as are on their way at once; the shared pool keeps far fewer.</summary>
    private const int MostPooled = 1024;

    private readonly ArrayPool<byte> pool = ArrayPool<byte>.Create(LargestPooled, MostPooled);

    public override void Process(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
    {
        Compact(message);
        ProcessNext(message, pipeline, currentIndex);
    }

    public override ValueTask ProcessAsync(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
    {
        Compact(message);
        return ProcessNextAsync(message, pipeline, currentIndex);
    }

    private void Compact(PipelineMessage message)
    {
        if (message.Request.Content is not { } body || !body.TryComputeLength(out var length) || length > LargestPooled)
        {
            return;
        }

        var bytes = pool.Rent((int)length);
        using (var copy = new MemoryStream(bytes))
        {
            body.WriteTo(copy, message.CancellationToken);
        }

        body.Dispose();
        message.Request.Content = new Body(bytes, (int)length, pool);
    }

    /// <summary>A body in a pooled array, which goes back after its call if it was sent as a whole: otherwise something may still be sending from it.</summary>
    private sealed class Body(byte[] bytes, int length, ArrayPool<byte> pool) : BinaryContent
    {
        private byte[]? rented = bytes;
        private bool sent;

        public override bool TryComputeLength(out long computed)
        {
            computed = length;
            return true;
        }

        public override void WriteTo(Stream stream, CancellationToken cancellationToken = default)
        {
            stream.Write(Rented.AsSpan(0, length));
            sent = true;
        }

        public override async Task WriteToAsync(Stream stream, CancellationToken cancellationToken = default)
        {
            sent = false;
            await stream.WriteAsync(Rented.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
            sent = true;
        }

        public override void Dispose()
        {
            if (Interlocked.Exchange(ref rented, null) is { } done && sent)
            {
                pool.Return(done);
            }
        }

        private byte[] Rented => rented ?? throw new ObjectDisposedException(nameof(Body));
    }
}
