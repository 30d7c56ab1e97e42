using Assize.Bench;

return args switch
{
    ["loop", var cases, var model, var concurrency, var results] => await PlainLoop.Run(cases, new Uri(model), Number(concurrency), results),
    ["throughput", ..] => await Throughput.Run(args),
    _ => Usage(),
};

static int Number(string text) => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

static int Usage()
{
    Console.Error.WriteLine("""
        Usage: dotnet run -c Release --project bench -- throughput [--cases 20000] [--latency 200] [--concurrency 512] [--pairs 3] [--program FILE]
        Runs a suite of generated cases through `assize run` on a fresh data folder and through a plain HttpClient loop,
        in turn against one simulated model, and prints throughput, CPU, peak memory and stored bytes of each.
        --program names a published assize; without it the one built beside the benchmark is measured. What the environment sets for .NET holds for it.
        """);
    return 3;
}
