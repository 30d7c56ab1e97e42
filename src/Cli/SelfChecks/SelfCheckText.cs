using System.Globalization;
using System.Text.Json.Nodes;
using Assize.Cli.Reports;
using Assize.Evaluation.SelfChecks;

namespace Assize.Cli.SelfChecks;

/// <summary>A self-check as a table of characters, and as JSON.</summary>
internal static class SelfCheckText
{
    public static string Headline(SelfCheckFindings findings) => findings.Holds switch
    {
        true => "The instrument is right: it keeps every promise that was tried.",
        false => $"The instrument is wrong, or a rare chance: {Figures.Plural(findings.Claims.Count(claim => !claim.Holds), "promise is", "promises are")} not kept.",
        null => "Nothing could be tried.",
    };

    public static string Method(SelfCheckFindings findings) =>
        $"{findings.Of}, each set split by hash {Figures.Count(findings.Check.Splits)} times with the same scores on both sides, seed {Number(findings.Check.Seed)}. With another seed one of these {Figures.Count(findings.Claims.Length)} promises would seem broken by chance alone in {Figures.Share(findings.ByChance)} of the times, at most.";

    public static IEnumerable<string> Lines(SelfCheckFindings findings)
    {
        yield return Headline(findings);
        if (!findings.Claims.IsEmpty)
        {
            yield return Method(findings);
        }

        foreach (var set in findings.Claims.GroupBy(claim => claim.Set))
        {
            yield return $"{set.Key}:";
            foreach (var claim in set)
            {
                yield return $"  {(claim.Holds ? "ok  " : "FAIL")}  {claim.Method}: {claim.Promise}. {Observed(claim)}, {Allowed(claim)}";
            }
        }

        foreach (var set in findings.PassedOver)
        {
            yield return $"Passed over: {set}";
        }
    }

    public static string Observed(Claim claim) => claim.Histogram.IsEmpty ? Figures.Share(claim.Observed) : $"KS {Figures.P(claim.Observed)}";

    public static string Allowed(Claim claim) => !claim.Histogram.IsEmpty ? $"at least {Number(claim.Low)}" : claim.Low > 0 ? $"from {Figures.Share(claim.Low)} to {Figures.Share(claim.High)}" : $"at most {Figures.Share(claim.High)}";

    public static JsonObject Json(SelfCheckFindings findings) => new()
    {
        ["of"] = findings.Of,
        ["seed"] = findings.Check.Seed,
        ["splits"] = findings.Check.Splits,
        ["holds"] = findings.Holds,
        ["byChance"] = findings.ByChance,
        ["claims"] = new JsonArray([.. findings.Claims.Select(claim => new JsonObject
        {
            ["set"] = claim.Set,
            ["method"] = claim.Method,
            ["promise"] = claim.Promise,
            ["tries"] = claim.Tries,
            ["observed"] = claim.Observed,
            ["low"] = claim.Low,
            ["high"] = claim.High,
            ["holds"] = claim.Holds,
            ["histogram"] = claim.Histogram.IsEmpty ? null : new JsonArray([.. claim.Histogram.Select(count => JsonValue.Create(count))]),
        })]),
        ["passedOver"] = new JsonArray([.. findings.PassedOver.Select(set => JsonValue.Create(set))]),
    };

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);
}
