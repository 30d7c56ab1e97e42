using System.ComponentModel.DataAnnotations;

namespace Assize.Silo.Observability;

/// <summary>What leaves the process beside its metrics; section <c>Telemetry</c> of the configuration.</summary>
public sealed record TelemetryOptions
{
    /// <summary>Where spans are sent by OTLP; null sends none, unless OTEL_EXPORTER_OTLP_ENDPOINT names a place.</summary>
    public Uri? TracesTo { get; init; }

    /// <summary>The share of traces that is kept, from 0 to 1; a caller that keeps its trace decides for its calls.</summary>
    [Range(0, 1)]
    public double TraceRatio { get; init; } = 1;

    /// <summary>Whether spans carry what models were asked and answered: cases, answers and verdicts in full.</summary>
    public bool TraceContent { get; init; }
}
