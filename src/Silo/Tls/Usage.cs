using System.Security.Cryptography.X509Certificates;

namespace Assize.Silo.Tls;

/// <summary>What a certificate is for: its extended key usage.</summary>
internal sealed record Usage(string Oid, string Name)
{
    public static readonly Usage Server = new("1.3.6.1.5.5.7.3.1", "server authentication");

    public static readonly Usage Client = new("1.3.6.1.5.5.7.3.2", "client authentication");

    /// <summary>Whether the certificate says so itself: one that says nothing is for nothing here.</summary>
    public bool IsOf(X509Certificate2 certificate) => certificate.Extensions
        .OfType<X509EnhancedKeyUsageExtension>()
        .SelectMany(extension => extension.EnhancedKeyUsages.Cast<System.Security.Cryptography.Oid>())
        .Any(usage => usage.Value == Oid);
}
