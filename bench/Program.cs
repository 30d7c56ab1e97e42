using Assize.Bench;

return args switch
{
    ["loop", var cases, var model, var concurrency, var results] => await PlainLoop.Run(cases, new Uri(model), Number(concurrency), results),
    ["cluster", ..] => await ClusterThroughput.Run(args),
    ["throughput", ..] => await Throughput.Run(args),
    ["grid", ..] => await ShardGrid.Run(args),
    ["many", ..] => await ManyRuns.Run(args),
    ["limiter", ..] => await Limiter.Run(args),
    ["drift", ..] => Drift.Run(args),
    ["monitors", ..] => Monitors.Run(args),
    ["shipped", ..] => await Shipped.Run(args),
    ["many-monitors", ..] => await ManyMonitors.Run(args),
    ["ingest", ..] => await Ingest.Run(args),
    _ => Usage(),
};

static int Number(string text) => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

static int Usage()
{
    Console.Error.WriteLine("""
        Usage: dotnet run -c Release --project bench -- throughput [--cases 20000] [--latency 200] [--concurrency 512] [--pairs 3] [--no-loop] [--setting NAME=VALUE] [--program FILE]
        Runs a suite of generated cases through `assize run` on a fresh data folder and through a plain HttpClient loop,
        in turn against one simulated model, and prints throughput, CPU, peak memory and stored bytes of each.
               dotnet run -c Release --project bench -- cluster [--silos 1,2,4] [--state redis|azure] [--cases 20000] [--latency 200] [--per-silo 128] [--program FILE]
        Runs the same suite through silo processes and a gateway on Redis, for each number of silos, and prints throughput against the first's and the CPU of each part.

               dotnet run -c Release --project bench -- grid [--shard 32,64,128,256,512] [--save 100,250,1000] [--cases 20000] [--latency 0] [--concurrency 512] [--program FILE]
        Runs one job with different numbers of cases a shard and different distances between saves.
               dotnet run -c Release --project bench -- many [--runs 1000] [--suites 100] [--cases 10] [--latency 200] [--program FILE]
        Starts many small runs at once in one process and waits for all: the slowest against the middle one, CPU, memory, and whether every prompt was asked once.

               dotnet run -c Release --project bench -- limiter [--seconds 150] [--only NAME]
        Lets two unequal crowds of callers work on four silos of one cluster against simulated models with limits, and prints from the models' own logs
        how far a limit was exceeded in any minute, how much of it was used, requests per completion, what was lost, and how the two shared.

               dotnet run -c Release --project bench -- drift [--runs 600] [--delays 2000] [--only NAME]
        Holds the default drift detector against the laws, shifts and goals of drift_acceptance.json, and prints what one score costs.

               dotnet run -c Release --project bench -- monitors [--months 400] [--delays 400] [--only NAME]
        Sends simulated months of interactions through monitors, from the sampler to the alarm book, and holds false alarms, delays and verdicts against the goals.

               dotnet run -c Release --project bench -- shipped [--months 20] [--delays 20] [--verdicts 20] [--baseline 500] [--longest 6000] [--only NAME]
        The same through a cluster on a calendar that is turned: interactions in over gRPC, a model over HTTP that judges, alarms out over gRPC, each monitor beside a ledger that
        gets the same scores; ends where the two differ in a bit.

               dotnet run -c Release --project bench -- many-monitors [--monitors 10000] [--rate 5000] [--seconds 60]
        Holds so many monitors in memory and gives them so many scores a second, a batch of ten to one monitor after another: the share of a core that the detectors take.

               dotnet run -c Release --project bench -- ingest [--seconds 180] [--slow 30] [--streams 2] [--batch 500] [--unkept] [--program FILE]
        Streams interactions of 1 KB to one process, sampled at 1 %, first with a quick judge and then with one of two calls at once that take two seconds each:
        interactions/s, CPU of both sides, memory after a minute and at the end, and what was thinned. With --unkept texts may not rest in storage.

        --program names a published assize; without it the one built beside the benchmark is measured. What the environment sets for .NET holds for it.
        """);
    return 3;
}
