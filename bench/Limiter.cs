using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Assize.Evaluation;
using Assize.Evaluation.Models;
using Assize.Evaluation.Suites;
using Assize.Grains;
using Assize.Grains.Models;
using Assize.Silo.Models;
using Assize.SimulatedModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;

namespace Assize.Bench;

/// <summary>The limiter on four real silos in this process, against simulated models over HTTP: what the models saw, and who got how much.</summary>
internal static class Limiter
{
    private static readonly Scenario[] Scenarios =
    [
        new("declared", new() { LatencyMs = 200, RequestsPerMinute = 3000 }, new() { ["RequestsPerMinute"] = "3000", ["Concurrency"] = "64" }),
        new("slow", new() { LatencyMs = 200, RequestsPerMinute = 60 }, new() { ["RequestsPerMinute"] = "60" }),
        new("fast", new() { LatencyMs = 50 }, new() { ["RequestsPerMinute"] = "30000", ["Concurrency"] = "200" }),
        new("tokens", new() { LatencyMs = 200 }, new() { ["TokensPerMinute"] = "100000", ["Concurrency"] = "64" }),
        new("learned", new() { LatencyMs = 200, RequestsPerMinute = 600 }, []),
        new("busy", new() { LatencyMs = 200, LatencySpread = 0.5, Concurrency = 40 }, []),
    ];

    private static IModels models = null!;

    public static async Task<int> Run(string[] args)
    {
        var seconds = args.Number("--seconds", 150);
        var chosen = Scenarios.Where(one => (args.Word("--only") ?? one.Name).Split(',').Contains(one.Name)).ToArray();
        var servers = new Dictionary<string, SimulatedModelServer>();
        var settings = new Dictionary<string, string?>();
        foreach (var scenario in chosen)
        {
            servers[scenario.Name] = await SimulatedModelServer.StartAsync(scenario.Server, 0, CancellationToken.None);
            settings[$"Models:{scenario.Name}:Provider"] = "simulated";
            settings[$"Models:{scenario.Name}:Model"] = "simulated-1";
            settings[$"Models:{scenario.Name}:Endpoint"] = servers[scenario.Name].BaseAddress.ToString();
            foreach (var (name, value) in scenario.Limits)
            {
                settings[$"Models:{scenario.Name}:Limits:{name}"] = value;
            }
        }

        models = DeclaredModels.From(new ConfigurationBuilder().AddInMemoryCollection(settings).Build().GetSection("Models"), TimeProvider.System);
        var builder = new TestClusterBuilder(4);
        builder.AddSiloBuilderConfigurator<Silo>();
        builder.AddClientBuilderConfigurator<Client>();
        await using var cluster = builder.Build();
        await cluster.DeployAsync();
        Console.WriteLine($"4 silos, {Environment.ProcessorCount} cores, {seconds} s; two runs: 300 callers from the start, 60 from 20 s on");
        Console.WriteLine("model     completions  lost  requests/completion  of limit  most in a minute  second run's share");
        var crowds = chosen.Select(scenario => new Crowd(scenario, cluster.Client, servers[scenario.Name], TimeSpan.FromSeconds(seconds))).ToArray();
        await Task.WhenAll(crowds.Select(crowd => crowd.Work()));
        foreach (var crowd in crowds)
        {
            crowd.Tell();
        }

        await cluster.StopAllSilosAsync();
        foreach (var server in servers.Values)
        {
            await server.DisposeAsync();
        }

        return 0;
    }

    private sealed record Scenario(string Name, SimulationOptions Server, Dictionary<string, string> Limits);

    /// <summary>Callers that ask one question after the other.</summary>
    private sealed class Crowd(Scenario scenario, IGrainFactory grains, SimulatedModelServer server, TimeSpan time)
    {
        private static readonly TimeSpan Later = TimeSpan.FromSeconds(20);

        private readonly ConcurrentBag<(string Run, double At, bool Lost)> ended = [];
        private readonly long started = Stopwatch.GetTimestamp();
        private SimulationStats stats = null!;
        private ImmutableArray<SimulationTenth> log;
        private EndpointStatus status = null!;
        private int asked;

