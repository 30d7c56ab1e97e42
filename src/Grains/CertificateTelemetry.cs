using System.Diagnostics.Metrics;

namespace Assize.Grains;

/// <summary>Shows how long the certificate of this process still lasts; made where there is one.</summary>
public sealed class CertificateTelemetry
{
    public CertificateTelemetry(IMeterFactory meters, Func<TimeSpan> left)
    {
        var metric = Metrics.CertificateLeft;
        meters.Create(Telemetry.Name).CreateObservableGauge(metric.Name, () => left().TotalSeconds, metric.Unit, metric.Means);
    }
}
