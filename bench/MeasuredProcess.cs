using System.Diagnostics;
using System.Globalization;

namespace Assize.Bench;

/// <summary>A whole process: how long it took, what it used, and what it printed.</summary>
internal sealed record MeasuredProcess(double WallSeconds, double CpuSeconds, double PeakMegabytes, string Output)
{
    public static async Task<MeasuredProcess> Run(string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        var watch = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        var ended = process.WaitForExitAsync();
        double cpu = 0, peak = 0;
        using var often = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!ended.IsCompleted)
        {
            (cpu, peak) = Usage(process.Id) ?? (cpu, peak);
            await Task.WhenAny(ended, often.WaitForNextTickAsync().AsTask());
        }

        var wall = watch.Elapsed.TotalSeconds;
        return process.ExitCode == 0
            ? new MeasuredProcess(wall, cpu, peak, await output)
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {await errors}");
    }

    /// <summary>CPU seconds and peak memory of a living process, from the kernel.</summary>
    public static (double Cpu, double Peak)? Usage(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            var peak = File.ReadLines($"/proc/{id}/status").First(line => line.StartsWith("VmHWM", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
            // Clock ticks are hundredths of a second on Linux.
            return ((Parse(fields[11]) + Parse(fields[12])) / 100, Parse(peak) / 1024);
        }
        catch (Exception gone) when (gone is IOException or InvalidOperationException or IndexOutOfRangeException)
        {
            return null;
        }
    }

    private static double Parse(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
