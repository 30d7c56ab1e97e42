using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Assize.SimulatedModel;

namespace Assize.Cli.Tests.Commands;

public sealed class InterruptedRunTests
{
    [Theory]
    [InlineData("-INT")]
    [InlineData("-TERM")]
    public async Task ARunThatIsInterruptedWaitsForTheCallsInFlightAndTellsWhatAllOfThemCost(string signal)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        var folder = Directory.CreateTempSubdirectory("assize-interrupted-").FullName;
        // Longer than a cancelled run waits before it says that it has ended.
        await using var model = await SimulatedModelServer.StartAsync(new SimulationOptions { LatencyMs = 1500 }, 0, patience.Token);
        var environment = new Dictionary<string, string>
        {
            ["Models__judge__Provider"] = "openai", ["Models__judge__Model"] = "judge", ["Models__judge__Endpoint"] = model.BaseAddress.ToString(), ["Models__judge__Limits__Concurrency"] = "8",
        };
        using var run = AssizeProgram.Start(environment, ["run", AssizeProgram.SupportBot, "--data", Path.Combine(folder, "data"), "-o", "json"]);
        try
        {
            using var often = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
            while (!run.HasExited && model.Stats is not { Answered: > 0, InFlight: 8 })
            {
                await often.WaitForNextTickAsync(patience.Token);
            }

            using var interrupting = Process.Start("kill", [signal, run.Id.ToString(CultureInfo.InvariantCulture)]);
            var output = run.StandardOutput.ReadToEndAsync(patience.Token);
            var error = await run.StandardError.ReadToEndAsync(patience.Token);
            await run.WaitForExitAsync(patience.Token);

            Assert.True(run.ExitCode == 2, error);
            Assert.Contains("The same command goes on from here", error, StringComparison.Ordinal);
            var report = JsonElement.Parse(await output);
            Assert.Equal("Cancelled", report.GetProperty("status").GetString());
            Assert.Equal((0, 0), (report.GetProperty("unsettled").GetInt32(), model.Stats.InFlight));
            Assert.Equal(model.Stats.Answered, report.GetProperty("usage")[0].GetProperty("completions").GetInt64());
        }
        finally
        {
            if (!run.HasExited)
            {
                run.Kill(entireProcessTree: true);
            }

            Directory.Delete(folder, recursive: true);
        }
    }
}
