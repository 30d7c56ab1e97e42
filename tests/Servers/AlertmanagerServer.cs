using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Assize.Servers;

/// <summary>Debian's <c>prometheus-alertmanager</c> with the project's own routes.</summary>
/// <param name="webhooks">Where every receiver posts what it gets, each to a path of its own name, and in haste; null leaves receivers without anybody behind them.</param>
public sealed class AlertmanagerServer(Uri? webhooks) : ServerProcess
{
    private readonly HttpClient http = new();

    protected override (string Program, string[] Arguments) Command
    {
        get
        {
            Configure();
            return ("prometheus-alertmanager",
            [
                "--config.file", Path.Combine(Folder, "alertmanager.yml"), "--storage.path", Path.Combine(Folder, "data"), "--log.level", "warn",
                "--web.listen-address", $"127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}", "--cluster.listen-address=",
            ]);
        }
    }

    /// <summary>A running server; the test is skipped where there is none to run.</summary>
    public static async Task<AlertmanagerServer> Started(CancellationToken cancellation, Uri? webhooks = null)
    {
        Programs.Need("prometheus-alertmanager", "Debian's package prometheus-alertmanager (test.sh installs it when it may)");
        var server = new AlertmanagerServer(webhooks);
        await server.Start(cancellation);
        return server;
    }

    /// <summary>The alerts that have arrived, each with the receivers it goes to and whether a larger one makes it superfluous.</summary>
    public async Task<IReadOnlyList<(string Name, string Receiver, bool Inhibited)>> Alerts(CancellationToken cancellation)
    {
        using var alerts = JsonDocument.Parse(await http.GetStringAsync(new Uri($"http://127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}/api/v2/alerts"), cancellation));
        return [.. alerts.RootElement.EnumerateArray().Select(alert => (
            alert.GetProperty("labels").GetProperty("alertname").GetString()!,
            string.Join(' ', alert.GetProperty("receivers").EnumerateArray().Select(receiver => receiver.GetProperty("name").GetString())),
            alert.GetProperty("status").GetProperty("inhibitedBy").GetArrayLength() > 0))];
    }

    private void Configure()
    {
        var configuration = File.ReadAllText(Path.Combine(Programs.Root, "deploy", "prometheus", "alertmanager.yml"));
        if (webhooks is not null)
        {
            configuration = Regex.Replace(configuration, @"^(\s*group_(?:wait|interval):) \d+[sm]$", "$1 1s", RegexOptions.Multiline | RegexOptions.CultureInvariant);
            configuration = Regex.Replace(configuration, @"^  - name: (\S+)$", $"  - name: $1\n    webhook_configs:\n      - url: {webhooks}$1", RegexOptions.Multiline | RegexOptions.CultureInvariant);
        }

        File.WriteAllText(Path.Combine(Folder, "alertmanager.yml"), configuration);
    }
}
