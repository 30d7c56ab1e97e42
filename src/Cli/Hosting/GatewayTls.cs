using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Assize.Evaluation;
using Assize.Silo.Tls;
using Grpc.Core;

namespace Assize.Cli.Hosting;

/// <summary>How this program and a gateway at an https address know each other, and in plain words why they do not.</summary>
internal sealed class GatewayTls
{
    private const X509ChainStatusFlags Unknown = X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.NotSignatureValid;

    private readonly Uri address;
    private readonly ClusterOptions cluster;
    private InfrastructureException? objection;
    private bool believed;

    /// <exception cref="TlsException">A file cannot be read or holds something else.</exception>
    public GatewayTls(Uri address, ClusterOptions cluster)
    {
        (this.address, this.cluster) = (address, cluster);
        if (cluster.Certificate is null != cluster.Key is null)
        {
            throw new EvaluationException("--certificate and --key belong together: give both, or neither.");
        }

        Options = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = Believe };
        if (cluster.Authority is { } authority)
        {
            Options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
            Options.CertificateChainPolicy.CustomTrustStore.AddRange(Pem.Certificates(authority));
        }

        if (cluster is { Certificate: { } certificate, Key: { } key })
        {
            var issuers = Pem.Certificates(certificate);
            issuers.RemoveAt(0);
            Options.ClientCertificateContext = SslStreamCertificateContext.Create(Pem.Certificate(certificate, key), issuers, offline: true);
        }
    }

    public SslClientAuthenticationOptions Options { get; }

    /// <summary>What a failed call has to do with TLS; null when it has nothing to do with it.</summary>
    public InfrastructureException? Explained(RpcException failed)
    {
        if (objection is not null)
        {
            return objection;
        }

        if (address.Scheme == Uri.UriSchemeHttp)
        {
            return failed.Status.DebugException is HttpRequestException { HttpRequestError: not (HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError) }
                ? new InfrastructureException($"What answers at {address} does not speak HTTP/2 in plain text.", "If it serves with TLS, its address starts with https://.")
                : null;
        }

        for (var cause = failed.Status.DebugException; cause is not null; cause = cause.InnerException)
        {
            if (cause is AuthenticationException)
            {
                return new InfrastructureException($"{address} does not speak TLS: {cause.Message}", "If it serves without TLS, its address starts with http://.");
            }
        }

        // With TLS 1.3 the server looks at its client last: its refusal is an end without a word.
        return believed && failed.Status.DebugException is HttpRequestException
            ? new InfrastructureException(
                $"{address} ended the connection after it had shown its certificate: it probably asks for one and {(cluster.Certificate is null ? "was shown none" : $"does not believe the one in {cluster.Certificate}")}.",
                "Give the PEM files of a certificate that its authority issued with --certificate and --key.")
            : null;
    }

    private bool Believe(object sender, X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors)
    {
        var certificate = shown as X509Certificate2;
        var statuses = chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status) ?? X509ChainStatusFlags.NoError;
        objection = errors switch
        {
            SslPolicyErrors.None => null,
            _ when certificate is null => new InfrastructureException($"{address} shows no certificate.", "Ask whoever runs the cluster."),
            _ when (statuses & X509ChainStatusFlags.NotTimeValid) != 0 => new InfrastructureException(
                $"The certificate of {address} is valid from {certificate.NotBefore.ToUniversalTime():u} to {certificate.NotAfter.ToUniversalTime():u}, and not now.", "Have it renewed, or set this machine's clock."),
            _ when (statuses & Unknown) != 0 => new InfrastructureException(
                $"The certificate of {address} is not trusted: it was not issued by an authority {(cluster.Authority is null ? "this machine knows" : $"in {cluster.Authority}")}.",
                "Give the PEM file of the authority that issued it with --authority, or as ASSIZE_AUTHORITY in the environment; whoever runs the cluster has it."),
            _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) => new InfrastructureException(
                $"The certificate at {address} is another's: it does not carry the name {address.Host}.", "Use an address with a name that the certificate carries, or have one issued with this name."),
            _ => new InfrastructureException($"The certificate of {address} is not trusted: {statuses}.", "Ask whoever runs the cluster."),
        };
        return believed = errors == SslPolicyErrors.None;
    }
}
