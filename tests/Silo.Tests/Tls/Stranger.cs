using System.Net.Security;
using System.Net.Sockets;
using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Assize.Servers;

namespace Assize.Silo.Tests.Tls;

/// <summary>A peer that is none of ours: it believes anybody and shows what it is given.</summary>
internal sealed class Stranger(SslStream stream) : IAsyncDisposable
{
    public X509Certificate2 Peer => (X509Certificate2)stream.RemoteCertificate!;

    public SslProtocols Version => stream.SslProtocol;

    public static async Task<Stranger> Connected(IPEndPoint address, Issued? shown, SslProtocols versions = SslProtocols.Tls12 | SslProtocols.Tls13)
    {
        var client = new TcpClient();
        await client.ConnectAsync(address, TestContext.Current.CancellationToken);
        var stream = new SslStream(client.GetStream());
#pragma warning disable CA5359 // who the silo is does not matter to a stranger
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "silo",
                EnabledSslProtocols = versions,
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
                ClientCertificateContext = shown is null ? null : SslStreamCertificateContext.Create(shown.Loaded, Intermediates(shown), offline: true),
            },
            TestContext.Current.CancellationToken);
#pragma warning restore CA5359
        return new Stranger(stream);
    }

    /// <summary>Whether a connection with that certificate is answered. A refusal may only show when something is read: TLS 1.3 checks the client last.</summary>
    public static async Task<bool> IsLetIn(IPEndPoint address, Issued? shown, SslProtocols versions = SslProtocols.Tls12 | SslProtocols.Tls13)
    {
        try
        {
            await using var stranger = await Connected(address, shown, versions);
            return await stranger.Answered();
        }
        catch (Exception refused) when (refused is IOException or AuthenticationException)
        {
            return false;
        }
    }

    /// <summary>Accepts one connection and shows that certificate.</summary>
    public static async Task Serve(TcpListener listener, Issued shown)
    {
        using var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        await using var stream = new SslStream(client.GetStream());
        try
        {
            await stream.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = shown.Loaded }, TestContext.Current.CancellationToken);
            await stream.CopyToAsync(stream, TestContext.Current.CancellationToken);
        }
        catch (Exception refused) when (refused is IOException or AuthenticationException)
        {
            Assert.NotNull(refused.Message);
        }
    }

    /// <summary>Whether what is sent comes back.</summary>
    public async Task<bool> Answered()
    {
        await stream.WriteAsync(Encoding.UTF8.GetBytes("are you there?"), TestContext.Current.CancellationToken);
        return await stream.ReadAsync(new byte[64], TestContext.Current.CancellationToken) > 0;
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();

    private static X509Certificate2Collection Intermediates(Issued shown)
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPem(shown.Certificate);
        all.RemoveAt(0);
        return all;
    }
}
