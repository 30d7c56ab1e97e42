using System.Diagnostics;
using System.Globalization;

namespace Assize.Cli.Tests.Commands;

/// <summary>The demonstration as it comes out of a fresh clone: one process, nothing installed.</summary>
public sealed class DemoCommandTests
{
    [Fact]
    public async Task TheDemonstrationNamesTheSliceTheTimeAndTheProductAndThenTheJudge()
    {
        // What a judge says hangs on the installation's secret, and a verdict is wrong now and then: the same secret and seed give the same performance.
        var secret = Path.Combine(Directory.CreateTempSubdirectory("assize-demo-").FullName, "secret");
        await File.WriteAllTextAsync(secret, new string('d', 32), TestContext.Current.CancellationToken);
        var ended = await AssizeProgram.Run(new Dictionary<string, string> { ["Secret__File"] = secret }, "demo", "drift", "--speed", "20", "--seed", "3");
        Directory.Delete(Path.GetDirectoryName(secret)!, recursive: true);

        Assert.True(ended.Code == 0, $"{ended.Out}{ended.Error}");
        var (first, second) = (ended.Out.IndexOf(": quality dropped", StringComparison.Ordinal), ended.Out.IndexOf("and it becomes lenient.", StringComparison.Ordinal));
        Assert.InRange(first, 1, second);
        Assert.Matches(": quality dropped from \\d\\.\\d\\d to \\d\\.\\d\\d since \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d\\.\nMost of it is language=de: ", ended.Out[first..second]);
        Assert.Contains("Judge or product: the product (judge ", ended.Out[first..second], StringComparison.Ordinal);
        Assert.Matches("ALARM \\d+: (quality rose|the judge is more lenient)", ended.Out[second..]);
        Assert.Contains("Judge or product: the judge (judge +0.", ended.Out[second..], StringComparison.Ordinal);
        Assert.Contains("▁", ended.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", ended.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhateverHasAClusterOfItsOwnEndsWhenItIsInterrupted()
    {
        using var demo = AssizeProgram.Start(new Dictionary<string, string>(), ["demo", "drift", "--speed", "0.1"]);
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            patience.CancelAfter(TimeSpan.FromSeconds(60));
            while (await demo.StandardOutput.ReadLineAsync(patience.Token) is { } line && !line.Contains("Traffic of two applications begins", StringComparison.Ordinal))
            {
            }

            using var interrupting = Process.Start("kill", ["-INT", demo.Id.ToString(CultureInfo.InvariantCulture)]);
            await demo.WaitForExitAsync(patience.Token);

            Assert.Equal((2, "assize: Cancelled."), (demo.ExitCode, (await demo.StandardError.ReadToEndAsync(patience.Token)).Trim()));
        }
        finally
        {
            if (!demo.HasExited)
            {
                demo.Kill(entireProcessTree: true);
            }
        }
    }

    [Fact]
    public async Task AClustersJudgeHasToBeKnownToBeMadeLenient()
    {
        var ended = await AssizeProgram.Run("demo", "drift", "--gateway", "http://127.0.0.1:1", "--speed", "2");

        Assert.Equal(3, ended.Code);
        Assert.Contains("--judge", ended.Error, StringComparison.Ordinal);
    }
}
