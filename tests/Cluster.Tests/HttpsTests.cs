using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Assize.Servers;

namespace Assize.Cluster.Tests;

/// <summary>The program against a cluster that serves over TLS with an authority of its own.</summary>
public sealed class HttpsTests(SecureAssize cluster) : IClassFixture<SecureAssize>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ACommandThatKnowsTheAuthorityWorks()
    {
        var (code, error) = await Assize("runs", "--address", cluster.Address.ToString(), "--authority", cluster.AuthorityFile);
        Assert.Equal((0, ""), (code, error));

        (code, error) = await Assize(("ASSIZE_AUTHORITY", cluster.AuthorityFile), "runs", "--address", cluster.Address.ToString());
        Assert.Equal((0, ""), (code, error));
    }

    [Fact]
    public async Task AnAuthorityThatNobodyKnowsIsSaidWithWhatToDo()
    {
        var (code, error) = await Assize("runs", "--address", cluster.Address.ToString());

        Assert.Equal(4, code);
        Assert.Contains("is not trusted", error, StringComparison.Ordinal);
        Assert.Contains("--authority", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnAddressThatTheCertificateDoesNotCarryIsSaid()
    {
        var (code, error) = await Assize("runs", "--address", $"https://localhost:{cluster.Address.Port}", "--authority", cluster.AuthorityFile);

        Assert.Equal(4, code);
        Assert.Contains("does not carry the name localhost", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PlainTextGetsNoFurtherThanAHint()
    {
        var (code, error) = await Assize("runs", "--address", $"http://127.0.0.1:{cluster.Address.Port}");

        Assert.Equal(4, code);
        Assert.Contains("its address starts with https://", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FilesThatAreMissingOrHalfGivenAreNamed()
    {
        var missing = await Assize("runs", "--address", cluster.Address.ToString(), "--authority", "nowhere.crt");
        var half = await Assize("runs", "--address", cluster.Address.ToString(), "--certificate", cluster.CertificateFile);

        Assert.Equal((4, 3), (missing.Code, half.Code));
        Assert.Contains("nowhere.crt cannot be read", missing.Error, StringComparison.Ordinal);
        Assert.Contains("--key", half.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ACertificateIsShownToAServerThatAsksForOne()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var shown = Asked(listener);

        var (code, error) = await Assize(
            "runs", "--address", $"https://{listener.LocalEndpoint}", "--authority", cluster.AuthorityFile, "--certificate", cluster.CertificateFile, "--key", cluster.KeyFile);

        Assert.Equal(X509CertificateLoader.LoadCertificateFromFile(cluster.CertificateFile).Thumbprint, await shown);
        Assert.Equal(4, code);
        Assert.Contains("ended the connection", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheApiSpeaksHttp2OverTls()
    {
        await using var stream = await Connected(cluster.Address.Port);

        Assert.Equal(SslApplicationProtocol.Http2, stream.NegotiatedApplicationProtocol);
    }

    [Fact]
    public async Task TheSiloPortAnswersNobodyWithoutACertificateAndTheClusterIsReady()
    {
        var refused = false;
        try
        {
            await using var stream = await Connected(cluster.SiloPort);
            refused = await stream.ReadAsync(new byte[1], Token) == 0;
        }
        catch (Exception ended) when (ended is IOException or AuthenticationException)
        {
            refused = true;
        }

        using var http = new HttpClient();
        Assert.True(refused);
        Assert.StartsWith("Healthy\n", await http.GetStringAsync(cluster.Readiness, Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task HalfOfTheSettingsKeepsAClusterFromStarting()
    {
        var (code, error) = await Assize(("Tls__Certificate", cluster.CertificateFile), "up", "--data", Path.GetDirectoryName(cluster.CertificateFile)!);

        Assert.Equal(4, code);
        Assert.Contains("Key is missing (a PEM file); Authority is missing (a PEM file)", error, StringComparison.Ordinal);
    }

    private static Task<(int Code, string Error)> Assize(params string[] arguments) => Assize(null, arguments);

    private static async Task<(int Code, string Error)> Assize((string Name, string Value)? variable, params string[] arguments)
    {
        var start = new ProcessStartInfo(AssizeProcess.Program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath() };
        if (variable is { } set)
        {
            start.Environment[set.Name] = set.Value;
        }

        using var process = Process.Start(start)!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromSeconds(40));
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
            await process.WaitForExitAsync(patience.Token);
            await output;
            return (process.ExitCode, await error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    /// <summary>A connection that believes the cluster's authority and shows nothing.</summary>
    private static async Task<SslStream> Connected(int port)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, Token);
        var stream = new SslStream(client.GetStream());
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPem(SecureAssize.Authority.Pem);
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "assize-silo", CertificateChainPolicy = policy, ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11] }, Token);
        return stream;
    }

    /// <summary>Asks one client for its certificate, ends the connection and says which it was.</summary>
    private static async Task<string?> Asked(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync(Token);
        await using var stream = new SslStream(client.GetStream());
        string? thumbprint = null;
        await stream.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions
            {
                ServerCertificate = SecureAssize.Authority.Issue().Loaded,
                ClientCertificateRequired = true,
                ApplicationProtocols = [SslApplicationProtocol.Http2],
                RemoteCertificateValidationCallback = (_, shown, _, _) => (thumbprint = (shown as X509Certificate2)?.Thumbprint) is not null,
            },
            Token);
        return thumbprint;
    }
}
