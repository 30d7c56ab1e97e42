using System.CommandLine;
using Assize.Evaluation;
using Assize.Silo;
using Assize.SimulatedModel;

namespace Assize.Cli.Commands;

/// <summary><c>assize simulate-model</c>: the project's own model server, with knobs for everything a provider can do wrong.</summary>
internal static class SimulateModelCommand
{
    private static readonly Option<int> Port = new("--port") { Description = "The loopback port; 0 takes a free one", DefaultValueFactory = _ => 0 };

    private static readonly Option<string[]> Knobs = new("--set")
    {
        Description = $"A knob, as in --set LatencyMs=200 (repeatable): {string.Join(", ", typeof(SimulationOptions).GetProperties().Where(property => property.CanWrite).Select(property => property.Name))}",
    };

    public static Command Make()
    {
        var command = new Command("simulate-model", "Serve a simulated OpenAI-compatible model over HTTP").With(Port, Knobs);
        command.SetAction((parsed, cancellation) => Errors.Guard(async () =>
        {
            var settings = new ConfigurationBuilder().AddCommandLine([.. (parsed.GetValue(Knobs) ?? []).Select(knob => $"--{knob}")]).Build();
            var mistakes = new List<Mistake>();
            var options = settings.Declared<SimulationOptions>(mistakes) ?? throw new EvaluationException([.. mistakes]);
            var port = parsed.GetValue(Port);
            if (port is not (>= 0 and <= 65_535))
            {
                mistakes.Add(new Mistake($"{port} is no port: there are 0 to 65535.") { Field = "--port" });
            }

            mistakes.AddRange(options.Check().Select(wrong => new Mistake(wrong) { Field = "--set" }));
            if (mistakes.Count > 0)
            {
                throw new EvaluationException([.. mistakes]);
            }

            await using var server = await Started(options, port, cancellation);
            Console.Out.WriteLine($"Simulated model at {server.BaseAddress}");
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
            }
            catch (OperationCanceledException)
            {
                Console.Out.WriteLine(server.Stats);
            }

            return ExitCode.Done;
        }));
        return command;
    }

    private static async Task<SimulatedModelServer> Started(SimulationOptions options, int port, CancellationToken cancellation)
    {
        try
        {
            return await SimulatedModelServer.StartAsync(options, port, cancellation);
        }
        catch (IOException taken) when (taken.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            throw new InfrastructureException(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Another program listens on port {port}."), "Stop it, or choose another port with --port; 0 takes a free one.");
        }
    }
}
