using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Assize.Silo.Notifications;

/// <summary>
/// Shows that a notification is ours and how old it is: <c>t=SECONDS,v1=HEX</c>, where HEX is HMAC-SHA-256 under the channel's secret over the seconds since 1970, a full stop and the body's bytes.
/// </summary>
public static class Signature
{
    public const string Header = "Assize-Signature";

    /// <summary>Shorter secrets can be guessed.</summary>
    public const int LeastBytes = 16;

    public static string Of(ReadOnlySpan<byte> secret, DateTimeOffset now, ReadOnlySpan<byte> body)
    {
        var seconds = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
        mac.AppendData(Encoding.ASCII.GetBytes($"{seconds}."));
        mac.AppendData(body);
        return $"t={seconds},v1={Convert.ToHexStringLower(mac.GetHashAndReset())}";
    }
}
