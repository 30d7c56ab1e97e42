using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Assize.Silo.Tls;

/// <summary>Certificates and keys as people and Kubernetes keep them: PEM files.</summary>
public static class Pem
{
    /// <summary>Every certificate of a file, in its order.</summary>
    /// <exception cref="TlsException">The file cannot be read or holds no certificate.</exception>
    public static X509Certificate2Collection Certificates(string path) => Certificates(Text(path), path);

    /// <summary>The first certificate of a file with its key from another.</summary>
    /// <exception cref="TlsException">A file cannot be read, or they do not belong together.</exception>
    public static X509Certificate2 Certificate(string certificate, string key) => Certificate(Text(certificate), Text(key), certificate, key);

    internal static string Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new TlsException($"The file {path} cannot be read: {e.Message} Check the path and that the user this process runs as may read it.", e);
        }
    }

    internal static X509Certificate2Collection Certificates(string text, string path)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(text);
        }
        catch (CryptographicException e)
        {
            throw new TlsException($"The file {path} holds a damaged certificate: {e.Message}", e);
        }

        return certificates.Count > 0
            ? certificates
            : throw new TlsException($"The file {path} holds no certificate in PEM form (-----BEGIN CERTIFICATE-----).");
    }

    internal static X509Certificate2 Certificate(string text, string keyText, string path, string keyPath)
    {
        _ = Certificates(text, path);
        try
        {
            var certificate = X509Certificate2.CreateFromPem(text, keyText);
            if (!OperatingSystem.IsWindows())
            {
                return certificate;
            }

            // Windows cannot answer a handshake with a key that never was in a store.
            using (certificate)
            {
                return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
            }
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new TlsException($"The file {keyPath} does not hold the key of the certificate in {path}, in PEM form and not encrypted: {e.Message}", e);
        }
    }
}