        public async Task Work()
        {
            var callers = Task.WhenAll(Enumerable.Range(0, 300).Select(_ => Ask("first", TimeSpan.Zero))
                .Concat(Enumerable.Range(0, 60).Select(_ => Ask("second", Later))));
            await Task.Delay(time, TimeProvider.System);
            status = await grains.Endpoint(new ModelName(scenario.Name)).Status();
            (stats, log) = (server.Stats, server.Log);
            await Task.WhenAny(callers, Task.Delay(TimeSpan.FromSeconds(20), TimeProvider.System));
        }

        public void Tell()
        {
            var perMinute = scenario.Limits.GetValueOrDefault("RequestsPerMinute") ?? scenario.Limits.GetValueOrDefault("TokensPerMinute")
                ?? scenario.Server.RequestsPerMinute?.ToString(CultureInfo.InvariantCulture);
            Func<SimulationTenth, double> amount = scenario.Limits.ContainsKey("TokensPerMinute") ? tenth => tenth.Tokens : tenth => tenth.Accepted;
            var within = ended.Where(one => one.At < time.TotalSeconds).ToArray();
            var shared = within.Where(one => one.At > Later.TotalSeconds + 5).ToArray();
            var (used, most) = perMinute is null ? ("-", "-") : (
                Percent(log.Sum(amount) / (double.Parse(perMinute, CultureInfo.InvariantCulture) * time.TotalMinutes)),
                Percent(Most(amount) / double.Parse(perMinute, CultureInfo.InvariantCulture)));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{scenario.Name,-9} {within.Length,11} {ended.Count(one => one.Lost),5} {(double)stats.Requests / stats.Answered,20:0.000} {used,9} {most,17} {Percent(shared.Count(one => one.Run == "second") / (double)Math.Max(1, shared.Length)),19}"));
            Console.WriteLine($"          {stats.Limited} limited, {stats.MaxInFlight} most in flight, bearable {status.Bearable}, learned {status.LearnedPerMinute:0}/min, waits for {status.Why}");
        }

        private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.0} %");

        private double Most(Func<SimulationTenth, double> amount)
        {
            var (most, sum, first) = (0.0, 0.0, 0);
            foreach (var tenth in log)
            {
                sum += amount(tenth);
                while (tenth.At - log[first].At > 59.95)
                {
                    sum -= amount(log[first++]);
                }

                most = Math.Max(most, sum);
            }

            return most;
        }

        private async Task Ask(string run, TimeSpan after)
        {
            await Task.Delay(after, TimeProvider.System);
            var model = models.Find(new ModelName(scenario.Name))!;
            while (Stopwatch.GetElapsedTime(started) < time)
            {
                var number = Interlocked.Increment(ref asked).ToString(CultureInfo.InvariantCulture);
                var prompt = new Prompt { Model = model.Card.Name, Messages = [new Message(Role.User, $"{scenario.Name} {number}: {GeneratedCases.Of(asked).Answer}")] };
                var request = new CompletionRequest { Tenant = TenantName.Default, Run = new RunId(run), Prompt = prompt, Payer = number };
                var answer = await grains.Completion(CompletionRequest.KeyOf(TenantName.Default, model.Card, prompt)).Ask(request, CancellationToken.None);
                ended.Add((run, Stopwatch.GetElapsedTime(started).TotalSeconds, answer.Completion is Completion.Failed));
            }
        }
    }

    private sealed class Silo : ISiloConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder)
        {
            siloBuilder.AddMemoryGrainStorageAsDefault();
            siloBuilder.AddGrains();
            siloBuilder.UseInMemoryReminderService();
            siloBuilder.Services.AddSingleton(TimeProvider.System);
            siloBuilder.Services.AddSingleton(models);
            siloBuilder.Services.AddSingleton(new Evaluation.Judges.InstallationSecret(new byte[32]));
            siloBuilder.Services.AddSingleton(new Grains.Runs.RunOptions());
        }
    }

    private sealed class Client : IClientBuilderConfigurator
    {
        public void Configure(IConfiguration configuration, IClientBuilder clientBuilder) => clientBuilder.Services.AddWire();
    }
}
