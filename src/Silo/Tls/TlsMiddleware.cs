using System.Globalization;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Connections;

namespace Assize.Silo.Tls;

/// <summary>Puts mutual TLS under a connection of Orleans: whoever cannot prove to belong here does not get to say a word.</summary>
internal sealed partial class TlsMiddleware(IdentityFiles files, TlsOptions options, TimeProvider clock, ILogger<TlsMiddleware> log)
{
    private const SslProtocols Versions = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>For connections that others make to this process.</summary>
    public ConnectionDelegate Accepting(ConnectionDelegate next) => async connection =>
    {
        await using var ssl = Over(connection);
        var check = new PeerCheck(files.Current, Usage.Client, clock.GetUtcNow());
        try
        {
            await Handshake(connection, check, cancellation => ssl.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions
                {
                    ServerCertificateContext = check.Identity.Shown,
                    ClientCertificateRequired = true,
                    RemoteCertificateValidationCallback = check.Passes,
                    CertificateChainPolicy = check.Policy,
                    EnabledSslProtocols = Versions,
                    // A resumed session would pass without the checks, also after a renewal.
                    AllowTlsResume = false,
                    AllowRenegotiation = false,
                },
                cancellation));
        }
        catch (TlsException refused)
        {
            // Nobody in this process waits for the connection: to return without a word ends it.
            Refused(log, refused.Message);
            return;
        }

        await Speak(connection, ssl, next);
    };

    /// <summary>For connections that this process makes.</summary>
    public ConnectionDelegate Connecting(ConnectionDelegate next) => async connection =>
    {
        await using var ssl = Over(connection);
        var check = new PeerCheck(files.Current, Usage.Server, clock.GetUtcNow());
        await Handshake(connection, check, cancellation => ssl.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                // Silos are known by address only; the name that counts is looked for by the check.
                TargetHost = "",
                ClientCertificateContext = check.Identity.Shown,
                RemoteCertificateValidationCallback = check.Passes,
                CertificateChainPolicy = check.Policy,
                EnabledSslProtocols = Versions,
                AllowTlsResume = false,
                AllowRenegotiation = false,
            },
            cancellation));
        await Speak(connection, ssl, next);
    };

    private static SslStream Over(ConnectionContext connection) => new(new DuplexStream(connection.Transport), leaveInnerStreamOpen: true);

    private async Task Handshake(ConnectionContext connection, PeerCheck check, Func<CancellationToken, Task> handshake)
    {
        using var patience = new CancellationTokenSource(options.HandshakeTimeout, clock);
        try
        {
            await handshake(patience.Token);
        }
        catch (Exception failed) when (failed is AuthenticationException or CryptographicException or IOException or OperationCanceledException)
        {
            var why = failed switch
            {
                _ when check.Objection is { } objection => $"its certificate {objection}",
                OperationCanceledException => string.Create(CultureInfo.InvariantCulture, $"it did not finish the handshake within {options.HandshakeTimeout.TotalSeconds:0.#} s"),
                IOException => "it ended the connection during the handshake, perhaps because it refuses this process's certificate: its log says why",
                _ => $"it does not speak TLS as it is spoken here, or refuses this process's certificate: {failed.Message}",
            };
            throw new TlsException($"No TLS with {connection.RemoteEndPoint}: {why}.", failed);
        }
    }

    private static async Task Speak(ConnectionContext connection, SslStream ssl, ConnectionDelegate next)
    {
        var plain = connection.Transport;
        var secured = new TlsTransport(ssl);
        connection.Transport = secured;
        try
        {
            await next(connection);
        }
        finally
        {
            // The owner closes what it opened.
            connection.Transport = plain;
            await secured.Input.CompleteAsync();
            await secured.Output.CompleteAsync();
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "A connection was refused. {Why}")]
    private static partial void Refused(ILogger log, string why);
}
