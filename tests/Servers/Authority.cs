using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Assize.Servers;

/// <summary>A certificate authority of a test's own, which also issues what should be refused.</summary>
public sealed class Authority
{
    public const string Server = "1.3.6.1.5.5.7.3.1";

    public const string Client = "1.3.6.1.5.5.7.3.2";

    private static int serial;
    private readonly X509Certificate2 certificate;
    private readonly Authority? above;

    private Authority(X509Certificate2 certificate, Authority? above) => (this.certificate, this.above) = (certificate, above);

    public string Pem => certificate.ExportCertificatePem();

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public static Authority Root(string name = "tests")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new Authority(Request(name, key).CreateSelfSigned(Now.AddYears(-2), Now.AddYears(2)), null);
    }

    /// <summary>An authority whose certificate is this one's.</summary>
    public Authority Intermediate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var issued = Request(name, key).Create(certificate, Now.AddYears(-1), Now.AddYears(1), NextSerial());
        return new Authority(issued.CopyWithPrivateKey(key), this);
    }

    public Issued Issue(string? name = "assize-silo", IReadOnlyCollection<string>? usages = null, TimeSpan? from = null, TimeSpan? to = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=leaf", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        if (usages is not { Count: 0 })
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([.. (usages ?? [Server, Client]).Select(usage => new Oid(usage))], false));
        }

        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        if (name is not null)
        {
            names.AddDnsName(name);
        }

        request.CertificateExtensions.Add(names.Build());
        using var issued = request.Create(certificate, Now + (from ?? TimeSpan.FromHours(-1)), Now + (to ?? TimeSpan.FromDays(90)), NextSerial());
        var chain = above is null ? "" : Environment.NewLine + Pem;
        return new Issued(issued.ExportCertificatePem() + chain, key.ExportPkcs8PrivateKeyPem(), issued.CopyWithPrivateKey(key));
    }

    private static CertificateRequest Request(string name, ECDsa key)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request;
    }

    private static byte[] NextSerial() => BitConverter.GetBytes(System.Net.IPAddress.HostToNetworkOrder(Interlocked.Increment(ref serial)));
}

/// <summary>A certificate as its owner gets it: two PEM texts, and ready to use.</summary>
public sealed record Issued(string Certificate, string Key, X509Certificate2 Loaded);
