using Assize.Evaluation;
using Assize.Evaluation.Budgets;
using Assize.Evaluation.Models;
using Assize.Evaluation.Runs;

namespace Assize.Cli.Reports;

/// <summary>What the run cost, by model, and what of it bought nothing.</summary>
internal static class UsageSection
{
    public static Html Of(Report report) => report.Usage.IsEmpty
        ? Html.Empty
        : $"""
        <section id="cost"><h2>Cost</h2>
        <p>{Sentence(report)}</p>
        {Budgets(report).Select(Paragraph)}
        <div class="scroll" role="region" tabindex="0" aria-label="Usage by model"><table>
        <caption>Usage by model; money in the unit in which the prices were declared</caption>
        <thead><tr><th scope="col">model</th><th scope="col" class="n">completions paid</th><th scope="col" class="n">reused</th><th scope="col" class="n">failed attempts</th><th scope="col" class="n">input tokens</th><th scope="col" class="n">output tokens</th><th scope="col" class="n">cost</th><th scope="col" class="n">of it failed</th></tr></thead>
        <tbody>{report.Usage.Select(line => Line(report, line))}</tbody>{(report.Usage.Length > 1 ? Sum(report) : Html.Empty)}</table></div>
        </section>

        """;

    /// <summary>Each budget that bound the run, and how much of it is spent, in a sentence.</summary>
    public static IEnumerable<string> Budgets(Report report) => report.Budgets.Select(line =>
    {
        var budget = new Budget { Amount = line.Amount, Per = line.Per };
        var told = Legible.Of(line.Purse.Told(budget));
        return $"{char.ToUpperInvariant(told[0])}{told[1..]}: {Figures.Money(line.SpentMicros)} spent ({Figures.Share(line.SpentMicros, budget.Micros)}){(line.Warning ? $", past the warning at {Figures.Share(line.WarnAt)}" : "")}.";
    });

    public static Usage Total(Report report) => report.Usage.Aggregate(Usage.None, (sum, line) => sum + line.Usage);

    /// <summary>Completions, money and waste of the whole run in one sentence.</summary>
    public static string Sentence(Report report)
    {
        var (total, failed) = (Total(report), Failed(report));
        var paid = report.Usage.Sum(line => line.Completions);
        var reused = report.Usage.Sum(line => line.Reused);
        var attempts = report.Usage.Sum(line => line.FailedAttempts);
        var money = report.Usage.All(line => !Priced(report, line)) ? "no price was declared" : $"cost {Figures.Money(total.CostMicros)}";
        var wasted = attempts == 0 ? "no attempt failed" : $"{Figures.Plural(attempts, "attempt", "attempts")} failed and took {Wasted(failed, total)} of the {(total.CostMicros > 0 ? "cost" : "tokens")}";
        return $"{Figures.Plural(paid, "completion", "completions")} paid, {Figures.Count(reused)} reused; {Figures.Tokens(total)}; {money}{Estimated(report, total)}; {wasted}.";
    }

    /// <summary>How much of it nobody counted.</summary>
    private static string Estimated(Report report, Usage all) => report.Usage.Aggregate((Uncounted?)null, (sum, line) => Uncounted.Of(sum, line.Uncounted)) is not { } uncounted
        ? ""
        : $" ({(all.CostMicros > 0 ? $"{Figures.Money(uncounted.Usage.CostMicros)} of it" : $"{Figures.Share(uncounted.Usage.InputTokens + uncounted.Usage.OutputTokens, all.InputTokens + all.OutputTokens)} of the tokens")} estimated, for {Figures.Plural(uncounted.Completions, "completion", "completions")} of which the provider did not say what {(uncounted.Completions == 1 ? "it" : "they")} took)";

    private static Usage Failed(Report report) => report.Usage.Aggregate(Usage.None, (sum, line) => sum + line.FailedUsage);

    // Free models waste tokens too.
    private static string Wasted(Usage failed, Usage all) => all.CostMicros > 0
        ? Figures.Share(failed.CostMicros, all.CostMicros)
        : Figures.Share(failed.InputTokens + failed.OutputTokens, all.InputTokens + all.OutputTokens);

    private static bool Priced(Report report, UsageLine line) => line.Usage.CostMicros > 0 || Card(report, line.Model) is { InputPrice: > 0 } or { OutputPrice: > 0 };

    private static ModelCard? Card(Report report, ModelName name) => report.Provenance.Models.FirstOrDefault(card => card.Name == name);

    private static Html Line(Report report, UsageLine line)
    {
        Html cost = Priced(report, line) ? (Html)$"<b>{Figures.Money(line.Usage.CostMicros)}</b>" : $"""— <span class="why">no price declared</span>""";
        return $"""
            <tr><th scope="row"><bdi>{line.Model.Value}</bdi>{(Card(report, line.Model)?.Simulated == true ? Mark() : Html.Empty)}</th>{Counts(line.Completions, line.Reused, line.FailedAttempts, line.Usage)}<td class="n">{cost}</td><td class="n">{Wasted(line.FailedUsage, line.Usage)}</td></tr>

            """;
    }

    private static Html Paragraph(string text) => $"""<p>{text}</p>""";

    private static Html Mark() => $""" <small class="mark">simulated</small>""";

    private static Html Counts(long completions, long reused, long failed, Usage usage) => $"""
        <td class="n">{Figures.Count(completions)}</td><td class="n">{Figures.Count(reused)}</td><td class="n">{Figures.Count(failed)}</td><td class="n">{Figures.Count(usage.InputTokens)}</td><td class="n">{Figures.Count(usage.OutputTokens)}</td>
        """;

    private static Html Sum(Report report)
    {
        var total = Total(report);
        return $"""
            <tfoot><tr><th scope="row">all models</th>{Counts(report.Usage.Sum(line => line.Completions), report.Usage.Sum(line => line.Reused), report.Usage.Sum(line => line.FailedAttempts), total)}<td class="n"><b>{(total.CostMicros > 0 ? Figures.Money(total.CostMicros) : Figures.None)}</b></td><td class="n">{Wasted(Failed(report), total)}</td></tr></tfoot>
            """;
    }
}
