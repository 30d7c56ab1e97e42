using System.ClientModel;
using System.ClientModel.Primitives;

namespace Assize.Silo.Models;

/// <summary>Sends a request once: attempts are the caller's, who counts and bills them. The body is copied into an array of its size, for the library's own holds 16 KB as long as the call lasts.</summary>
internal sealed class OnceOnly : PipelinePolicy
{
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

    private static void Compact(PipelineMessage message)
    {
        if (message.Request.Content is not { } body || !body.TryComputeLength(out var length))
        {
            return;
        }

        var bytes = new byte[length];
        using (var copy = new MemoryStream(bytes))
        {
            body.WriteTo(copy, message.CancellationToken);
        }

        body.Dispose();
        message.Request.Content = BinaryContent.Create(BinaryData.FromBytes(bytes));
    }
}
