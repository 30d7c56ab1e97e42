using System.Net;
using Assize.Evaluation;
using Assize.Evaluation.Suites;
using Assize.Gateway;
using Assize.Gateway.Traffic;
using Assize.Grains.Models;
using Assize.Silo;
using Assize.Silo.Clustering;
using Assize.Silo.Observability;
using Assize.SimulatedModel;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Assize.Cli.Hosting;

/// <summary>Silo and gateway in this process, on loopback ports that were free; reached over gRPC like any other cluster.</summary>
internal sealed class LocalCluster : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly SimulatedModelServer? simulation;

    private LocalCluster(WebApplication app, SimulatedModelServer? simulation, Uri address) =>
        (this.app, this.simulation, Address) = (app, simulation, address);

    public Uri Address { get; }

    /// <summary>The simulated model that stands in for others; null where none does.</summary>
    public Uri? Simulation => simulation?.BaseAddress;

    /// <summary>The folder with all that it keeps.</summary>
    public string Data => DataFolder.From(app.Configuration);

    /// <summary>What stands behind the API.</summary>
    internal IGrainFactory Grains => app.Services.GetRequiredService<IGrainFactory>();

    public static async Task<LocalCluster> Start(ClusterOptions options, CancellationToken cancellation)
    {
        var simulation = options.Simulated.Count == 0 ? null : await SimulatedModelServer.StartAsync(new SimulationOptions(), 0, cancellation);
        try
        {
            var builder = Configured(options);
            builder.Configuration.AddInMemoryCollection(Overrides(options, simulation));
            builder.Services.AddSingleton(options.Time ?? TimeProvider.System);
            // It ends with its command, which hears the signals: what only told the cluster would leave the command waiting for it.
            builder.Services.AddSingleton<IHostLifetime, Borrowed>();
            builder.WebHost.ConfigureKestrel(kestrel =>
            {
                // The configured endpoints are for a cluster that serves others; this one must not meet it on a port.
                kestrel.Configure(new ConfigurationBuilder().Build());
                kestrel.Listen(IPAddress.Loopback, 0, listener => listener.Protocols = HttpProtocols.Http2);
            });
            var app = Built(builder);
            SiloComposition.CheckSettings(app.Services);
            await app.StartAsync(cancellation);
            var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
            return new LocalCluster(app, simulation, new Uri(address));
        }
        catch
        {
            if (simulation is not null)
            {
                await simulation.DisposeAsync();
            }

            throw;
        }
    }

    /// <summary>A part of a cluster for others to use, as its role says: listens where the configuration says.</summary>
    public static WebApplication Serving(ClusterOptions options)
    {
        var builder = Configured(options);
        if (options.Data is not null)
        {
            builder.Configuration["Data"] = options.Data;
        }

        builder.AddTelemetry();
        var beginning = new Beginning(options.Time ?? TimeProvider.System);
        beginning.Quieten(builder.Logging);
        var role = ProcessRoles.From(builder.Configuration);
        Ports.CheckFree(builder.Configuration, role);
        var app = role switch
        {
            ProcessRole.Silo => SiloOnly(builder),
            ProcessRole.Gateway => GatewayOnly(builder),
            _ => Built(builder),
        };
        app.UseMetrics();
        if (app.Services.GetService<IModels>() is not null)
        {
            SiloComposition.CheckSettings(app.Services);
        }

        app.Lifetime.ApplicationStarted.Register(beginning.Over);
        return app;
    }

    /// <summary>The models that a cluster of these options would have, whatever else is said of them.</summary>
    public static IEnumerable<ModelName> DeclaredModels(ClusterOptions options) => Configured(options).Configuration.GetSection("Models").GetChildren().Select(model => new ModelName(model.Key));

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        if (simulation is not null)
        {
            await simulation.DisposeAsync();
        }
    }

    private static WebApplicationBuilder Configured(ClusterOptions options)
    {
        if (options.Data is { } data && File.Exists(data))
        {
            throw new EvaluationException([new Mistake($"'{data}' is a file, and what is kept needs a folder.", "Name a folder; it is made where there is none.") { Field = "--data" }]);
        }

        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        Read("assize.json", builder);
        if (options.Config is { } config)
        {
            if (!File.Exists(config))
            {
                throw new EvaluationException([new Mistake($"There is no file '{config}'.", "Name the JSON file with the configuration.") { Field = "--config" }]);
            }

            Read(config, builder);
        }

        builder.Configuration.AddEnvironmentVariables();
        return builder;
    }

    private static void Read(string file, WebApplicationBuilder builder)
    {
        try
        {
            builder.Configuration.AddJsonFile(Path.GetFullPath(file), optional: true, reloadOnChange: false);
        }
        catch (Exception wrong) when (wrong is InvalidDataException or FormatException)
        {
            var why = wrong.GetBaseException().Message;
            throw new EvaluationException([new Mistake($"The configuration cannot be read: {why}", "Make it one JSON object.") { File = file }]);
        }
    }

    private static WebApplication Built(WebApplicationBuilder builder)
    {
        builder.AddSilo();
        return WithGateway(builder);
    }

    private static WebApplication GatewayOnly(WebApplicationBuilder builder)
    {
        builder.AddClusterClient();
        return WithGateway(builder);
    }

    private static WebApplication SiloOnly(WebApplicationBuilder builder)
    {
        builder.AddSilo();
        builder.Services.AddHealth();
        // A silo serves no API, so it does not listen for it.
        var health = builder.Configuration.GetSection("Kestrel").AsEnumerable(makePathsRelative: true).Where(pair => !pair.Key.StartsWith("Endpoints:Grpc", StringComparison.OrdinalIgnoreCase));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Configure(new ConfigurationBuilder().AddInMemoryCollection(health).Build()));
        var app = builder.Build();
        app.MapHealth();
        return app;
    }

    private static WebApplication WithGateway(WebApplicationBuilder builder)
    {
        var mistakes = new List<Mistake>();
        var gateway = builder.Configuration.GetSection("Gateway").Declared<GatewayOptions>(mistakes);
        var suites = builder.Configuration.GetSection("Suites").Declared<SuiteLimits>(mistakes);
        if (mistakes.Count > 0)
        {
            throw new EvaluationException([.. mistakes]);
        }

        builder.Services.AddGateway(gateway!, suites!, DeclaredSources.From(builder.Configuration.GetSection("Traffic")));
        var app = builder.Build();
        app.MapGateway();
        return app;
    }

    private static Dictionary<string, string?> Overrides(ClusterOptions options, SimulatedModelServer? simulation)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Orleans:ClusterId"] = $"local-{Environment.ProcessId}",
            ["Orleans:Endpoints:SiloPort"] = Ports.Free().ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["Orleans:Endpoints:GatewayPort"] = "0",
            ["Runs:ResumeAtStart"] = options.Resume ? "true" : "false",
            ["Logging:LogLevel:Default"] = options.Verbose ? "Information" : "Error",
            ["Logging:LogLevel:Orleans"] = options.Verbose ? "Warning" : "None",
            ["Logging:LogLevel:Microsoft"] = options.Verbose ? "Warning" : "None",
            ["Logging:LogLevel:Grpc"] = "None",
            ["Logging:LogLevel:Assize"] = options.Verbose ? "Information" : "Error",
            ["Logging:Console:LogToStandardErrorThreshold"] = "Trace",
        };
        if (options.Data is not null)
        {
            settings["Data"] = options.Data;
        }

        foreach (var model in options.Simulated)
        {
            settings[$"Models:{model}:Provider"] = "simulated";
            settings[$"Models:{model}:Model"] = "simulated-1";
            settings[$"Models:{model}:Endpoint"] = simulation!.BaseAddress.ToString();
        }

        return settings;
    }

    /// <summary>Begins and ends when it is told to, and listens to nobody else.</summary>
    private sealed class Borrowed : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
