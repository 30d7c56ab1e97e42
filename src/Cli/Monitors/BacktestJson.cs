using System.Text.Json.Nodes;
using Assize.Cli.Commands;
using Assize.Cli.Reports;
using Assize.Evaluation.Monitors;
using Assize.Gateway.Translation;

namespace Assize.Cli.Monitors;

/// <summary>What a backtest came to, as a program reads it: the API's own message, with the verdict of the exit code in a word and, of a recording, how much of it was looked at.</summary>
internal static class BacktestJson
{
    /// <summary>Of stored scores.</summary>
    public static string Of(string monitor, V1.BacktestMonitorResponse told) => Of(monitor, StoredBacktest.Code(told), told).ToJsonString();

    /// <summary>Of recorded traffic.</summary>
    /// <param name="code">The exit code.</param>
    /// <param name="stopped">Why not everything was judged; null where it was.</param>
    public static string Of(Backtest test, MonitorLedger ledger, int code, string? stopped)
    {
        var told = ledger.Watch.Baseline is null ? new V1.BacktestMonitorResponse() : ledger.ToProto([]);
        told.Scores = ledger.Watch.Scored;
        var json = Of(ledger.Spec.Definition.Name.Value, code, told);
        (json["recorded"], json["matched"], json["drawn"], json["unscored"]) = (test.Recorded, test.Seen, test.Drawn, ledger.Watch.UnscoredInAll());
        (json["watched"], json["hasBaseline"]) = (ledger.Watch.Watched, ledger.Watch.Baseline is not null);
        if (stopped is not null)
        {
            json["stopped"] = stopped;
        }

        return json.ToJsonString();
    }

    private static JsonObject Of(string monitor, int code, V1.BacktestMonitorResponse told)
    {
        var json = new JsonObject
        {
            ["monitor"] = monitor,
            ["verdict"] = code switch { ExitCode.Done => "no_alarm", ExitCode.GateFailed => "alarm", _ => "inconclusive" },
        };
        foreach (var (name, value) in JsonNode.Parse(MessageJson.Of(told))!.AsObject())
        {
            json[name] = value?.DeepClone();
        }

        return json;
    }
}
