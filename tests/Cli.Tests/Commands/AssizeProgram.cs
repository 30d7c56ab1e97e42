using System.Diagnostics;

namespace Assize.Cli.Tests.Commands;

/// <summary>What a run of the program left behind.</summary>
internal sealed record Ended(int Code, string Out, string Error);

/// <summary>The program as a person starts it: a process of its own.</summary>
internal static class AssizeProgram
{
    public static string Root { get; } = FindRoot();

    public static string SupportBot => Path.Combine(Root, "samples", "support-bot", "suite.yaml");

    /// <summary>A folder of the recordings that lie beside the repository; null where they are not.</summary>
    public static string? Shared(string path)
    {
        for (var above = new DirectoryInfo(AppContext.BaseDirectory); above is not null; above = above.Parent)
        {
            if (Path.Combine(above.FullName, "shared", path) is var found && Directory.Exists(found))
            {
                return found;
            }
        }

        return null;
    }

    public static async Task<Ended> Run(IReadOnlyDictionary<string, string> environment, params IEnumerable<string> arguments)
    {
        using var process = Start(environment, arguments);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var error = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return new Ended(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    public static Task<Ended> Run(params IEnumerable<string> arguments) => Run(new Dictionary<string, string>(), arguments);

    public static Process Start(IReadOnlyDictionary<string, string> environment, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(Root, "artifacts", "bin", "Cli", Build(), "assize"), arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    private static string Build() => new DirectoryInfo(AppContext.BaseDirectory).Name;

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Directory.Build.props")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("The program's folder is not above the tests.");
        }

        return folder.FullName;
    }
}
