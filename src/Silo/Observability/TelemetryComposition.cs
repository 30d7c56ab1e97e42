using System.Reflection;
using Assize.Grains;
using Assize.Silo.Clustering;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Assize.Silo.Observability;

/// <summary>Metrics for whoever reads <c>/metrics</c>, and spans where an address for them is configured.</summary>
public static class TelemetryComposition
{
    private const string Standard = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>To be called before Orleans is added, which reads from the configuration whether to hand spans on.</summary>
    public static WebApplicationBuilder AddTelemetry(this WebApplicationBuilder builder)
    {
        var section = builder.Configuration.GetSection("Telemetry");
        builder.Services.AddOptions<TelemetryOptions>().Bind(section).ValidateDataAnnotations().ValidateOnStart();
        var options = section.Get<TelemetryOptions>() ?? new TelemetryOptions();
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("assize", serviceVersion: typeof(TelemetryComposition).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion, autoGenerateServiceInstanceId: false)
                .AddAttributes([new("assize.role", ProcessRoles.From(builder.Configuration).ToString().ToLowerInvariant())]))
            .WithMetrics(metrics => metrics
                .AddMeter([.. MetricViews.Meters])
                .AddView(MetricViews.Of)
                // The scope is one label more on every series, and says what the name says.
                .AddPrometheusExporter(exporter => (exporter.ScopeInfoEnabled, exporter.ScrapeResponseCacheDurationMilliseconds) = (false, 0)));
        if (options.TracesTo is { } given)
        {
            // In OpenTelemetry's words, so that its exporter adds what its protocol wants.
            builder.Configuration[Standard] = given.ToString();
        }

        if (builder.Configuration[Standard] is { Length: > 0 })
        {
            telemetry.WithTracing(traces => traces
                .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(options.TraceRatio)))
                .AddSource(Telemetry.Name, "Microsoft.Orleans.Application")
                .AddAspNetCoreInstrumentation(web => web.Filter = context => !AdminListener.Received(context))
                .AddOtlpExporter());
            builder.Configuration["Orleans:EnableDistributedTracing"] = "true";
        }

        builder.Services.AddHostedService<FirstSeries>();
        builder.Services.PostConfigure<KestrelServerOptions>(AdminListener.Watch);
        return builder;
    }

    /// <summary>Serves <c>/metrics</c> to operators: at the listener for health, and at no other.</summary>
    public static IApplicationBuilder UseMetrics(this IApplicationBuilder app) => app
        .Use(static async (context, next) =>
        {
            await next(context);
            // To HTTP every call of the API is a success: its own status comes behind the answer, or in place of one.
            var status = context.Features.Get<IHttpResponseTrailersFeature>()?.Trailers["grpc-status"].ToString() is { Length: > 0 } trailer ? trailer : context.Response.Headers["grpc-status"].ToString();
            if (status.Length > 0)
            {
                context.Features.Get<IHttpMetricsTagsFeature>()?.Tags.Add(new("rpc.grpc.status_code", status));
            }
        })
        .UseOpenTelemetryPrometheusScrapingEndpoint(context => context.Request.Path == "/metrics" && AdminListener.Received(context));

    /// <summary>After OpenTelemetry has begun to listen: what is counted before is lost.</summary>
    private sealed class FirstSeries(IServiceProvider services) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            // A gateway on its own judges nothing, and a silo on its own takes nothing in.
            services.GetService<Telemetry>()?.Begin();
            services.GetService<TrafficTelemetry>()?.Begin();
            // Nobody else asks for it: it shows by being there.
            _ = services.GetService<CertificateTelemetry>();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
