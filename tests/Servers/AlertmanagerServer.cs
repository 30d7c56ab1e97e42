using System.Globalization;
using System.Text.Json;

namespace Assize.Servers;

/// <summary>Debian's <c>prometheus-alertmanager</c> with the project's own routes.</summary>
public sealed class AlertmanagerServer : ServerProcess
{
    private readonly HttpClient http = new();

    protected override (string Program, string[] Arguments) Command => ("prometheus-alertmanager",
    [
        "--config.file", Path.Combine(Programs.Root, "deploy", "prometheus", "alertmanager.yml"), "--storage.path", Path.Combine(Folder, "data"), "--log.level", "warn",
        "--web.listen-address", $"127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}", "--cluster.listen-address=",
    ]);

    /// <summary>A running server; the test is skipped where there is none to run.</summary>
    public static async Task<AlertmanagerServer> Started(CancellationToken cancellation)
    {
        Programs.Need("prometheus-alertmanager", "Debian's package prometheus-alertmanager (test.sh installs it when it may)");
        var server = new AlertmanagerServer();
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
}
