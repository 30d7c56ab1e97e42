using System.IO.Pipelines;
using System.Net.Security;

namespace Assize.Silo.Tls;

/// <summary>The pipes of a connection once TLS is spoken: what goes in at one end comes out encrypted at the other.</summary>
internal sealed class TlsTransport(SslStream ssl) : IDuplexPipe
{
    // As much as a TLS record holds: smaller pieces would each become a record and a write of their own.
    private const int Record = 16 * 1024;

    public PipeReader Input { get; } = PipeReader.Create(ssl, new StreamPipeReaderOptions(bufferSize: Record, leaveOpen: true));

    public PipeWriter Output { get; } = PipeWriter.Create(ssl, new StreamPipeWriterOptions(minimumBufferSize: Record, leaveOpen: true));
}
