using System.Net.Sockets;
using System.Net;
using Assize.Servers;
using Assize.Silo.Tls;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Assize.Silo.Tests.Tls;

/// <summary>Real silos in this process, reached over their real ports.</summary>
[Collection(nameof(Alone))]
public sealed class TlsSiloTests
{
    private static readonly Authority Ours = Authority.Root();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SilosAndClientsWithGoodCertificatesFormAClusterAndStrangersDoNotDisturbIt()
    {
        using var folder = new TlsFolder(Ours.Issue(), Ours);
        await using var first = await TlsSilo.Of(folder.Configuration(("ReadEvery", "00:00:00.020"))).Started();
        await using var second = await TlsSilo.Of(folder.Configuration(), first).Started();
        using var clientFolder = new TlsFolder(Ours.Issue(usages: [Authority.Client]), Ours);
        using var client = TlsSilo.Client(clientFolder.Configuration(), first);
        await client.StartAsync(Token);
        Assert.Equal(2, await first.Answering());
        Assert.Equal(2, await second.Answering());
        Assert.Equal(2, await TlsSilo.Answering(client.Services));

        foreach (var port in new[] { first.Silo, first.Gateway, second.Silo, second.Gateway })
        {
            Assert.False(await Stranger.IsLetIn(port, null));
            Assert.False(await Stranger.IsLetIn(port, Authority.Root("others").Issue()));
            Assert.False(await Stranger.IsLetIn(port, Ours.Issue("other")));
        }

        var renewed = Ours.Issue();
        folder.Renew(renewed);
        await first.Log.Until(LogLevel.Information, $"New connections use the certificate {renewed.Loaded.SerialNumber},");
        await using (var peer = await Stranger.Connected(first.Silo, Ours.Issue()))
        {
            Assert.Equal(renewed.Loaded.Thumbprint, peer.Peer.Thumbprint);
        }

        Assert.Equal(2, await second.Answering());
        Assert.Equal(2, await TlsSilo.Answering(client.Services));
        await client.StopAsync(Token);
    }

    [Fact]
    public async Task SilosAndClientsWithoutAGoodCertificateStayOutsideAndTheClusterGoesOn()
    {
        using var folder = new TlsFolder(Ours.Issue(), Ours);
        var others = Authority.Root("others");
        using var foreign = new TlsFolder(others.Issue(), others, Ours);
        var nothing = new ConfigurationBuilder().Build();
        await using var first = await TlsSilo.Of(folder.Configuration()).Started();
        await using var second = await TlsSilo.Of(folder.Configuration(), first).Started();

        await using var wrong = TlsSilo.Of(foreign.Configuration(), first);
        await using var plain = TlsSilo.Of(nothing, first);
        using var outside = TlsSilo.Client(nothing, first);
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Task[] starting = [wrong.Start(giveUp.Token), plain.Start(giveUp.Token), outside.StartAsync(giveUp.Token)];
        await first.Log.Until(LogLevel.Warning, "its certificate was not issued by an authority");
        await first.Log.Until(LogLevel.Warning, "does not speak TLS");

        Assert.All(starting, start => Assert.False(start.IsCompletedSuccessfully));
        Assert.Equal(2, await first.Answering());
        Assert.Equal(2, await second.Answering());
        await giveUp.CancelAsync();
        foreach (var start in starting)
        {
            await Assert.ThrowsAnyAsync<Exception>(() => start);
        }
    }

    [Fact]
    public void HalfOfTheSettingsKeepsASiloFromStarting()
    {
        var half = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("Tls:Certificate", (string?)"tls.crt")]).Build();

        Assert.Contains("Key is missing", Assert.Throws<TlsException>(() => TlsSilo.Of(half)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ACertificateThatPeersWouldRefuseKeepsASiloFromStarting()
    {
        using var folder = new TlsFolder(Ours.Issue(usages: [Authority.Server]), Ours);
        await using var silo = TlsSilo.Of(folder.Configuration());

        var refused = await Assert.ThrowsAnyAsync<Exception>(() => silo.Start(Token));

        Assert.Contains("is not made for client authentication", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ASiloInPlainTextThatOthersCanReachSaysSo()
    {
        var reachable = (await Dns.GetHostAddressesAsync(Dns.GetHostName(), AddressFamily.InterNetwork, Token)).FirstOrDefault(address => !IPAddress.IsLoopback(address));
        Assert.SkipWhen(reachable is null, "this machine has no address but loopback");
        await using var silo = await TlsSilo.Of(new ConfigurationBuilder().Build(), advertised: reachable).Started();
        await using var alone = await TlsSilo.Of(new ConfigurationBuilder().Build()).Started();

        await silo.Log.Until(LogLevel.Warning, "speaks in plain text");
        Assert.DoesNotContain(alone.Log.Of(LogLevel.Warning), line => line.Contains("plain text", StringComparison.Ordinal));
    }
}
