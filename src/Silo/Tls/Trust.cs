using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Assize.Silo.Tls;

/// <summary>Who is believed: certificates of these authorities and of no other, valid now, made for what they are shown for, and carrying one of the names.</summary>
internal sealed class Trust(X509Certificate2Collection authorities, IReadOnlyCollection<string> names)
{
    public static IEnumerable<string> NamesOf(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(extension => extension.EnumerateDnsNames());

    /// <summary>How a chain is built before <see cref="Objection"/> is asked.</summary>
    public X509ChainPolicy Policy(Usage usage, DateTimeOffset now)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            // A certificate names where its issuer can be had: nobody is sent to an address of the peer's choice.
            DisableCertificateDownloads = true,
            VerificationTime = now.LocalDateTime,
        };
        policy.CustomTrustStore.AddRange(authorities);
        policy.ApplicationPolicy.Add(new Oid(usage.Oid));
        return policy;
    }

    /// <summary>Why the peer is not believed, as the end of a sentence about its certificate; null when it is.</summary>
    public string? Objection(X509Certificate2 certificate, X509Chain built, Usage usage, DateTimeOffset now) =>
        Doubt(certificate, built, usage, now) ?? Stranger(certificate);

    /// <summary>The same without a look at the names.</summary>
    public static string? Doubt(X509Certificate2 certificate, X509Chain built, Usage usage, DateTimeOffset now)
    {
        var (from, to) = (certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime());
        var statuses = built.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status);
        return now.UtcDateTime switch
        {
            var time when time < from => string.Create(CultureInfo.InvariantCulture, $"is not valid before {from:u}"),
            var time when time > to => string.Create(CultureInfo.InvariantCulture, $"expired at {to:u}"),
            _ when (statuses & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.NotSignatureValid)) != 0 => "was not issued by an authority in the file Tls:Authority",
            _ when !usage.IsOf(certificate) => $"is not made for {usage.Name} (extended key usage)",
            _ when statuses != X509ChainStatusFlags.NoError => $"has a faulty chain ({statuses})",
            _ => null,
        };
    }

    // Letter by letter: a name stands for a role in the cluster and not for a host, so that a wildcard is a name like another.
    private string? Stranger(X509Certificate2 certificate)
    {
        var shown = NamesOf(certificate).ToArray();
        return shown.Intersect(names, StringComparer.OrdinalIgnoreCase).Any()
            ? null
            : $"carries {(shown.Length == 0 ? "no DNS name" : $"the names {string.Join(", ", shown)}")} and none of {string.Join(", ", names)}";
    }
}
