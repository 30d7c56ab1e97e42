using System.ComponentModel.DataAnnotations;
using Assize.Evaluation.Suites;
using Assize.Evaluation.Traffic;
using Assize.Gateway.Models;
using Assize.Gateway.Monitors;
using Assize.Gateway.Otlp;
using Assize.Gateway.Runs;
using Assize.Gateway.Suites;
using Assize.Gateway.Traffic;
using Assize.Grains;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Assize.Gateway;

/// <summary>What the gateway allows; section <c>Gateway</c> of the configuration.</summary>
public sealed record GatewayOptions
{
    /// <summary>The largest message taken in, in bytes; 64 KiB to 256 MiB.</summary>
    public int MaxReceiveBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>The largest message sent, in bytes.</summary>
    public int MaxSendBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>
    /// How long a monitor may fail to take its traffic, while silos and store work otherwise, before it is set apart and holds up nobody; half a minute at most where its stored
    /// state cannot be read. A second to a day.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan SetApartAfter { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How often a monitor that was set apart is tried again; a tenth of a second to an hour.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan TryAgainEvery { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>The edge: gRPC services, health, reflection.</summary>
public static class GatewayComposition
{
    public static IServiceCollection AddGateway(this IServiceCollection services, GatewayOptions options, SuiteLimits limits, TrafficPolicy traffic)
    {
        services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = options.MaxReceiveBytes;
            grpc.MaxSendMessageSize = options.MaxSendBytes;
            grpc.Interceptors.Add<ErrorInterceptor>();
        });
        services.AddGrpcReflection();
        services.AddHealth();
        services.AddGrpcHealthChecks();
        services.Configure<HealthCheckPublisherOptions>(publisher => (publisher.Delay, publisher.Period) = (TimeSpan.Zero, TimeSpan.FromSeconds(5)));
        services.AddSingleton(options);
        services.AddSingleton(limits);
        services.AddSingleton(traffic);
        services.AddMetrics();
        services.TryAddSingleton<MonitorNames>();
        services.AddSingleton<TrafficTelemetry>();
        services.AddSingleton<PseudonymKey>();
        services.AddSingleton<MonitorSnapshot>();
        services.AddSingleton<TrafficIntake>();
        services.TryAddSingleton(TimeProvider.System);
        return services;
    }

    /// <summary>Health without any check is never published, and so stays unknown for ever: the process itself is one.</summary>
    public static IServiceCollection AddHealth(this IServiceCollection services)
    {
        services.AddHealthChecks().AddCheck("process", () => HealthCheckResult.Healthy(), ["live"]);
        return services;
    }

    public static IEndpointRouteBuilder MapGateway(this IEndpointRouteBuilder app)
    {
        app.MapGrpcService<SuiteService>();
        app.MapGrpcService<RunService>();
        app.MapGrpcService<ModelService>();
        app.MapGrpcService<MonitorService>();
        app.MapGrpcService<TrafficService>();
        app.MapGrpcService<TraceService>();
        app.MapGrpcHealthChecksService();
        app.MapGrpcReflectionService();
        app.MapHealth();
        return app;
    }

    /// <summary>The pages a platform asks: <c>/healthz</c> for whether the process lives, <c>/readyz</c> for whether it may take work.</summary>
    public static IEndpointRouteBuilder MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapHealthChecks("/healthz", new HealthCheckOptions { Predicate = check => check.Tags.Contains("live") });
        app.MapHealthChecks("/readyz", new HealthCheckOptions { ResponseWriter = (context, report) => context.Response.WriteAsync(Told(report)) });
        return app;
    }

    private static string Told(HealthReport report) => string.Join('\n', report.Entries
        .Select(entry => $"{entry.Key}: {entry.Value.Status}{(entry.Value.Description is { } why ? $" - {why}" : "")}")
        .Prepend(report.Status.ToString())) + '\n';
}
