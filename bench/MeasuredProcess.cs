using System.Diagnostics;
using System.Globalization;

namespace Assize.Bench;

/// <summary>A whole process: how long it took, what it used, and what it printed.</summary>
internal sealed record MeasuredProcess(double WallSeconds, double CpuSeconds, double PeakMegabytes, string Output)
{
    /// <summary>Resident memory from start to end, at even distances.</summary>
    public required IReadOnlyList<double> Resident { get; init; }

    /// <summary>The most memory in each tenth of the time: flat when it does not grow with what has been done.</summary>
    public string Tenths => string.Join(' ', Enumerable.Range(0, 10).Select(i => Resident.Skip(i * Resident.Count / 10).Take(Math.Max(1, Resident.Count / 10)).Max().ToString("0", CultureInfo.InvariantCulture)));

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
        var resident = new List<double>();
        using var often = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!ended.IsCompleted)
        {
            (cpu, peak) = Usage(process.Id) ?? (cpu, peak);
            resident.AddRange(Rss(process.Id));
            await Task.WhenAny(ended, often.WaitForNextTickAsync().AsTask());
        }

        var wall = watch.Elapsed.TotalSeconds;
        return process.ExitCode == 0
            ? new MeasuredProcess(wall, cpu, peak, await output) { Resident = resident }
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

    /// <summary>Resident memory of a process in MB; nothing when it has ended.</summary>
    public static IEnumerable<double> Rss(int id)
    {
        try
        {
            return [.. File.ReadLines($"/proc/{id}/status").Where(line => line.StartsWith("VmRSS", StringComparison.Ordinal)).Select(line => Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) / 1024)];
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static double Parse(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
