using Assize.Evaluation.Models;
using Assize.Evaluation.Runs;

namespace Assize.Cli.Reports;

/// <summary>Where the numbers come from, and how to read them.</summary>
internal static class ProvenanceSection
{
    public static Html Of(Report report)
    {
        var from = report.Provenance;
        return $"""
            <section id="provenance"><h2>Where these numbers come from</h2>
            <dl class="facts"><div><dt>suite</dt><dd><bdi>{from.Suite.Value}</bdi></dd></div><div><dt>version</dt><dd><code title="{from.Version.Value}">{from.Version.Short}</code></dd></div><div><dt>seed</dt><dd>{from.Seed}</dd></div><div><dt>program</dt><dd>Assize <bdi>{from.Program}</bdi></dd></div><div><dt>started</dt><dd>{Figures.Time(from.Started)}</dd></div><div><dt>ended</dt><dd>{(from.Ended is { } ended ? Figures.Time(ended) : "— not yet")}</dd></div></dl>
            <div class="cards tables">
            <div class="scroll" role="region" tabindex="0" aria-label="Candidates"><table><caption>Candidates</caption><thead><tr><th scope="col">candidate</th><th scope="col">answers from</th></tr></thead><tbody>{from.Candidates.Select(Candidate)}</tbody></table></div>
            <div class="scroll" role="region" tabindex="0" aria-label="Judges"><table><caption>Judges</caption><thead><tr><th scope="col">judge</th><th scope="col">kind</th><th scope="col">fingerprint</th><th scope="col">models</th></tr></thead><tbody>{from.Judges.Select(Judge)}</tbody></table></div>
            </div>
            {(from.Models.IsEmpty ? Html.Empty : Models(report))}
            </section>

            """;
    }

    public static Html Reading => $"""
        <section id="reading"><h2>How to read this page</h2>
        <details><summary>What the words mean</summary><dl class="words">
        <dt>95 % interval</dt><dd>The values that the data leave plausible. If the same number of cases were drawn again and again, 95 of 100 such intervals would hold the true value.</dd>
        <dt>▲ better, ▼ worse</dt><dd>The whole interval lies on one side of no difference, and the test agrees (p below 0.05).</dd>
        <dt>○ no difference shown</dt><dd>The interval holds “no difference”. That is not proof of equality: the interval says how large a difference is still possible.</dd>
        <dt>cluster</dt><dd>Cases that belong together, such as turns of one conversation. They are not independent, and the intervals allow for it.</dd>
        <dt>design effect</dt><dd>How many times larger the variance is because of clusters; 1 means they cost nothing.</dd>
        <dt>unscored</dt><dd>A trial without a value, with the reason. It is never counted as zero; where there are any, “unscored as worst to best” says how far they could move the number.</dd>
        <dt>inconsistent</dt><dd>A comparison whose winner changed when the order of the two responses was turned around; it counts half for each.</dd>
        <dt>p</dt><dd>How often chance alone would bring a difference at least as large, if there were none.</dd>
        </dl></details></section>

        """;

    private static Html Candidate(CandidateLine line) => $"""
        <tr><th scope="row"><bdi>{line.Name.Value}</bdi></th><td>{(line.Model is { } model ? "model " + model.Value : "recorded answers")}</td></tr>
        """;

    private static Html Judge(JudgeLine line) => $"""
        <tr><th scope="row"><bdi>{line.Name.Value}</bdi></th><td>{line.Kind}</td><td><code title="{line.Fingerprint}">{Figures.Short(line.Fingerprint)}</code></td><td><bdi>{(line.Models.IsEmpty ? "none" : string.Join(", ", line.Models))}</bdi></td></tr>
        """;

    private static Html Models(Report report) => $"""
        <div class="scroll" role="region" tabindex="0" aria-label="Models"><table><caption>Models</caption><thead><tr><th scope="col">model</th><th scope="col">provider</th><th scope="col">name there</th><th scope="col">reported as</th><th scope="col">fingerprint</th><th scope="col" class="n">price in / out per million tokens</th></tr></thead><tbody>{report.Provenance.Models.Select(card => Model(report, card))}</tbody></table></div>
        """;

    private static Html Model(Report report, ModelCard card)
    {
        var reported = report.Usage.Where(line => line.Model == card.Name).SelectMany(line => line.Reported)
            .Select(pair => $"{pair.Key} ({Figures.Count(pair.Value)})");
        var names = string.Join(", ", reported);
        Html price = card is { InputPrice: 0, OutputPrice: 0 } ? (Html)$"""— <span class="why">none declared</span>""" : $"{Price(card.InputPrice)} / {Price(card.OutputPrice)}";
        return $"""
            <tr><th scope="row"><bdi>{card.Name.Value}</bdi></th><td>{card.Provider}</td><td><bdi>{card.Model}</bdi></td><td>{(names.Length == 0 ? "— nothing reported" : names)}</td><td><code title="{card.Fingerprint}">{Figures.Short(card.Fingerprint)}</code></td><td class="n">{price}</td></tr>
            """;
    }

    private static string Price(decimal price) => price.ToString("0.00####", System.Globalization.CultureInfo.InvariantCulture);
}
