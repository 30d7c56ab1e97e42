using System.Net.Security;
using Assize.Evaluation;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;

namespace Assize.Cli.Hosting;

/// <summary>The API of a cluster, and the cluster itself where it lives in this process.</summary>
internal sealed class Connection : IAsyncDisposable
{
    /// <summary>A gateway that is being replaced, or a silo that was just lost, is asked again: every call here may be repeated.</summary>
    private static readonly ServiceConfig Patience = new()
    {
        MethodConfigs =
        {
            new MethodConfig
            {
                Names = { new MethodName { Service = "assize.v1.RunService" }, new MethodName { Service = "assize.v1.SuiteService" }, new MethodName { Service = "assize.v1.ModelService" }, new MethodName { Service = "assize.v1.TrafficService" } },
                RetryPolicy = new RetryPolicy
                {
                    MaxAttempts = 5,
                    InitialBackoff = TimeSpan.FromMilliseconds(300),
                    MaxBackoff = TimeSpan.FromSeconds(3),
                    BackoffMultiplier = 2,
                    RetryableStatusCodes = { StatusCode.Unavailable },
                },
            },
        },
    };

    private readonly GrpcChannel channel;
    private readonly LocalCluster? cluster;

    private Connection(Uri address, LocalCluster? cluster, GatewayTls? tls = null)
    {
        this.cluster = cluster;
        channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions
        {
            MaxReceiveMessageSize = 64 * 1024 * 1024,
            MaxSendMessageSize = 16 * 1024 * 1024,
            ServiceConfig = Patience,
            HttpHandler = new SocketsHttpHandler
            {
                SslOptions = tls?.Options ?? new SslClientAuthenticationOptions(),
                EnableMultipleHttp2Connections = true,
                KeepAlivePingDelay = TimeSpan.FromSeconds(30),
                KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
            },
        });
        Suites = new V1.SuiteService.SuiteServiceClient(channel);
        Runs = new V1.RunService.RunServiceClient(channel);
        Models = new V1.ModelService.ModelServiceClient(channel);
        Monitors = new V1.MonitorService.MonitorServiceClient(channel);
        Traffic = new V1.TrafficService.TrafficServiceClient(channel);
    }

    public V1.SuiteService.SuiteServiceClient Suites { get; }

    public V1.RunService.RunServiceClient Runs { get; }

    public V1.ModelService.ModelServiceClient Models { get; }

    public V1.MonitorService.MonitorServiceClient Monitors { get; }

    public V1.TrafficService.TrafficServiceClient Traffic { get; }

    /// <summary>Where is looked for what somebody names.</summary>
    private string Place { get; init; } = "";

    /// <summary>Whether the cluster ends with this process.</summary>
    public bool IsLocal => cluster is not null;

    /// <summary>The simulated model in this process; null where there is none.</summary>
    public Uri? Simulation => cluster?.Simulation;

    public static async Task<Connection> Open(ClusterOptions options, CancellationToken cancellation)
    {
        if (options.Address is null)
        {
            var local = await LocalCluster.Start(options, cancellation);
            return new Connection(local.Address, local) { Place = $"in the data folder {local.Data}; --data names another" };
        }

        var tls = new GatewayTls(options.Address, options);
        var connection = new Connection(options.Address, null, tls) { Place = $"at {options.Address}" };
        try
        {
            await new Health.HealthClient(connection.channel).CheckAsync(
                new HealthCheckRequest(), deadline: DateTime.SpecifyKind(TimeProvider.System.GetUtcNow().AddSeconds(10).UtcDateTime, DateTimeKind.Utc), cancellationToken: cancellation);
            return connection;
        }
        catch (RpcException untrusted) when (tls.Explained(untrusted) is { } explained)
        {
            await connection.DisposeAsync();
            throw explained;
        }
        catch (RpcException unreachable) when (unreachable.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded)
        {
            await connection.DisposeAsync();
            throw new InfrastructureException($"No Assize answers at {options.Address}: {unreachable.Status.Detail}", "Check the address, or leave --address out to work in this process.");
        }
    }

    /// <summary>What is not there may be elsewhere: whoever asked is told where was looked.</summary>
    public async Task<T> Looking<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (RpcException missing) when (missing.StatusCode is StatusCode.NotFound)
        {
            throw new EvaluationException($"{missing.Status.Detail} This was looked for {Place}.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        channel.Dispose();
        if (cluster is not null)
        {
            await cluster.DisposeAsync();
        }
    }
}
