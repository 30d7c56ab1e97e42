using System.Collections.Immutable;
using Assize.Evaluation.Statistics;

namespace Assize.Cli.Reports;

/// <summary>One line of a plot: a dot for the value, a whisker for the interval, and the numbers in words beside it.</summary>
/// <param name="Label">What is drawn.</param>
/// <param name="Sign">The sign before the label that says in one look what the interval allows; null for none.</param>
internal sealed record PlotRow(string Label, Tone? Sign, Estimate Estimate, Reading Reading, string Symbol)
{
    /// <summary>What the estimate is divided by before it is drawn, so that lines with different scales share an axis.</summary>
    public double Width { get; init; } = 1;

    /// <summary>A remark in small print after the label.</summary>
    public string? Remark { get; init; }

    /// <summary>The sentence below the line; null for none.</summary>
    public string? Sentence { get; init; }

    /// <summary>Whether the line is the one that sums the others up.</summary>
    public bool Whole { get; init; }
}

/// <summary>Dots and whiskers above one axis.</summary>
internal static class IntervalPlot
{
    private const int Middle = 13;

    /// <param name="caption">What the axis counts.</param>
    /// <param name="sides">Who is better to the left and to the right of zero; null where the axis has no sides.</param>
    /// <param name="factor">What a tick is multiplied by before it is printed.</param>
    public static Html Of(Axis axis, ImmutableArray<PlotRow> rows, string caption, double factor = 1, string symbol = "", bool signed = false, (string Left, string Right)? sides = null) => $"""
        <ul class="plot{(rows.Any(row => row.Sentence is not null) ? " told" : "")}">
        {rows.Select(row => Row(axis, row, caption))}<li class="row axis" aria-hidden="true"><span class="line"><svg width="100%" height="22">{axis.Ticks.Select(tick => Tick(axis, tick, factor, symbol, signed))}</svg></span><span class="num"></span><span class="say">{Side(sides?.Left, "← ", "")}<span class="unit">{caption}</span>{Side(sides?.Right, "", " →")}</span></li>
        </ul>

        """;

    private static Html Row(Axis axis, PlotRow row, string caption) => $"""
        <li class="row{(row.Whole ? " whole" : "")}"><span class="who">{Sign(row.Sign)}<span><bdi>{row.Label}</bdi> {Remark(row)}</span></span><span class="line">{Line(axis, row, caption)}</span>{Numbers(row)}{Sentence(row)}</li>

        """;

    /// <summary>The sign of a tone, with its words for those who hear the page.</summary>
    public static Html Sign(Tone? tone) => tone is { } known
        ? $"""<span class="sign {Class(known)}" title="{Finding.Words(known)}"><span aria-hidden="true">{Finding.Sign(known)}</span><span class="heard">{Finding.Words(known)}: </span></span>"""
        : Html.Empty;

    public static string Class(Tone tone) => tone switch
    {
        Tone.Better => "better",
        Tone.Worse => "worse",
        Tone.NotShown => "same",
        _ => "unknown",
    };

    private static Html Side(string? who, string before, string after) => who is null ? Html.Empty : $"""<span>{before}<bdi>{who}</bdi> better{after}</span>""";

    private static Html Remark(PlotRow row) => row.Remark is null ? Html.Empty : $"""<small>{row.Remark}</small>""";

    private static Html Sentence(PlotRow row) => row.Sentence is null ? Html.Empty : $"""<span class="say">{row.Sentence}</span>""";

    private static Html Numbers(PlotRow row)
    {
        var (value, interval, why) = (row.Reading.Value, row.Reading.Interval, row.Reading.Why);
        if (row.Reading.Value == Figures.None)
        {
            return $"""<span class="num"><b>—</b> <span class="why">{why}</span></span>""";
        }

        Html beside = row.Reading.Low is null ? (Html)$"""<span class="why">no interval: {why}</span>""" : $"""<span class="ends">{interval}</span>""";
        return $"""<span class="num"><b>{value}{row.Symbol}</b> {beside}</span>""";
    }

    private static Html Line(Axis axis, PlotRow row, string caption)
    {
        var estimate = row.Estimate;
        var words = row.Reading switch
        {
            { Value: Figures.None } => $"{row.Label}: no value, {row.Reading.Why}",
            { Low: null } => $"{row.Label}: {row.Reading.Value}{row.Symbol}, no interval: {row.Reading.Why}",
            _ => $"{row.Label}: {row.Reading.Value}{row.Symbol}, 95 % interval {row.Reading.Interval}{row.Symbol}",
        };
        var marks = estimate.Value is { } value
            ? Marks(axis, row, value / row.Width, estimate.Low / row.Width, estimate.High / row.Width)
            : Html.Empty;
        return $"""<svg role="img" width="100%" height="26"><title>{words}</title><desc>The dot is the value, the line its 95 % interval; axis: {caption}.</desc>{axis.Ticks.Select(tick => Grid(axis, tick))}{marks}</svg>""";
    }

    private static Html Marks(Axis axis, PlotRow row, double value, double? low, double? high)
    {
        var tone = row.Sign is { } known ? Class(known) : "plain";
        return $"""<g class="mark {tone}">{(low is { } from && high is { } to ? Whisker(axis, from, to) : Html.Empty)}<circle cx="{axis.Place(value)}" cy="{Middle}" r="{(row.Whole ? 6 : 5)}"/></g>""";
    }

    private static Html Whisker(Axis axis, double low, double high) => $"""
        <line x1="{axis.Place(low)}" x2="{axis.Place(high)}" y1="{Middle}" y2="{Middle}"/>{End(axis, low, "M6 -5L0 0L6 5")}{End(axis, high, "M-6 -5L0 0L-6 5")}
        """;

    // An end outside the axis is an arrow and not a cap: the interval goes on.
    private static Html End(Axis axis, double end, string arrow) => axis.Beyond(end)
        ? (Html)$"""<svg x="{axis.Place(end)}" y="{Middle}"><path d="{arrow}"/></svg>"""
        : $"""<line x1="{axis.Place(end)}" x2="{axis.Place(end)}" y1="{Middle - 5}" y2="{Middle + 5}"/>""";

    private static Html Grid(Axis axis, double tick) =>
        $"""<line class="{(axis.Anchor == tick ? "anchor" : "grid")}" x1="{axis.Place(tick)}" x2="{axis.Place(tick)}" y1="0" y2="100%"/>""";

    private static Html Tick(Axis axis, double tick, double factor, string symbol, bool signed)
    {
        var unit = new Unit(factor, axis.Decimals(factor), symbol, "", "");
        return $"""<text x="{axis.Place(tick)}" y="15">{(signed ? unit.Signed(tick) : unit.Print(tick))}{symbol}</text>""";
    }
}
