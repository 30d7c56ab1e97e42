using System.Diagnostics;
using System.Globalization;
using Assize.SimulatedModel;

namespace Assize.Bench;

/// <summary>Many small runs at once in one process: whether all end with their reports, how long the slowest takes against the middle one, and what it takes of memory.</summary>
internal static class ManyRuns
{
    public static async Task<int> Run(string[] args)
    {
        var program = Path.GetFullPath(args.Word("--program") ?? Path.Combine(AppContext.BaseDirectory, "assize"));
        var (runs, suites, cases, latency) = (args.Number("--runs", 1000), args.Number("--suites", 100), args.Number("--cases", 10), args.Number("--latency", 200));
        var folder = Directory.CreateTempSubdirectory("assize-bench-").FullName;
        try
        {
            await using var model = await SimulatedModelServer.StartAsync(new SimulationOptions { LatencyMs = latency }, 0, CancellationToken.None);
            await using var assize = await ServedAssize.Up(program, folder, new Dictionary<string, string>
            {
                ["Models__judge__Provider"] = "simulated",
                ["Models__judge__Model"] = "simulated-1",
                ["Models__judge__Endpoint"] = model.BaseAddress.ToString(),
                ["Models__judge__Limits__Concurrency"] = "128",
            });
            for (var suite = 0; suite < suites; suite++)
            {
                await assize.Create(Name(suite), suite * cases, cases, cases);
            }

            Console.WriteLine($"{runs} runs of {cases} cases over {suites} suites, {latency} ms, concurrency 128; {assize.Resident:0} MB before");
            var (cpu, watch) = (assize.Usage.Cpu, Stopwatch.StartNew());
            var started = new List<string>();
            await Parallel.ForEachAsync(Enumerable.Range(0, runs), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, cancellation) =>
            {
                var run = (await assize.Runs.StartRunAsync(new V1.StartRunRequest { Suite = Name(i % suites), RequestId = $"many-{i.ToString(CultureInfo.InvariantCulture)}" }, cancellationToken: cancellation)).Run.Id;
                lock (started)
                {
                    started.Add(run);
                }
            });
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"all started after {watch.Elapsed.TotalSeconds:0.0} s, {model.Stats.Requests} calls made by then"));
            while ((await Listed(assize, V1.RunStatus.Running)).Count > 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, CancellationToken.None);
            }

            var seconds = watch.Elapsed.TotalSeconds;
            var ended = await Listed(assize, V1.RunStatus.Completed);
            var took = ended.Select(run => (run.EndTime - run.StartTime).ToTimeSpan().TotalSeconds).Order().ToArray();
            if (ended.Count != runs || ended.Any(run => run.CasesDone != cases) || !ended.Select(run => run.Id).ToHashSet().SetEquals(started) || model.Stats.Requests != (long)suites * cases)
            {
                throw new InvalidOperationException($"{ended.Count} of {runs} runs ended, {model.Stats.Requests} calls for {suites * cases} prompts");
            }

            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"all ended after {seconds:0.0} s; a run took {took[took.Length / 2]:0.0} s in the middle, {took[^1]:0.0} s at most; {(assize.Usage.Cpu - cpu) * 1000 / runs:0.0} ms CPU a run; peak {assize.Usage.Peak:0} MB, {assize.Resident:0} MB at the end; {model.Stats.Requests} calls for {suites * cases} different prompts"));
            var list = Stopwatch.StartNew();
            await assize.Runs.ListRunsAsync(new V1.ListRunsRequest { PageSize = 50 });
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"a page of 50 runs over all suites: {list.Elapsed.TotalMilliseconds:0} ms"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return 0;
    }

    private static string Name(int suite) => $"suite-{suite.ToString(CultureInfo.InvariantCulture)}";

    private static async Task<List<V1.Run>> Listed(ServedAssize assize, V1.RunStatus status)
    {
        var found = new List<V1.Run>();
        var request = new V1.ListRunsRequest { Status = status, PageSize = 1000 };
        do
        {
            var page = await assize.Runs.ListRunsAsync(request);
            found.AddRange(page.Runs);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return found;
    }
}
