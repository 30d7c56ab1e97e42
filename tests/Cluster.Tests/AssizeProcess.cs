using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Assize.Servers;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;

namespace Assize.Cluster.Tests;

/// <summary>A real <c>assize up</c> process, which can be killed as the system kills, stopped for a while and told to end.</summary>
internal sealed partial class AssizeProcess : IAsyncDisposable
{
    /// <summary>As the command does: what is not available for the moment is asked for again.</summary>
    private static readonly ServiceConfig Patience = new()
    {
        MethodConfigs =
        {
            new MethodConfig
            {
                Names = { MethodName.Default },
                RetryPolicy = new RetryPolicy
                {
                    MaxAttempts = 5, InitialBackoff = TimeSpan.FromMilliseconds(300), MaxBackoff = TimeSpan.FromSeconds(3), BackoffMultiplier = 2, RetryableStatusCodes = { StatusCode.Unavailable },
                },
            },
        },
    };

    private readonly Process process;
    private readonly GrpcChannel channel;

    private AssizeProcess(Process process, Uri address, Uri health)
    {
        this.process = process;
        (Address, Health) = (address, health);
        channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions { ServiceConfig = Patience });
        Suites = new V1.SuiteService.SuiteServiceClient(channel);
        Runs = new V1.RunService.RunServiceClient(channel);
        Monitors = new V1.MonitorService.MonitorServiceClient(channel);
        Traffic = new V1.TrafficService.TrafficServiceClient(channel);
    }

    public V1.SuiteService.SuiteServiceClient Suites { get; }

    public V1.RunService.RunServiceClient Runs { get; }

    public V1.MonitorService.MonitorServiceClient Monitors { get; }

    public V1.TrafficService.TrafficServiceClient Traffic { get; }

    /// <summary>Where the API is.</summary>
    public Uri Address { get; }

    /// <summary>Where <c>/healthz</c> and <c>/readyz</c> are.</summary>
    public Uri Health { get; }

    /// <summary>What the process has written, line by line.</summary>
    public ConcurrentQueue<string> Said { get; } = new();

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    public static string Program { get; } = Path.Combine(
        Programs.Root, "artifacts", "bin", "Cli", AppContext.BaseDirectory.Contains("release", StringComparison.OrdinalIgnoreCase) ? "release" : "debug", "assize");

    /// <summary>Silo and gateway in one process on a data folder.</summary>
    public static Task<AssizeProcess> Up(string data, Uri model, int concurrency, CancellationToken cancellation) =>
        Start(data, ModelAt(model, concurrency), cancellation);

    /// <summary>The settings that declare the simulated model.</summary>
    public static Dictionary<string, string> ModelAt(Uri model, int concurrency) => new()
    {
        ["Models__judge__Provider"] = "simulated",
        ["Models__judge__Model"] = "simulated-1",
        ["Models__judge__Endpoint"] = model.ToString(),
        ["Models__judge__Limits__Concurrency"] = concurrency.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>Starts a process with these settings on free ports, and returns when it serves.</summary>
    /// <param name="machine">The network namespace it runs in; null for the test's own.</param>
    public static async Task<AssizeProcess> Start(string data, IReadOnlyDictionary<string, string> settings, CancellationToken cancellation, string? machine = null)
    {
        var (grpc, http) = (Port(), Port());
        string[] command = [.. machine is null ? Array.Empty<string>() : ["ip", "netns", "exec", machine], Program, "up", "--data", data];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = data };
        foreach (var (key, value) in settings.Concat(new Dictionary<string, string>
        {
            ["Orleans__Endpoints__SiloPort"] = Port(),
            ["Orleans__Endpoints__GatewayPort"] = Port(),
            ["Kestrel__Endpoints__Grpc__Url"] = $"http://127.0.0.1:{grpc}",
            ["Kestrel__Endpoints__Grpc__Protocols"] = "Http2",
            ["Kestrel__Endpoints__Health__Url"] = $"http://127.0.0.1:{http}",
            ["Kestrel__Endpoints__Health__Protocols"] = "Http1",
        }))
        {
            start.Environment[key] = value;
        }

        var assize = new AssizeProcess(Process.Start(start)!, new Uri($"http://127.0.0.1:{grpc}"), new Uri($"http://127.0.0.1:{http}"));
        await assize.Serves(cancellation);
        return assize;
    }

    /// <summary>Stores the generated suite and starts a run of it.</summary>
    public async Task<string> StartGenerated(int cases, string name, CancellationToken cancellation, int? announced = null)
    {
        var suite = await StoreGenerated(cases, name, cancellation, announced);
        return (await Runs.StartRunAsync(new V1.StartRunRequest { Suite = suite, RequestId = Guid.CreateVersion7().ToString() }, cancellationToken: cancellation)).Run.Id;
    }

    /// <summary>Stores the generated suite; its name.</summary>
    public async Task<string> StoreGenerated(int cases, string name, CancellationToken cancellation, int? announced = null)
    {
        using var call = Suites.CreateSuite(cancellationToken: cancellation);
        await call.RequestStream.WriteAsync(new V1.CreateSuiteRequest { Header = GeneratedSuite.Header(announced ?? cases, name) }, cancellation);
        await call.RequestStream.WriteAsync(new V1.CreateSuiteRequest { Exhibits = new V1.ExhibitBatch { Exhibits = { GeneratedSuite.Exhibits(cases, name) } } }, cancellation);
        await call.RequestStream.CompleteAsync();
        return (await call).Suite.Definition.Name;
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

    /// <summary>SIGTERM, and how long the process took to end.</summary>
    public async Task<TimeSpan> Terminate(CancellationToken cancellation)
    {
        var started = TimeProvider.System.GetTimestamp();
        Signal(15);
        await process.WaitForExitAsync(cancellation);
        return TimeProvider.System.GetElapsedTime(started);
    }

    /// <summary>SIGSTOP: the process is there and does nothing, like a machine that hangs.</summary>
    public void Freeze() => Signal(19);

    /// <summary>SIGCONT.</summary>
    public void Thaw() => Signal(18);

    public async ValueTask DisposeAsync()
    {
        channel.Dispose();
        if (!process.HasExited)
        {
            await Kill();
        }

        process.Dispose();
    }

    private static string Port() => ServerProcess.FreePort().ToString(CultureInfo.InvariantCulture);

    private async Task Serves(CancellationToken cancellation)
    {
        var serves = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Hear(string? line)
        {
            if (line is not null)
            {
                Said.Enqueue(line);
                if (line.StartsWith("Assize serves", StringComparison.Ordinal))
                {
                    serves.TrySetResult();
                }
            }
        }

        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (await Task.WhenAny(serves.Task, process.WaitForExitAsync(cancellation)) != serves.Task)
        {
            throw new InvalidOperationException($"assize up ended: {string.Join('\n', Said)}");
        }
    }

    private void Signal(int signal)
    {
        if (Kill(process.Id, signal) != 0)
        {
            throw new InvalidOperationException($"signal {signal} could not be sent");
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
