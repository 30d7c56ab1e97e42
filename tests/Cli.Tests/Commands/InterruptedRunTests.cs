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

    [Theory]
    [InlineData("-INT")]
    [InlineData("-TERM")]
    public async Task ARunThatIsInterruptedWhileItsClusterStartsSaysThatNothingWasStarted(string signal)
    {
        var folder = Directory.CreateTempSubdirectory("assize-interrupted-").FullName;
        var data = Path.Combine(folder, "data");
        // The folder is made as the cluster starts, long before there is a run.
        var (code, error) = await Interrupted(signal, data, _ => Directory.Exists(data));

        Assert.True(code == 2, error);
        Assert.Contains("no run was started", error, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task ARunThatIsInterruptedJustAsItStartsIsCancelledOrWasNeverStarted()
    {
        var folder = Directory.CreateTempSubdirectory("assize-interrupted-").FullName;
        var data = Path.Combine(folder, "data");
        // The estimate is told right before the run is started.
        var (code, error) = await Interrupted("-INT", data, told => told.Contains("Estimate", StringComparison.Ordinal));
        var left = await AssizeProgram.Run("runs", "--data", data, "-o", "ndjson");

        Assert.True(code == 2, error);
        Assert.True(error.Contains("no run was started", StringComparison.Ordinal) ? left.Out.Length == 0 : error.Contains("The same command goes on from here", StringComparison.Ordinal), error + left.Out);
        Assert.DoesNotContain("RUNNING", left.Out, StringComparison.OrdinalIgnoreCase);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>A run against a slow model that gets a signal as soon as something is so.</summary>
    private static async Task<(int Code, string Error)> Interrupted(string signal, string data, Func<string, bool> ready)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        await using var model = await SimulatedModelServer.StartAsync(new SimulationOptions { LatencyMs = 500 }, 0, patience.Token);
        var environment = new Dictionary<string, string>
        {
            ["Models__judge__Provider"] = "openai", ["Models__judge__Model"] = "judge", ["Models__judge__Endpoint"] = model.BaseAddress.ToString(), ["Models__judge__Limits__Concurrency"] = "4",
        };
        using var run = AssizeProgram.Start(environment, ["run", AssizeProgram.SupportBot, "--data", data, "-o", "json"]);
        try
        {
            var told = new System.Text.StringBuilder();
            run.ErrorDataReceived += (_, line) =>
            {
                lock (told)
                {
                    told.AppendLine(line.Data);
                }
            };
            run.BeginErrorReadLine();
            var output = run.StandardOutput.ReadToEndAsync(patience.Token);
            using var often = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
            while (!run.HasExited && !ready(Told()))
            {
                await often.WaitForNextTickAsync(patience.Token);
            }

            using var interrupting = Process.Start("kill", [signal, run.Id.ToString(CultureInfo.InvariantCulture)]);
            await output;
            await run.WaitForExitAsync(patience.Token);
            return (run.ExitCode, Told());

            string Told()
            {
                lock (told)
                {
                    return told.ToString();
                }
            }
        }
        finally
        {
            if (!run.HasExited)
            {
                run.Kill(entireProcessTree: true);
            }
        }
    }
}
