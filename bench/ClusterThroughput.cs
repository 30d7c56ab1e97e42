using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Assize.Servers;
using Assize.SimulatedModel;

namespace Assize.Bench;

/// <summary>Silo processes of one cluster on Redis, and a gateway, against a simulated model in this process: what a run through them costs, by the number of silos and by the store.</summary>
internal static class ClusterThroughput
{
    public static async Task<int> Run(string[] args)
    {
        var program = Path.GetFullPath(args.Word("--program") ?? Path.Combine(AppContext.BaseDirectory, "assize"));
        var (cases, latency, perSilo) = (args.Number("--cases", 20000), args.Number("--latency", 200), args.Number("--per-silo", 128));
        var store = args.Word("--state") ?? "redis";
        await using var model = await SimulatedModelServer.StartAsync(new SimulationOptions { LatencyMs = latency }, 0, CancellationToken.None);
        Console.WriteLine($"{cases} cases, {latency} ms, {perSilo} calls at once for each silo, state on {store}, {Environment.ProcessorCount} cores");
        Console.WriteLine("silos  cases/s  of linear  CPU ms/case: silos  gateway  store   peak MB/silo  by quarters of the run");
        double one = 0;
        foreach (var silos in (args.Word("--silos") ?? "1,2,4").Split(',').Select(text => int.Parse(text, CultureInfo.InvariantCulture)))
        {
            var folder = Directory.CreateTempSubdirectory("assize-bench-").FullName;
            try
            {
                var perSecond = await Measure(program, folder, model, silos, store, cases, perSilo, one);
                one = one == 0 ? perSecond / silos : one;
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }

        return 0;
    }

    private static async Task<double> Measure(string program, string folder, SimulatedModelServer model, int silos, string store, int cases, int perSilo, double one)
    {
        var suite = GeneratedCases.WriteSuite(folder, cases, "throughput");
        await using var redis = await RedisServer.Started(CancellationToken.None);
        await using var azurite = store == "azure" ? await AzuriteServer.Started(CancellationToken.None) : null;
        var secret = Path.Combine(folder, "secret");
        await File.WriteAllBytesAsync(secret, RandomNumberGenerator.GetBytes(32));
        var settings = new Dictionary<string, string>
        {
            ["Orleans__ClusterId"] = "bench",
            ["Orleans__ServiceId"] = "bench",
            ["Orleans__Clustering__ProviderType"] = "Redis",
            ["Orleans__Clustering__ConnectionString"] = redis.ConnectionString,
            ["Orleans__Reminders__ProviderType"] = "Redis",
            ["Orleans__Reminders__ConnectionString"] = redis.ConnectionString,
            ["Orleans__GrainStorage__Default__ProviderType"] = azurite is null ? "Redis" : "AzureBlobStorage",
            ["Orleans__GrainStorage__Default__ConnectionString"] = azurite?.ConnectionString ?? redis.ConnectionString,
            ["Secret__File"] = secret,
            ["Logging__LogLevel__Default"] = "Error",
            ["Models__judge__Provider"] = "simulated",
            ["Models__judge__Model"] = "simulated-1",
            ["Models__judge__Endpoint"] = model.BaseAddress.ToString(),
            ["Models__judge__Limits__Concurrency"] = (perSilo * silos).ToString(CultureInfo.InvariantCulture),
        };
        var processes = new List<(Process Process, string Address)>();
        try
        {
            for (var i = 0; i < silos; i++)
            {
                processes.Add(await Start(program, folder, "silo", i, settings));
            }

            var gateway = await Start(program, folder, "gateway", silos, settings);
            processes.Add(gateway);
            var before = processes.Select(one => MeasuredProcess.Usage(one.Process.Id)!.Value.Cpu).ToArray();
            var storeBefore = MeasuredProcess.Usage(azurite?.ProcessId ?? redis.ProcessId)!.Value.Cpu;
            var running = MeasuredProcess.Run(program, ["run", suite, "--address", gateway.Address, "--output", "ndjson", "--html", "-"], new Dictionary<string, string>());
            var resident = await Resident([.. processes.Take(silos).Select(one => one.Process.Id)], running);
            var run = await running;
            using var report = JsonDocument.Parse(run.Output.TrimEnd().Split('\n')[^1]);
            var provenance = report.RootElement.GetProperty("provenance");
            var seconds = (provenance.GetProperty("ended").GetDateTimeOffset() - provenance.GetProperty("started").GetDateTimeOffset()).TotalSeconds;
            var usage = processes.Select(one => MeasuredProcess.Usage(one.Process.Id)!.Value).ToArray();
            var cpu = usage.Zip(before, (now, then) => now.Cpu - then).ToArray();
            var perSecond = cases / seconds;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{silos,5} {perSecond,8:0} {(one == 0 ? 1 : perSecond / (one * silos)),10:0.00} {cpu.Take(silos).Sum() * 1000 / cases,19:0.000} {cpu[silos] * 1000 / cases,8:0.000} {(MeasuredProcess.Usage(azurite?.ProcessId ?? redis.ProcessId)!.Value.Cpu - storeBefore) * 1000 / cases,6:0.000} {usage.Take(silos).Max(one => one.Peak),14:0}   {string.Join(", ", Enumerable.Range(1, 4).Select(quarter => resident[(resident.Count - 1) * quarter / 4].ToString("0", CultureInfo.InvariantCulture)))}"));
            return perSecond;
        }
        finally
        {
            foreach (var (process, _) in processes)
            {
                process.Kill();
                await process.WaitForExitAsync();
                process.Dispose();
            }
        }
    }

    /// <summary>What the largest silo holds in memory, in MB, once a second until the run is done.</summary>
    private static async Task<List<double>> Resident(int[] silos, Task run)
    {
        var resident = new List<double>();
        using var second = new PeriodicTimer(TimeSpan.FromSeconds(1));
        do
        {
            resident.Add(silos.Max(silo => MeasuredProcess.Rss(silo).Max()));
        }
        while (!run.IsCompleted && await second.WaitForNextTickAsync());
        return resident;
    }

    private static async Task<(Process Process, string Address)> Start(string program, string folder, string role, int number, Dictionary<string, string> settings)
    {
        static string Port() => ServerProcess.FreePort().ToString(CultureInfo.InvariantCulture);
        var (grpc, name) = (Port(), $"{role}-{number.ToString(CultureInfo.InvariantCulture)}");
        var start = new ProcessStartInfo(program, ["up", "--data", Path.Combine(folder, name)]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        foreach (var (key, value) in settings.Concat(new Dictionary<string, string>
        {
            ["Role"] = role,
            ["Orleans__Name"] = name,
            ["Orleans__Endpoints__SiloPort"] = Port(),
            ["Orleans__Endpoints__GatewayPort"] = Port(),
            ["Kestrel__Endpoints__Grpc__Url"] = $"http://127.0.0.1:{grpc}",
            ["Kestrel__Endpoints__Health__Url"] = $"http://127.0.0.1:{Port()}",
        }))
        {
            start.Environment[key] = value;
        }

        var process = Process.Start(start)!;
        process.BeginErrorReadLine();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("Assize serves", StringComparison.Ordinal))
            {
                _ = process.StandardOutput.ReadToEndAsync();
                return (process, $"http://127.0.0.1:{grpc}");
            }
        }

        throw new InvalidOperationException($"{name} ended before it served");
    }
}
