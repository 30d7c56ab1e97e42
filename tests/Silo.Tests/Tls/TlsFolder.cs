using Assize.Servers;
using Assize.Silo.Tests.Storage;
using Assize.Silo.Tls;
using Microsoft.Extensions.Configuration;

namespace Assize.Silo.Tests.Tls;

/// <summary>The three files of a process, as a mounted secret holds them.</summary>
internal sealed class TlsFolder : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public TlsFolder(Issued issued, params Authority[] authorities)
    {
        Renew(issued);
        Believe(authorities);
    }

    public TlsOptions Options => new() { Certificate = File("tls.crt"), Key = File("tls.key"), Authority = File("ca.crt") };

    public string File(string name) => folder.File(name);

    public void Renew(Issued issued)
    {
        System.IO.File.WriteAllText(File("tls.crt"), issued.Certificate);
        System.IO.File.WriteAllText(File("tls.key"), issued.Key);
    }

    public void Believe(params Authority[] authorities) => System.IO.File.WriteAllText(File("ca.crt"), string.Join('\n', authorities.Select(authority => authority.Pem)));

    public IConfigurationRoot Configuration(params (string Key, string Value)[] more) => new ConfigurationBuilder().AddInMemoryCollection(
    [
        .. new[] { ("Certificate", File("tls.crt")), ("Key", File("tls.key")), ("Authority", File("ca.crt")) }
            .Concat(more)
            .Select(setting => KeyValuePair.Create($"Tls:{setting.Item1}", (string?)setting.Item2)),
    ]).Build();

    public void Dispose() => folder.Dispose();
}
