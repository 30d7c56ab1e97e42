using System.Globalization;
using Assize.SimulatedModel;
using Grpc.Core;

namespace Assize.Bench;

/// <summary>One job with different numbers of cases a shard and different distances between saves: throughput, CPU, memory, and how long a case waits to be saved.</summary>
internal static class ShardGrid
{
    public static async Task<int> Run(string[] args)
    {
        int[] Numbers(string name, string usual) => [.. (args.Word(name) ?? usual).Split(',').Select(text => int.Parse(text, CultureInfo.InvariantCulture))];
        var program = Path.GetFullPath(args.Word("--program") ?? Path.Combine(AppContext.BaseDirectory, "assize"));
        var (cases, latency, concurrency) = (args.Number("--cases", 20000), args.Number("--latency", 0), args.Number("--concurrency", 512));
        var folder = Directory.CreateTempSubdirectory("assize-bench-").FullName;
        Console.WriteLine($"{cases} cases, {latency} ms, concurrency {concurrency}, {Environment.ProcessorCount} cores");
        Console.WriteLine("cases/shard  save every ms  cases/s  CPU ms/case  peak MB  stored B/case");
        try
        {
            await using var model = await SimulatedModelServer.StartAsync(new SimulationOptions { LatencyMs = latency }, 0, CancellationToken.None);
            foreach (var shard in Numbers("--shard", "32,64,128,256,512"))
            {
                foreach (var save in Numbers("--save", "100,250,1000"))
                {
                    await Measure(program, folder, model, cases, concurrency, shard, save);
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return 0;
    }

    private static async Task Measure(string program, string folder, SimulatedModelServer model, int cases, int concurrency, int shard, int save)
    {
        await using var assize = await ServedAssize.Up(program, folder, new Dictionary<string, string>
        {
            ["Models__judge__Provider"] = "simulated",
            ["Models__judge__Model"] = "simulated-1",
            ["Models__judge__Endpoint"] = model.BaseAddress.ToString(),
            ["Models__judge__Limits__Concurrency"] = concurrency.ToString(CultureInfo.InvariantCulture),
            ["Runs__SaveEvery"] = TimeSpan.FromMilliseconds(save).ToString("c", CultureInfo.InvariantCulture),
        });
        // A partition holds 128 announced cases.
        await assize.Create("grid", 0, cases, (long)cases * 128 / shard);
        var before = assize.Usage.Cpu;
        var stored = assize.Stored;
        var run = (await assize.Runs.StartRunAsync(new V1.StartRunRequest { Suite = "grid" })).Run;
        using var watch = assize.Runs.WatchRun(new V1.WatchRunRequest { Run = run.Id });
        await foreach (var message in watch.ResponseStream.ReadAllAsync())
        {
            run = message.Run;
        }

        if (run.CasesDone != cases)
        {
            throw new InvalidOperationException($"{run.CasesDone} of {cases} cases");
        }

        var seconds = (run.EndTime - run.StartTime).ToTimeSpan().TotalSeconds;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{shard,11} {save,14} {cases / seconds,8:0} {(assize.Usage.Cpu - before) * 1000 / cases,12:0.000} {assize.Usage.Peak,8:0} {(double)(assize.Stored - stored) / cases,14:0}"));
    }
}
