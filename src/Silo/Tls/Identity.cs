using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Assize.Silo.Tls;

/// <summary>What a process shows and whom it believes, as its files said at one moment. Connections that were made with it keep it, and so nobody disposes of it.</summary>
internal sealed class Identity
{
    private Identity(string contents, X509Certificate2 certificate, X509Certificate2Collection issuers, Trust trust)
    {
        Contents = contents;
        Certificate = certificate;
        Trust = trust;
        // Offline: what is sent is what the file holds, and nothing is fetched for it.
        Shown = SslStreamCertificateContext.Create(certificate, issuers, offline: true);
    }

    public X509Certificate2 Certificate { get; }

    /// <summary>The certificate and the intermediate ones, as they are sent.</summary>
    public SslStreamCertificateContext Shown { get; }

    public Trust Trust { get; }

    public DateTimeOffset Expires => Certificate.NotAfter;

    /// <summary>A hash of the files: the same files, the same identity.</summary>
    public string Contents { get; }

    /// <summary>The identity in the files, or <paramref name="current"/> when they still say the same.</summary>
    /// <exception cref="TlsException">A file is unreadable, or the peers would refuse what it holds.</exception>
    public static Identity Read(TlsOptions options, IReadOnlyList<Usage> usages, DateTimeOffset now, Identity? current = null)
    {
        var (certificateText, keyText, authorityText) = (Pem.Text(options.Certificate), Pem.Text(options.Key), Pem.Text(options.Authority));
        var contents = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{certificateText}\0{keyText}\0{authorityText}")));
        if (contents == current?.Contents)
        {
            return current;
        }

        var certificate = Pem.Certificate(certificateText, keyText, options.Certificate, options.Key);
        var issuers = Pem.Certificates(certificateText, options.Certificate);
        issuers.RemoveAt(0);
        IReadOnlyList<string> names = options.Names.Count > 0 ? options.Names : [.. Trust.NamesOf(certificate)];
        if (names.Count == 0)
        {
            throw new TlsException($"The certificate in {options.Certificate} carries no DNS name by which its peers could be known. Set Tls:Names to the DNS names of the peers' certificates, or issue a certificate with one.");
        }

        var trust = new Trust(Pem.Certificates(authorityText, options.Authority), names);
        // What the peers will check is checked here first, where the reason can be told to who can mend it.
        foreach (var usage in usages)
        {
            using var chain = new X509Chain { ChainPolicy = trust.Policy(usage, now) };
            chain.ChainPolicy.ExtraStore.AddRange(issuers);
            chain.Build(certificate);
            if (Trust.Doubt(certificate, chain, usage, now) is { } doubt)
            {
                throw new TlsException($"The certificate in {options.Certificate} {doubt}. Its peers would refuse it: issue another, and see docs/tls.md.");
            }
        }

        return new Identity(contents, certificate, issuers, trust);
    }
}
