using System.Net.Sockets;
using System.Net;
using System.Security.Authentication;
using System.Text;
using Assize.Servers;
using Assize.Silo.Tls;
using Microsoft.Extensions.Logging;

namespace Assize.Silo.Tests.Tls;

/// <summary>Who gets through, over real connections on loopback.</summary>
[Collection(nameof(Alone))]
public sealed class HandshakeTests : IDisposable
{
    private static readonly Authority Ours = Authority.Root();

    private readonly TlsFolder folder = new(Ours.Issue(), Ours);
    private readonly Endpoint endpoint;

    public HandshakeTests() => endpoint = new Endpoint(folder.Options);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        endpoint.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task APeerOfTheSameAuthorityAndNameIsLetIn(SslProtocols version)
    {
        await using var peer = await Stranger.Connected(endpoint.Address, Ours.Issue(), version);

        Assert.True(await peer.Answered());
        Assert.Equal(version, peer.Version);
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task AWrongCertificateIsRefusedInEitherDirectionAndOthersAreNot(string what, string why)
    {
        var shown = Certificates[what]();

        Assert.False(await Stranger.IsLetIn(endpoint.Address, shown));
        await endpoint.Log.Until(LogLevel.Warning, why);
        Assert.True(await Stranger.IsLetIn(endpoint.Address, Ours.Issue()));

        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = shown is null ? Task.CompletedTask : Stranger.Serve(listener, shown);
        if (shown is not null)
        {
            var refused = await Assert.ThrowsAsync<TlsException>(() => endpoint.Ask((IPEndPoint)listener.LocalEndpoint, "a secret"));
            Assert.Contains(why.Replace("client authentication", "server authentication", StringComparison.Ordinal), refused.Message, StringComparison.Ordinal);
        }

        await serving;
    }

    public static TheoryData<string, string> Wrong() => new()
    {
        { "none", "was not shown" },
        { "of another authority", "was not issued by an authority" },
        { "of another authority with the same name", "was not issued by an authority" },
        { "expired", "expired at" },
        { "not yet valid", "is not valid before" },
        { "with another name", "carries the names other and none of assize-silo" },
        { "without a name", "carries no DNS name and none of assize-silo" },
        { "for nothing", "is not made for client authentication" },
        { "for signing code", "is not made for client authentication" },
    };

    [Fact]
    public async Task AServersCertificateIsNotEnoughForAClientNorAClientsForAServer()
    {
        var (server, client) = (Ours.Issue(usages: [Authority.Server]), Ours.Issue(usages: [Authority.Client]));
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = Stranger.Serve(listener, client);

        Assert.False(await Stranger.IsLetIn(endpoint.Address, server));
        Assert.True(await Stranger.IsLetIn(endpoint.Address, client));
        await Assert.ThrowsAsync<TlsException>(() => endpoint.Ask((IPEndPoint)listener.LocalEndpoint, "a secret"));
        await serving;
    }

    [Fact]
    public async Task IntermediateCertificatesAreSentAndBelieved()
    {
        var intermediate = Ours.Intermediate("between");
        using var below = new TlsFolder(intermediate.Issue(), Ours);
        using var other = new Endpoint(below.Options, listens: false);

        Assert.Equal("hello", await other.Ask(endpoint.Address, "hello"));
        Assert.True(await Stranger.IsLetIn(endpoint.Address, intermediate.Issue()));
        Assert.False(await Stranger.IsLetIn(endpoint.Address, Authority.Root().Intermediate("between").Issue()));
    }

    [Fact]
    public async Task NamesThatAreSetTakeThePlaceOfTheOwn()
    {
        using var named = new Endpoint(folder.Options with { Names = ["gateway", "Assize-Client"] });

        Assert.False(await Stranger.IsLetIn(named.Address, Ours.Issue("assize-silo")));
        Assert.True(await Stranger.IsLetIn(named.Address, Ours.Issue("assize-client")));
        Assert.True(await Stranger.IsLetIn(named.Address, Ours.Issue("gateway")));
    }

    [Fact]
    public async Task OldVersionsOfTlsAreRefused()
    {
#pragma warning disable SYSLIB0039, CA5397, CS0618 // an old client is what is tested
        Assert.False(await Stranger.IsLetIn(endpoint.Address, Ours.Issue(), SslProtocols.Tls11));
#pragma warning restore SYSLIB0039, CA5397, CS0618
    }

    [Fact]
    public async Task PlainTextGetsNoAnswer()
    {
        using var client = await endpoint.Dial();
        await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes("GET / HTTP/1.1\r\nHost: silo\r\n\r\n"), Token);

        Assert.False(await GetsAnything(client));
        await endpoint.Log.Until(LogLevel.Warning, "does not speak TLS");
    }

    [Fact]
    public async Task APeerThatSaysNothingIsDroppedAfterTheTimeAndBlocksNobody()
    {
        using var silent = await endpoint.Dial();
        using var halfway = await endpoint.Dial();
        await halfway.GetStream().WriteAsync(new byte[] { 22, 3, 1, 2, 0 }, Token);
        var (first, second) = (GetsAnything(silent), GetsAnything(halfway));

        Assert.True(await Stranger.IsLetIn(endpoint.Address, Ours.Issue()));
        endpoint.Clock.Advance(TimeSpan.FromSeconds(9));
        Assert.True(await Stranger.IsLetIn(endpoint.Address, Ours.Issue()));
        Assert.False(first.IsCompleted || second.IsCompleted);
        endpoint.Clock.Advance(TimeSpan.FromSeconds(2));

        Assert.False(await first);
        Assert.False(await second);
        Assert.Contains(endpoint.Log.Of(LogLevel.Warning), line => line.Contains("within 10 s", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ASilentServerIsGivenUpAfterTheTime()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var asked = endpoint.Ask((IPEndPoint)listener.LocalEndpoint, "a secret");
        using var accepted = await listener.AcceptTcpClientAsync(Token);
        await accepted.GetStream().ReadExactlyAsync(new byte[5], Token);

        endpoint.Clock.Advance(TimeSpan.FromSeconds(11));

        Assert.Contains("did not finish the handshake", (await Assert.ThrowsAsync<TlsException>(() => asked)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MegabytesComeThroughUnchanged()
    {
        var text = string.Concat(Enumerable.Range(0, 3_000_000).Select(number => (char)('a' + (number % 23))));

        Assert.Equal(text, await endpoint.Ask(endpoint.Address, text));
    }

    private static readonly Dictionary<string, Func<Issued?>> Certificates = new()
    {
        ["none"] = () => null,
        ["of another authority"] = () => Authority.Root("others").Issue(),
        ["of another authority with the same name"] = () => Authority.Root().Issue(),
        ["expired"] = () => Ours.Issue(from: TimeSpan.FromDays(-9), to: TimeSpan.FromMinutes(-1)),
        ["not yet valid"] = () => Ours.Issue(from: TimeSpan.FromHours(1)),
        ["with another name"] = () => Ours.Issue("other"),
        ["without a name"] = () => Ours.Issue(null),
        ["for nothing"] = () => Ours.Issue(usages: []),
        ["for signing code"] = () => Ours.Issue(usages: ["1.3.6.1.5.5.7.3.3"]),
    };

    private static async Task<bool> GetsAnything(TcpClient client)
    {
        var buffer = new byte[1024];
        try
        {
            // A TLS alert is no answer.
            return await client.GetStream().ReadAsync(buffer, Token) is > 0 and var read && !(read == 7 && buffer[0] == 21);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
