using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Assize.Silo.Tls;

/// <summary>Health of the certificate in use: degraded when it expires soon or its files are of no use, unhealthy when it has expired.</summary>
internal sealed class CertificateCheck(IdentityFiles files, TlsOptions options, TimeProvider clock) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var expires = files.Current.Expires.ToUniversalTime();
        var left = expires - clock.GetUtcNow();
        var when = string.Create(CultureInfo.InvariantCulture, $"{expires:u}");
        return Task.FromResult(
            left <= TimeSpan.Zero ? HealthCheckResult.Unhealthy($"The certificate expired at {when}: no new connection is made with it.")
            : files.Fault is { } fault ? HealthCheckResult.Degraded($"The certificate expires at {when}, and its files are of no use: {fault}")
            : left <= options.WarnBefore ? HealthCheckResult.Degraded($"The certificate expires soon, at {when}.")
            : HealthCheckResult.Healthy($"The certificate expires at {when}."));
    }
}
