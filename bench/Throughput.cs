using System.Globalization;
using System.Text.Json;
using Assize.SimulatedModel;

namespace Assize.Bench;

/// <summary>The main job against a plain loop, in turn, on one simulated model in this process.</summary>
internal static class Throughput
{
    public static async Task<int> Run(string[] args)
    {
        var program = Array.IndexOf(args, "--program") is >= 0 and var at ? Path.GetFullPath(args[at + 1]) : Path.Combine(AppContext.BaseDirectory, "assize");
        var (cases, latency, concurrency, pairs) = (args.Number("--cases", 20000), args.Number("--latency", 200), args.Number("--concurrency", 512), args.Number("--pairs", 3));
        var without = args.Contains("--no-loop");
        var settings = args.Where((_, i) => i > 0 && args[i - 1] == "--setting").Select(text => text.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        var folder = Directory.CreateTempSubdirectory("assize-bench-").FullName;
        try
        {
            var suite = GeneratedCases.WriteSuite(folder, cases, "throughput");
            await using var model = await SimulatedModelServer.StartAsync(new SimulationOptions { LatencyMs = latency }, 0, CancellationToken.None);
            Console.WriteLine($"{cases} cases, {latency} ms, concurrency {concurrency}, {Environment.ProcessorCount} cores");
            Console.WriteLine("run     cases/s (run)  cases/s (process)  CPU ms/case  peak MB  stored B/case");
            for (var pair = 0; pair < pairs; pair++)
            {
                if (!without)
                {
                    await Loop(folder, model, cases, concurrency);
                }

                await Assize(program, folder, suite, model, cases, concurrency, settings);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return 0;
    }

    private static async Task Loop(string folder, SimulatedModelServer model, int cases, int concurrency)
    {
        var results = Path.Combine(folder, "loop.jsonl");
        var run = await MeasuredProcess.Run(
            Environment.ProcessPath!,
            ["loop", Path.Combine(folder, "cases.jsonl"), model.BaseAddress.ToString(), concurrency.ToString(CultureInfo.InvariantCulture), results],
            new Dictionary<string, string>());
        Tell("loop", cases, run.WallSeconds, run, new FileInfo(results).Length);
    }

    private static async Task Assize(string program, string folder, string suite, SimulatedModelServer model, int cases, int concurrency, Dictionary<string, string> settings)
    {
        var data = Path.Combine(folder, $"data-{Guid.CreateVersion7()}");
        var before = model.Stats;
        var run = await MeasuredProcess.Run(
            program,
            ["run", suite, "--data", data, "--output", "ndjson", "--html", "-"],
            new Dictionary<string, string>(settings)
            {
                ["Models__judge__Provider"] = "simulated",
                ["Models__judge__Model"] = "simulated-1",
                ["Models__judge__Endpoint"] = model.BaseAddress.ToString(),
                ["Models__judge__Limits__Concurrency"] = concurrency.ToString(CultureInfo.InvariantCulture),
            });
        using var report = JsonDocument.Parse(run.Output.TrimEnd().Split('\n')[^1]);
        var provenance = report.RootElement.GetProperty("provenance");
        var seconds = (provenance.GetProperty("ended").GetDateTimeOffset() - provenance.GetProperty("started").GetDateTimeOffset()).TotalSeconds;
        var asked = model.Stats.Requests - before.Requests;
        if (asked != cases || report.RootElement.GetProperty("casesDone").GetInt64() != cases)
        {
            throw new InvalidOperationException($"{asked} requests for {cases} cases");
        }

        Tell("assize", cases, seconds, run, Directory.EnumerateFiles(data, "assize.db*").Sum(file => new FileInfo(file).Length));
        Directory.Delete(data, recursive: true);
        if (cases >= 100_000)
        {
            Console.WriteLine($"        memory in tenths of the process' time, MB: {run.Tenths}");
        }
    }

    private static void Tell(string name, int cases, double seconds, MeasuredProcess run, long stored) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{name,-7} {cases / seconds,13:0} {cases / run.WallSeconds,18:0} {run.CpuSeconds * 1000 / cases,12:0.000} {run.PeakMegabytes,8:0} {(double)stored / cases,14:0}"));
}
