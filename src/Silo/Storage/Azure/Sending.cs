using Azure.Core;
using Azure.Core.Pipeline;

namespace Assize.Silo.Storage.Azure;

/// <summary>Counts how often a request goes out: one whose answer is lost is sent again by the client library, and then meets what it did itself.</summary>
internal sealed class Sending : IDisposable
{
    private const string Name = "assize.sending";

    private readonly IDisposable _scope;
    private int _times;

    public Sending() => _scope = HttpPipeline.CreateHttpMessagePropertiesScope(new Dictionary<string, object?> { [Name] = this });

    /// <summary>What counts; it belongs to the client's options, for every try.</summary>
    public static HttpPipelinePolicy Policy { get; } = new Counting();

    public bool Repeated => Volatile.Read(ref _times) > 1;

    public void Dispose() => _scope.Dispose();

    private sealed class Counting : HttpPipelineSynchronousPolicy
    {
        public override void OnSendingRequest(HttpMessage message)
        {
            if (message.TryGetProperty(Name, out var sending))
            {
                Interlocked.Increment(ref ((Sending)sending!)._times);
            }
        }
    }
}
