using System.Diagnostics;
using System.Globalization;
using Assize.SimulatedModel;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Assize.Bench;

/// <summary>Streams interactions of 1 KB to one process on this machine, first with a quick judge and then with one that takes two seconds and two calls at once.</summary>
internal static class Ingest
{
    private const double Sampled = 0.01;

    public static async Task<int> Run(string[] args)
    {
        var program = Array.IndexOf(args, "--program") is >= 0 and var at ? Path.GetFullPath(args[at + 1]) : Path.Combine(AppContext.BaseDirectory, "assize");
        var (seconds, slowly, streams, batch) = (args.Number("--seconds", 180), args.Number("--slow", 30), args.Number("--streams", 2), args.Number("--batch", 500));
        var folder = Directory.CreateTempSubdirectory("assize-bench-").FullName;
        try
        {
            await using var quick = await SimulatedModelServer.StartAsync(new SimulationOptions { LatencyMs = 50, TrackBodies = false }, 0, CancellationToken.None);
            await using var slow = await SimulatedModelServer.StartAsync(new SimulationOptions { LatencyMs = 2000, TrackBodies = false }, 0, CancellationToken.None);
            await using var assize = await ServedAssize.Up(program, folder, new Dictionary<string, string>
            {
                ["Models__quick__Provider"] = "simulated", ["Models__quick__Model"] = "simulated-1", ["Models__quick__Endpoint"] = quick.BaseAddress.ToString(),
                ["Models__slow__Provider"] = "simulated", ["Models__slow__Model"] = "simulated-1", ["Models__slow__Endpoint"] = slow.BaseAddress.ToString(),
                ["Models__slow__Limits__Concurrency"] = "2",
                ["Traffic__KeepText"] = "true",
            });
            Console.WriteLine(FormattableString.Invariant($"{Turn(0, 0).CalculateSize()} bytes an interaction, {streams} streams of batches of {batch}, sampled at {Sampled:0%}, {Environment.ProcessorCount} cores"));
            Console.WriteLine("phase  interactions/s  server us/interaction  client us/interaction  MB after 1 min  MB at the end  peak MB");
            var keep = !args.Contains("--unkept");
            await Phase(assize, "quick", seconds, streams, batch, keep);
            await Phase(assize, "slow", slowly, streams, batch, keep);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return 0;
    }

    private static async Task Phase(ServedAssize assize, string judge, int seconds, int streams, int batch, bool keep)
    {
        await assize.Monitors.CreateMonitorAsync(new V1.CreateMonitorRequest
        {
            Definition = new V1.MonitorDefinition
            {
                Name = judge,
                From = new V1.TrafficFilter { Applications = { judge } },
                Sampler = new V1.SamplerSettings { Rate = Sampled },
                Judge = new V1.Judge { Name = "quality", Score = new V1.ScoreJudge { Model = judge, Criteria = { new V1.Criterion { Name = "quality", Question = "Does the answer help?", Scale = new V1.Scale { Min = 1, Max = 10 } } } } },
                Slices = { "language" },
                KeepText = keep,
            },
        });
        using var self = Process.GetCurrentProcess();
        var (serverBefore, clientBefore, watch) = (assize.Usage.Cpu, self.TotalProcessorTime, Stopwatch.StartNew());
        var early = double.NaN;
        using var minute = new Timer(_ => early = assize.Resident, null, TimeSpan.FromSeconds(Math.Min(60, seconds / 3)), Timeout.InfiniteTimeSpan);
        var sent = (await Task.WhenAll(Enumerable.Range(0, streams).Select(stream => Task.Run(() => Send(assize, judge, stream, batch, TimeSpan.FromSeconds(seconds)))))).Sum();
        watch.Stop();
        self.Refresh();
        var (server, client) = ((assize.Usage.Cpu - serverBefore) * 1e6 / sent, (self.TotalProcessorTime - clientBefore).TotalMicroseconds / sent);
        Console.WriteLine(FormattableString.Invariant($"{judge,-5}  {sent / watch.Elapsed.TotalSeconds,14:0}  {server,21:0.0}  {client,21:0.0}  {early,14:0}  {assize.Resident,13:0}  {assize.Usage.Peak,7:0}"));
        var counts = (await assize.Monitors.GetMonitorAsync(new V1.GetMonitorRequest { Monitor = judge })).Monitor.Counts;
        Console.WriteLine(FormattableString.Invariant($"       {sent} sent and acknowledged, {counts.Seen} seen, {counts.Expected:0} expected, {counts.Drawn} drawn, {counts.Thinned} thinned, {counts.Pending} pending, {counts.Scored} scored, {counts.Unscored.Values.Sum()} unscored"));
        await assize.Monitors.PauseMonitorAsync(new V1.PauseMonitorRequest { Monitor = judge });
    }

    /// <summary>Sends for so long, and returns how many were acknowledged: all that were sent.</summary>
    private static async Task<long> Send(ServedAssize assize, string application, int stream, int batch, TimeSpan time)
    {
        using var call = assize.Traffic.Observe();
        var acknowledged = 0L;
        var reading = Task.Run(async () =>
        {
            await foreach (var answer in call.ResponseStream.ReadAllAsync())
            {
                acknowledged += answer.Accepted;
            }
        });
        var request = new V1.ObserveRequest { Interactions = { Enumerable.Range(0, batch).Select(i => Turn(stream, i)) } };
        var (watch, number) = (Stopwatch.StartNew(), 0L);
        foreach (var turn in request.Interactions)
        {
            turn.Application = application;
        }

        while (watch.Elapsed < time)
        {
            request.Sequence++;
            foreach (var turn in request.Interactions)
            {
                turn.Id = string.Create(CultureInfo.InvariantCulture, $"{application}-{stream}-{number++}");
            }

            await call.RequestStream.WriteAsync(request);
        }

        await call.RequestStream.CompleteAsync();
        await reading;
        return acknowledged == number ? number : throw new InvalidOperationException($"{acknowledged} of {number} were accepted");
    }

    private static V1.Interaction Turn(int stream, int i)
    {
        var (question, answer) = GeneratedCases.Of(i);
        var turn = new V1.Interaction
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"shop-{stream}-{i:000000000}"),
            Application = "shop",
            Time = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow()),
            Model = "assistant-1",
            Messages = { new V1.Message { Role = V1.Role.User, Content = question } },
            Response = answer,
            Properties = { ["language"] = i % 2 == 0 ? "de" : "en" },
            LatencyMs = 412,
        };
        // What a kilobyte lacks is said again.
        turn.Response = answer + answer[..Math.Clamp(1024 - turn.CalculateSize(), 0, answer.Length)];
        return turn;
    }
}
