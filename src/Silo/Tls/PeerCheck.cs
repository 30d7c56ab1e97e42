using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Assize.Silo.Tls;

/// <summary>One handshake's look at the peer's certificate, and what it found.</summary>
internal sealed class PeerCheck(Identity identity, Usage usage, DateTimeOffset now)
{
    public Identity Identity { get; } = identity;

    public X509ChainPolicy Policy { get; } = identity.Trust.Policy(usage, now);

    /// <summary>Why the peer is refused, as the end of a sentence about its certificate; null when it is not.</summary>
    public string? Objection { get; private set; }

    // The framework's own verdict compares the host's name, which silos do not have; chain and usage are in what was built.
    public bool Passes(object sender, X509Certificate? shown, X509Chain? built, SslPolicyErrors errors)
    {
        Objection = shown is X509Certificate2 certificate && built is not null
            ? Identity.Trust.Objection(certificate, built, usage, now)
            : "was not shown";
        return Objection is null;
    }
}
