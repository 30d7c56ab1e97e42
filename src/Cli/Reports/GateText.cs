using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Assize.Evaluation;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Statistics;

namespace Assize.Cli.Reports;

/// <summary>A release gate as sentences, and as JSON.</summary>
internal static class GateText
{
    public static IEnumerable<string> Lines(Report report, ImmutableArray<GateLine> lines, CandidateName a, CandidateName b)
    {
        yield return $"Is {Legible.Of(b.Value)} at least as good as {Legible.Of(a.Value)}? Run {report.Run}{(report.Simulated ? " (simulated)" : "")}";
        foreach (var line in lines)
        {
            yield return $"  {Sentence(line)}";
        }

        if (!Complete(report))
        {
            yield return "  The run is not complete; this is what is known so far.";
        }
    }

    public static JsonObject Json(Report report, ImmutableArray<GateLine> lines, CandidateName a, CandidateName b, GateVerdict verdict) => new()
    {
        ["run"] = report.Run.Value,
        ["baseline"] = a.Value,
        ["candidate"] = b.Value,
        ["verdict"] = verdict.ToString(),
        ["complete"] = Complete(report),
        ["simulated"] = report.Simulated,
        ["criteria"] = new JsonArray([.. lines.Select(Json)]),
    };

    private static JsonObject Json(GateLine line)
    {
        var json = new JsonObject
        {
            ["judge"] = line.Judge.Value,
            ["criterion"] = line.Criterion?.Value,
            ["verdict"] = line.Gate.Verdict.ToString(),
            ["difference"] = line.Difference,
            ["lower"] = line.Gate.Lower,
            ["upper"] = line.Gate.Upper,
            ["margin"] = line.Margin,
            ["cases"] = line.Pairs,
            ["needed"] = line.Gate.Needed,
            ["worseWithinMargin"] = line.Gate.WorseWithinMargin,
            ["missing"] = line.Missing,
            ["worst"] = line.Bounds?.Worst,
            ["best"] = line.Bounds?.Best,
            ["fragile"] = line.Fragile,
        };
        foreach (var absent in json.Where(one => one.Value is null).Select(one => one.Key).ToArray())
        {
            json.Remove(absent);
        }

        return json;
    }

    private static string Sentence(GateLine line)
    {
        var unit = Unit.Of(line.Scale);
        var (what, of) = line.Criterion is null ? ("win rate less one half", "comparison") : ("difference", "case");
        // With as many digits as show on which side of the margin a bound lies.
        var bounds = line is { Difference: { } value, Gate: { Lower: { } low, Upper: { } high } }
            ? unit.Read(new Estimate(value, low, high, ""), -line.Margin, signed: true)
            : null;
        var found = bounds is not null
            ? $"{what} {bounds.Value}{unit.GapSymbol}, one-sided 95 % bounds {bounds.Low} and {bounds.High}"
            : line.Difference is { } only ? $"{what} {unit.Signed(only)}{unit.GapSymbol}, no interval" : $"no {what}: {line.Undefined ?? "nothing was paired"}";
        var more = line.Gate.Needed is { } needed ? $"; about {Figures.Plural(needed, of, of + "s")} would decide" : line.Gate.WorseWithinMargin ? "; worse, but within the margin" : "";
        return $"{Legible.Of(line.Name)}: {line.Gate.Verdict.ToString().ToUpperInvariant()}  {found}, margin {unit.PrintWhole(line.Margin)}{unit.GapSymbol}, {Figures.Plural(line.Pairs, of, of + "s")}{more}{Missing(line, unit, of)}";
    }

    // What lacks a value is in no bound: it is said how far it could have moved the difference.
    private static string Missing(GateLine line, Unit unit, string of)
    {
        if (line is not { Bounds: { } bounds } || (line.Missing == 0 && bounds.Worst == bounds.Best))
        {
            return "";
        }

        var who = line.Missing > 0 ? $"{Figures.Plural(line.Missing, of, of + "s")} more {(line.Missing == 1 ? "lacks" : "lack")} a value" : "some turns lack a value";
        return $"; {who}: with {(line.Missing == 1 ? "it" : "them")} the difference lies between {unit.Signed(bounds.Worst)} and {unit.Signed(bounds.Best)}{unit.GapSymbol}{(line.Fragile ? ", and could be beyond the margin" : "")}";
    }

    private static bool Complete(Report report) => report.Status is not RunStatus.Running && report.CasesDone == report.Cases;
}
