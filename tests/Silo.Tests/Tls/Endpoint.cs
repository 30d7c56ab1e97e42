using System.Net;
using System.Net.Sockets;
using System.Text;
using Assize.Silo.Tls;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Assize.Silo.Tests.Tls;

/// <summary>One side's identity and middleware, over real loopback connections and without a silo.</summary>
internal sealed class Endpoint : IDisposable
{
    private readonly SocketConnectionContextFactory connections = new(new SocketConnectionFactoryOptions(), NullLogger.Instance);
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly TlsMiddleware middleware;

    public Endpoint(TlsOptions options, bool listens = true)
    {
        Files = new IdentityFiles(options, [Usage.Server, Usage.Client], Clock, Log.For<IdentityFiles>());
        middleware = new TlsMiddleware(Files, options, Clock, Log.For<TlsMiddleware>());
        if (listens)
        {
            listener.Start();
            _ = Accept();
        }
    }

    public FakeTimeProvider Clock { get; } = new(TimeProvider.System.GetUtcNow());

    public CollectedLog Log { get; } = new();

    public IdentityFiles Files { get; }

    public IPEndPoint Address => (IPEndPoint)listener.LocalEndpoint;

    public async Task<TcpClient> Dial()
    {
        var client = new TcpClient();
        await client.ConnectAsync(Address, TestContext.Current.CancellationToken);
        return client;
    }

    /// <summary>Connects out through the middleware and says what the other side sends back.</summary>
    public async Task<string> Ask(IPEndPoint other, string question)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(other, TestContext.Current.CancellationToken);
        await using var connection = connections.Create(client.Client);
        var answer = "";
        await middleware.Connecting(async secured =>
        {
            var asking = secured.Transport.Output.WriteAsync(Encoding.UTF8.GetBytes(question), TestContext.Current.CancellationToken);
            var read = await secured.Transport.Input.ReadAtLeastAsync(question.Length, TestContext.Current.CancellationToken);
            answer = EncodingExtensions.GetString(Encoding.UTF8, read.Buffer);
            await asking;
        })(connection);
        return answer;
    }

    public void Dispose()
    {
        listener.Dispose();
        Files.Dispose();
        connections.Dispose();
    }

    /// <summary>Every connection that comes through the middleware gets back what it sends.</summary>
    private async Task Accept()
    {
        while (true)
        {
            _ = Serve(connections.Create(await listener.AcceptSocketAsync()));
        }
    }

    private async Task Serve(ConnectionContext connection)
    {
        await using (connection)
        {
            await middleware.Accepting(async secured =>
            {
                while (await secured.Transport.Input.ReadAsync() is { Buffer.IsEmpty: false } read)
                {
                    foreach (var piece in read.Buffer)
                    {
                        await secured.Transport.Output.WriteAsync(piece);
                    }

                    secured.Transport.Input.AdvanceTo(read.Buffer.End);
                }
            })(connection);
        }
    }
}
