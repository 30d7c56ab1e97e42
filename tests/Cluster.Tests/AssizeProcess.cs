using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;

namespace Assize.Cluster.Tests;

/// <summary>A real <c>assize up</c> process on a data folder, which can be killed as the system kills.</summary>
internal sealed class AssizeProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly GrpcChannel channel;

    private AssizeProcess(Process process, Uri address)
    {
        this.process = process;
        channel = GrpcChannel.ForAddress(address);
        Suites = new V1.SuiteService.SuiteServiceClient(channel);
        Runs = new V1.RunService.RunServiceClient(channel);
    }

    public V1.SuiteService.SuiteServiceClient Suites { get; }

    public V1.RunService.RunServiceClient Runs { get; }

    public static string Program
    {
        get
        {
            var root = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(root, "Cluster.sln")))
            {
                root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("the solution is not above the tests");
            }

            var configuration = AppContext.BaseDirectory.Contains("release", StringComparison.OrdinalIgnoreCase) ? "release" : "debug";
            return Path.Combine(root, "artifacts", "bin", "Cli", configuration, "assize");
        }
    }

    public static async Task<AssizeProcess> Up(string data, Uri model, int concurrency, CancellationToken cancellation)
    {
        var (silo, gateway, grpc, http) = (FreePort(), FreePort(), FreePort(), FreePort());
        var start = new ProcessStartInfo(Program, ["up", "--data", data]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = data };
        foreach (var (key, value) in new Dictionary<string, string>
        {
            ["Orleans__Endpoints__SiloPort"] = silo,
            ["Orleans__Endpoints__GatewayPort"] = gateway,
            ["Kestrel__Endpoints__Grpc__Url"] = $"http://127.0.0.1:{grpc}",
            ["Kestrel__Endpoints__Grpc__Protocols"] = "Http2",
            ["Kestrel__Endpoints__Health__Url"] = $"http://127.0.0.1:{http}",
            ["Kestrel__Endpoints__Health__Protocols"] = "Http1",
            ["Models__judge__Provider"] = "simulated",
            ["Models__judge__Model"] = "simulated-1",
            ["Models__judge__Endpoint"] = model.ToString(),
            ["Models__judge__Limits__Concurrency"] = concurrency.ToString(CultureInfo.InvariantCulture),
        })
        {
            start.Environment[key] = value;
        }

        var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        while (await process.StandardOutput.ReadLineAsync(cancellation) is { } line)
        {
            if (line.StartsWith("Assize serves", StringComparison.Ordinal))
            {
                _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return new AssizeProcess(process, new Uri($"http://127.0.0.1:{grpc}"));
            }
        }

        throw new InvalidOperationException($"assize up ended: {await errors}");
    }

    /// <summary>Stores the generated suite and starts a run of it.</summary>
    public async Task<string> StartGenerated(int cases, string name, CancellationToken cancellation)
    {
        using var call = Suites.CreateSuite(cancellationToken: cancellation);
        await call.RequestStream.WriteAsync(new V1.CreateSuiteRequest { Header = GeneratedSuite.Header(cases, name) }, cancellation);
        await call.RequestStream.WriteAsync(new V1.CreateSuiteRequest { Exhibits = new V1.ExhibitBatch { Exhibits = { GeneratedSuite.Exhibits(cases, name) } } }, cancellation);
        await call.RequestStream.CompleteAsync();
        var suite = (await call).Suite;
        return (await Runs.StartRunAsync(new V1.StartRunRequest { Suite = suite.Definition.Name }, cancellationToken: cancellation)).Run.Id;
    }

    /// <summary>The report at the run's end.</summary>
    public async Task<V1.Report> Report(string run, CancellationToken cancellation)
    {
        using var watch = Runs.WatchRun(new V1.WatchRunRequest { Run = run }, cancellationToken: cancellation);
        await foreach (var message in watch.ResponseStream.ReadAllAsync(cancellation))
        {
            if (message.Run.Status is not V1.RunStatus.Running)
            {
                return message.Report;
            }
        }

        throw new InvalidOperationException("the watch ended before the run");
    }

    /// <summary>SIGKILL: nothing is flushed, nothing is said.</summary>
    public async Task Kill()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        channel.Dispose();
        if (!process.HasExited)
        {
            await Kill();
        }

        process.Dispose();
    }

    private static string FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
    }
}
