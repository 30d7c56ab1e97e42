using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Assize.Servers;

namespace Assize.Deployment.Tests;

/// <summary>What <c>kubectl kustomize</c> makes of a folder.</summary>
internal static class Kustomize
{
    private static readonly ConcurrentDictionary<string, Lazy<string>> Built = new(StringComparer.Ordinal);

    private static readonly Lazy<bool> KnowsComponents = new(() =>
    {
        using var version = JsonDocument.Parse(Output("kubectl", ["version", "--client", "--output", "json"]));
        return version.RootElement.TryGetProperty("kustomizeVersion", out _);
    });

    /// <summary>The YAML of a folder of the project; the test is skipped where there is no kubectl to build it.</summary>
    public static string Build(string folder)
    {
        Programs.Need("kubectl", "Kubernetes' package kubectl (test.sh installs it when it may)");
        Programs.NeedThat(KnowsComponents.Value, "kubectl is too old: 1.27 and later build these manifests");
        return Built.GetOrAdd(folder, path => new Lazy<string>(() => Output("kubectl", ["kustomize", Path.Combine(Programs.Root, path)]))).Value;
    }

    /// <summary>What a program writes, when it ends well.</summary>
    public static string Output(string program, string[] arguments, string input = "")
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Programs.Root };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        // It is given minutes: it may run beside other tests, on what they leave of the processor.
        if (!process.WaitForExit(TimeSpan.FromMinutes(10)))
        {
            process.Kill(entireProcessTree: true);
        }

        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with code {process.ExitCode}: {errors.GetAwaiter().GetResult()}");
        return output.GetAwaiter().GetResult();
    }
}
