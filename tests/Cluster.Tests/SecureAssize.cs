using System.Globalization;
using System.Text.Json;
using Assize.Servers;

namespace Assize.Cluster.Tests;

/// <summary>A real <c>assize up</c> process that serves its API over TLS and has a silo with mutual TLS, as a configuration file asks for it.</summary>
public sealed class SecureAssize : ServerProcess, IAsyncLifetime
{
    private readonly int health = FreePort();

    public static Authority Authority { get; } = Authority.Root();

    public int SiloPort { get; } = FreePort();

    public Uri Address => new($"https://127.0.0.1:{Number(Port)}");

    public Uri Readiness => new($"http://127.0.0.1:{Number(health)}/readyz");

    public string AuthorityFile => Path.Combine(Folder, "ca.crt");

    public string CertificateFile => Path.Combine(Folder, "tls.crt");

    public string KeyFile => Path.Combine(Folder, "tls.key");

    protected override (string Program, string[] Arguments) Command => (AssizeProcess.Program, ["up", "--data", Folder, "--config", Path.Combine(Folder, "secure.json")]);

    public async ValueTask InitializeAsync()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var issued = Authority.Issue();
        await File.WriteAllTextAsync(CertificateFile, issued.Certificate, cancellation);
        await File.WriteAllTextAsync(KeyFile, issued.Key, cancellation);
        await File.WriteAllTextAsync(AuthorityFile, Authority.Pem, cancellation);
        await File.WriteAllTextAsync(Path.Combine(Folder, "secure.json"), JsonSerializer.Serialize(Settings()), cancellation);
        await Start(cancellation);
        await Waiting.Until(() => IsReady(cancellation), cancellation);
    }

    private async Task<bool> IsReady(CancellationToken cancellation)
    {
        using var http = new HttpClient();
        try
        {
            using var answer = await http.GetAsync(Readiness, cancellation);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static string Number(int port) => port.ToString(CultureInfo.InvariantCulture);

    private Dictionary<string, string> Settings() => new()
    {
        ["Orleans:Endpoints:SiloPort"] = Number(SiloPort),
        ["Orleans:Endpoints:GatewayPort"] = Number(FreePort()),
        ["Kestrel:Endpoints:Grpc:Url"] = Address.ToString(),
        ["Kestrel:Endpoints:Grpc:Certificate:Path"] = CertificateFile,
        ["Kestrel:Endpoints:Grpc:Certificate:KeyPath"] = KeyFile,
        ["Kestrel:Endpoints:Health:Url"] = $"http://127.0.0.1:{Number(health)}",
        ["Tls:Certificate"] = CertificateFile,
        ["Tls:Key"] = KeyFile,
        ["Tls:Authority"] = AuthorityFile,
    };
}
