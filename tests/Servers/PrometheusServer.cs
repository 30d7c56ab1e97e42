using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Assize.Servers;

/// <summary>Debian's <c>prometheus</c> with the project's own configuration and rules, reading processes on this machine every second.</summary>
public sealed class PrometheusServer(Uri target, AlertmanagerServer? alertmanager) : ServerProcess
{
    private readonly HttpClient http = new();

    protected override (string Program, string[] Arguments) Command
    {
        get
        {
            Configure();
            return ("prometheus",
            [
                // It finds its Alertmanager after seconds, and would tell it a minute later what was raised before.
                "--rules.alert.resend-delay", "1s",
                "--config.file", Path.Combine(Folder, "prometheus.yml"), "--storage.tsdb.path", Path.Combine(Folder, "data"), "--log.level", "warn",
                "--web.listen-address", $"127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}",
            ]);
        }
    }

    /// <summary>A running server; the test is skipped where there is none to run.</summary>
    public static async Task<PrometheusServer> Started(Uri target, AlertmanagerServer? alertmanager, CancellationToken cancellation)
    {
        Programs.Need("prometheus", "Debian's package prometheus (test.sh installs it when it may)");
        var server = new PrometheusServer(target, alertmanager);
        await server.Start(cancellation);
        // It takes connections before it answers questions.
        using var often = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await server.IsReady(cancellation))
        {
            await often.WaitForNextTickAsync(cancellation);
        }

        return server;
    }

    /// <summary>What an instant query answers: the labels and the value of each series.</summary>
    public async Task<IReadOnlyList<(IReadOnlyDictionary<string, string> Labels, double Value)>> Query(string expression, CancellationToken cancellation)
    {
        using var response = await http.GetAsync(
            new Uri($"http://127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}/api/v1/query?query={Uri.EscapeDataString(expression)}"), cancellation);
        using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellation));
        var root = answer.RootElement;
        if (root.GetProperty("status").GetString() != "success")
        {
            throw new InvalidOperationException($"{expression}: {root.GetProperty("error").GetString()}");
        }

        return [.. root.GetProperty("data").GetProperty("result").EnumerateArray().Select(series => (
            (IReadOnlyDictionary<string, string>)series.GetProperty("metric").EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString()!),
            double.TryParse(series.GetProperty("value")[1].GetString(), CultureInfo.InvariantCulture, out var value) ? value : double.NaN))];
    }

    private async Task<bool> IsReady(CancellationToken cancellation)
    {
        using var response = await http.GetAsync(new Uri($"http://127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}/-/ready"), cancellation);
        return response.IsSuccessStatusCode;
    }

    /// <summary>The project's files, with a test's addresses and a test's haste.</summary>
    private void Configure()
    {
        var source = Path.Combine(Programs.Root, "deploy", "prometheus");
        var configuration = File.ReadAllText(Path.Combine(source, "prometheus.yml"))
            .Replace("127.0.0.1:7101", target.Authority, StringComparison.Ordinal)
            .Replace("127.0.0.1:9093", $"127.0.0.1:{(alertmanager?.Port ?? 9).ToString(CultureInfo.InvariantCulture)}", StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(Folder, "prometheus.yml"), Hastened(configuration));
        Directory.CreateDirectory(Path.Combine(Folder, "rules"));
        foreach (var rules in Directory.EnumerateFiles(Path.Combine(source, "rules")))
        {
            File.WriteAllText(Path.Combine(Folder, "rules", Path.GetFileName(rules)), Hastened(File.ReadAllText(rules)));
        }
    }

    private static string Hastened(string yaml) => Regex.Replace(yaml, @"^(\s*(?:scrape_interval|scrape_timeout|evaluation_interval|interval|for|keep_firing_for):) \d+[sm]$", "$1 1s", RegexOptions.Multiline | RegexOptions.CultureInvariant);
}
