using System.Diagnostics;

namespace Assize.Cluster.Tests;

/// <summary>A command of <c>assize</c>, as a person types it.</summary>
internal static class AssizeCommand
{
    /// <summary>What it writes; a command that fails fails the test with what it said.</summary>
    public static async Task<string> Output(string[] arguments, CancellationToken cancellation)
    {
        using var process = Process.Start(new ProcessStartInfo(AssizeProcess.Program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        var output = await process.StandardOutput.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        Assert.True(process.ExitCode == 0, await errors);
        return output;
    }
}
