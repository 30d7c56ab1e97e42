namespace Assize.Cli.Reports;

/// <summary>What a run is expected to take, in a line or two.</summary>
internal static class EstimateText
{
    public static IEnumerable<string> Of(V1.RunEstimate estimate)
    {
        var (calls, input, output) = (estimate.Models.Sum(model => model.Calls), estimate.Models.Sum(model => model.InputTokens), estimate.Models.Sum(model => model.OutputTokens));
        if (calls == 0)
        {
            yield return "Estimate: no model is asked, and nothing is paid.";
            yield break;
        }

        var money = estimate.HighMicros == 0
            ? "no price is declared"
            : $"cost {Figures.Money(estimate.ExpectedMicros)} ({Figures.Money(estimate.LowMicros)} to {Figures.Money(estimate.HighMicros)})";
        yield return $"Estimate: {Figures.Plural(calls, "call", "calls")}, {Figures.Count(input)} tokens in, {Figures.Count(output)} out; {money}; less where replies are paid for already.";
        foreach (var exceeded in estimate.Exceeds)
        {
            yield return Terminal.Clean($"That is more than {exceeded}: the run is likely to end before all of its {Figures.Plural(estimate.Cases, "case is", "cases are")} judged.");
        }
    }
}
