using Assize.Servers;
using Assize.Silo.Tls;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Assize.Silo.Tests.Tls;

/// <summary>Certificates that are replaced while connections are open.</summary>
[Collection(nameof(Alone))]
public sealed class RenewalTests : IDisposable
{
    private readonly Authority authority = Authority.Root();
    private readonly TlsFolder folder;
    private readonly Endpoint endpoint;

    public RenewalTests()
    {
        folder = new TlsFolder(authority.Issue(), authority);
        endpoint = new Endpoint(folder.Options);
    }

    public void Dispose()
    {
        endpoint.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task NewConnectionsUseTheNewCertificateAndOldOnesGoOn()
    {
        await using var old = await Stranger.Connected(endpoint.Address, authority.Issue());
        // A server is done with a handshake after its client: before the clock moves, it must be, or its time is over.
        Assert.True(await old.Answered());
        var renewed = authority.Issue();

        folder.Renew(renewed);
        endpoint.Clock.Advance(folder.Options.ReadEvery);

        await using var next = await Stranger.Connected(endpoint.Address, authority.Issue());
        Assert.Equal(renewed.Loaded.Thumbprint, next.Peer.Thumbprint);
        Assert.NotEqual(renewed.Loaded.Thumbprint, old.Peer.Thumbprint);
        Assert.True(await next.Answered());
        Assert.True(await old.Answered());
        Assert.Single(endpoint.Log.Of(LogLevel.Information));
    }

    [Fact]
    public async Task ALinkThatIsTurnedToAnotherFolderIsFollowed()
    {
        // As Kubernetes mounts a secret: each file is a link through a link that is replaced.
        var renewed = authority.Issue();
        foreach (var (name, issued) in new[] { ("first", authority.Issue()), ("second", renewed) })
        {
            Directory.CreateDirectory(folder.File(name));
            await File.WriteAllTextAsync(Path.Combine(folder.File(name), "tls.crt"), issued.Certificate, TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(Path.Combine(folder.File(name), "tls.key"), issued.Key, TestContext.Current.CancellationToken);
        }

        Directory.CreateSymbolicLink(folder.File("..data"), "first");
        File.CreateSymbolicLink(folder.File("linked.crt"), Path.Combine("..data", "tls.crt"));
        File.CreateSymbolicLink(folder.File("linked.key"), Path.Combine("..data", "tls.key"));
        using var mounted = new Endpoint(folder.Options with { Certificate = folder.File("linked.crt"), Key = folder.File("linked.key") });

        Directory.Delete(folder.File("..data"));
        Directory.CreateSymbolicLink(folder.File("..data"), "second");
        mounted.Clock.Advance(folder.Options.ReadEvery);

        await using var peer = await Stranger.Connected(mounted.Address, authority.Issue());
        Assert.Equal(renewed.Loaded.Thumbprint, peer.Peer.Thumbprint);
    }

    [Fact]
    public async Task BothAuthoritiesAreBelievedWhileBothAreListed()
    {
        var next = Authority.Root("next");
        Assert.False(await Stranger.IsLetIn(endpoint.Address, next.Issue()));

        folder.Believe(next, authority);
        endpoint.Clock.Advance(folder.Options.ReadEvery);
        Assert.True(await Stranger.IsLetIn(endpoint.Address, next.Issue()));
        Assert.True(await Stranger.IsLetIn(endpoint.Address, authority.Issue()));

        folder.Renew(next.Issue());
        folder.Believe(next);
        endpoint.Clock.Advance(folder.Options.ReadEvery);
        Assert.True(await Stranger.IsLetIn(endpoint.Address, next.Issue()));
        Assert.False(await Stranger.IsLetIn(endpoint.Address, authority.Issue()));
    }

    [Theory]
    [MemberData(nameof(Breakages))]
    public async Task ABrokenFileKeepsTheOldCertificateAndIsSaidOnce(string what, string why)
    {
        var before = endpoint.Files.Current.Certificate.Thumbprint;
        Break[what](folder, authority);
        endpoint.Clock.Advance(folder.Options.ReadEvery);
        endpoint.Clock.Advance(folder.Options.ReadEvery);

        await using (var peer = await Stranger.Connected(endpoint.Address, authority.Issue()))
        {
            Assert.Equal(before, peer.Peer.Thumbprint);
            Assert.True(await peer.Answered());
        }

        Assert.Contains(why, Assert.Single(endpoint.Log.Of(LogLevel.Error)), StringComparison.Ordinal);
        Assert.Equal(HealthStatus.Degraded, (await Health(endpoint)).Status);
        Assert.Contains(why, (await Health(endpoint)).Description, StringComparison.Ordinal);

        folder.Renew(authority.Issue());
        folder.Believe(authority);
        endpoint.Clock.Advance(folder.Options.ReadEvery);
        Assert.NotEqual(before, endpoint.Files.Current.Certificate.Thumbprint);
        Assert.Equal(HealthStatus.Healthy, (await Health(endpoint)).Status);
    }

    public static TheoryData<string, string> Breakages() => new()
    {
        { "the certificate is gone", "cannot be read" },
        { "the certificate is empty", "holds no certificate" },
        { "the certificate is damaged", "holds a damaged certificate" },
        { "the key is another's", "does not hold the key" },
        { "the key is gone", "cannot be read" },
        { "the authority is empty", "holds no certificate" },
        { "the authority is another", "was not issued by an authority" },
        { "the certificate has expired", "expired at" },
        { "the certificate is for servers only", "is not made for client authentication" },
        { "the certificate has no name", "carries no DNS name" },
    };

    [Fact]
    public async Task HealthSaysWhenTheCertificateExpires()
    {
        using var daily = new Endpoint(folder.Options with { ReadEvery = TimeSpan.FromDays(1) }, listens: false);
        Assert.Equal(HealthStatus.Healthy, (await Health(daily)).Status);

        daily.Clock.Advance(TimeSpan.FromDays(84));
        Assert.Equal(HealthStatus.Degraded, (await Health(daily)).Status);
        Assert.Contains("expires soon", (await Health(daily)).Description, StringComparison.Ordinal);

        daily.Clock.Advance(TimeSpan.FromDays(7));
        Assert.Equal(HealthStatus.Unhealthy, (await Health(daily)).Status);
        Assert.Contains("expired at", (await Health(daily)).Description, StringComparison.Ordinal);
    }

    private static readonly Dictionary<string, Action<TlsFolder, Authority>> Break = new()
    {
        ["the certificate is gone"] = (folder, _) => File.Delete(folder.File("tls.crt")),
        ["the certificate is empty"] = (folder, _) => File.WriteAllText(folder.File("tls.crt"), ""),
        ["the certificate is damaged"] = (folder, _) => File.WriteAllText(folder.File("tls.crt"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
        ["the key is another's"] = (folder, authority) => File.WriteAllText(folder.File("tls.key"), authority.Issue().Key),
        ["the key is gone"] = (folder, _) => File.Delete(folder.File("tls.key")),
        ["the authority is empty"] = (folder, _) => File.WriteAllText(folder.File("ca.crt"), "\n"),
        ["the authority is another"] = (folder, _) => folder.Believe(Authority.Root("another")),
        ["the certificate has expired"] = (folder, authority) => folder.Renew(authority.Issue(from: TimeSpan.FromDays(-2), to: TimeSpan.FromDays(-1))),
        ["the certificate is for servers only"] = (folder, authority) => folder.Renew(authority.Issue(usages: [Authority.Server])),
        ["the certificate has no name"] = (folder, authority) => folder.Renew(authority.Issue(null)),
    };

    private Task<HealthCheckResult> Health(Endpoint endpoint) =>
        new CertificateCheck(endpoint.Files, folder.Options, endpoint.Clock).CheckHealthAsync(new HealthCheckContext(), TestContext.Current.CancellationToken);
}
