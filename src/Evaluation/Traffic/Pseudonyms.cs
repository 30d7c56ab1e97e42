using System.Security.Cryptography;
using System.Text;
using Assize.Evaluation.Judges;

namespace Assize.Evaluation.Traffic;

/// <summary>
/// Other names for people: the first 120 bits of HMAC-SHA-256 of a name under a key that only the installation can make, so that one person stays one person
/// and nobody without the key can tell who it is, or try names until one fits.
/// </summary>
/// <param name="Key">32 bytes in base64url, made from the installation's secret and the tenant.</param>
public sealed record Pseudonyms(string Key)
{
    private const int Length = 15;

    public static Pseudonyms Of(InstallationSecret secret, TenantName tenant) =>
        new(System.Buffers.Text.Base64Url.EncodeToString(HMACSHA256.HashData(secret.Bytes.Span, Encoding.UTF8.GetBytes($"pseudonyms of users|{tenant.Value}"))));

    /// <summary>The other name, 21 characters.</summary>
    /// <param name="kind">A letter for what is named; the same word of two kinds has two names.</param>
    public string Of(char kind, string name)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(System.Buffers.Text.Base64Url.DecodeFromChars(Key), Encoding.UTF8.GetBytes($"{kind}|{name}"), hash);
        return $"{kind}{System.Buffers.Text.Base64Url.EncodeToString(hash[..Length])}";
    }

    // The generated form would show the key.
    public override string ToString() => "(pseudonyms)";
}
