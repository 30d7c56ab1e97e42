using System.Globalization;
using Assize.Evaluation.Runs;

namespace Assize.Cli.Reports;

/// <summary>The cases in which two candidates differ most, each with the command that shows its judgements.</summary>
internal static class ChangeSection
{
    private const int Seen = 10;

    public static Html Of(Report report)
    {
        var labels = new Labels(report);
        return report.Changes.IsEmpty
            ? Html.Empty
            : $"""
            <section id="changes"><h2>Largest changes</h2>
            <p class="small">A negative shift means that the second candidate did worse. The command shows what was answered and judged.</p>
            {Table(report, labels, report.Changes.Take(Seen), "Cases with the largest shift")}{(report.Changes.Length > Seen ? More(report, labels) : Html.Empty)}
            </section>

            """;
    }

    /// <summary>A case's value as it was given, without digits that say nothing.</summary>
    public static string Value(double value) => Figures.Number(value, 3) is var text && text.Contains('.', StringComparison.Ordinal) ? text.TrimEnd('0').TrimEnd('.') : text;

    private static Html More(Report report, Labels labels) => $"""
        <details><summary>{Figures.Count(report.Changes.Length - Seen)} more</summary>{Table(report, labels, report.Changes.Skip(Seen), "Further cases by shift")}</details>
        """;

    private static Html Table(Report report, Labels labels, IEnumerable<Change> changes, string caption) => $"""
        <div class="scroll" role="region" tabindex="0" aria-label="{caption}"><table class="changes">
        <caption>{caption}</caption>
        <thead><tr><th scope="col">case</th><th scope="col">criterion</th><th scope="col">from</th><th scope="col">to</th><th scope="col" class="n">shift of the scale</th><th scope="col">judgements</th></tr></thead>
        <tbody>{changes.Select(change => Row(report, labels, change))}</tbody></table></div>

        """;

    private static Html Row(Report report, Labels labels, Change change) => $"""
        <tr><th scope="row"><bdi>{change.Case.Value}</bdi></th><td><bdi>{labels.Of(change.Judge, change.Criterion)}</bdi></td><td><bdi>{change.A.Value}</bdi> <b>{Value(change.ValueA)}</b></td><td><bdi>{change.B.Value}</bdi> <b>{Value(change.ValueB)}</b></td><td class="n">{Bar(change)}{Percent(change.Shift)}</td><td><code class="copy" dir="ltr">{Labels.Command(report.Run, change.Case)}</code></td></tr>

        """;

    private static Html Bar(Change change)
    {
        var half = Math.Min(Math.Abs(change.Shift), 1) * 50;
        var from = change.Shift < 0 ? 50 - half : 50;
        return $"""<svg class="shift" width="60" height="12" aria-hidden="true"><line class="axle" x1="50%" x2="50%" y1="0" y2="12"/><rect class="{(change.Shift < 0 ? "loss" : "win")}" x="{Place(from)}" width="{Place(half)}" y="2" height="8"/></svg> """;
    }

    private static string Place(double percent) => percent.ToString("0.#", CultureInfo.InvariantCulture) + "%";

    private static string Percent(double shift) => new Unit(100, 0, " %", "", "").Signed(shift) + " %";
}
