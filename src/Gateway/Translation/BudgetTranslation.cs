using System.Globalization;
using Assize.Evaluation;
using Assize.Evaluation.Budgets;
using Assize.Evaluation.Models;

namespace Assize.Gateway.Translation;

/// <summary>Budgets and estimates between the API's messages and the domain.</summary>
public static class BudgetTranslation
{
    public static V1.Budget ToProto(this Budget budget) => new() { Amount = Written(budget.Amount), WarnAt = budget.WarnAt };

    /// <summary>The budget a caller gives; throws what is wrong with it.</summary>
    public static Budget ToDomain(this V1.Budget budget)
    {
        if (!decimal.TryParse(budget.Amount, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount))
        {
            throw new EvaluationException([new Mistake($"'{budget.Amount}' is no amount of money.", "Write a decimal number in the unit of the prices, as in 5.00.") { Field = "budget.amount" }]);
        }

        var given = new Budget { Amount = amount };
        given = budget.WarnAt == 0 ? given : given with { WarnAt = budget.WarnAt };
        return given.Check("budget") is { IsEmpty: false } mistakes ? throw new EvaluationException(mistakes) : given;
    }

    public static V1.BudgetLine ToProto(this BudgetLine line) => new()
    {
        Purse = line.Purse.Value,
        Amount = Written(line.Amount),
        Per = (V1.BudgetPeriod)((int)line.Per + 1),
        WarnAt = line.WarnAt,
        SpentMicros = line.SpentMicros,
        ReservedMicros = line.ReservedMicros,
        Warning = line.Warning,
    };

    public static BudgetLine ToDomain(this V1.BudgetLine line) => new()
    {
        Purse = new(line.Purse),
        Amount = decimal.Parse(line.Amount, CultureInfo.InvariantCulture),
        Per = line.Per is V1.BudgetPeriod.Unspecified || !Enum.IsDefined((Period)((int)line.Per - 1))
            ? throw new InvalidOperationException($"the server sent a period this program does not know: {line.Per}")
            : (Period)((int)line.Per - 1),
        WarnAt = line.WarnAt,
        SpentMicros = line.SpentMicros,
        ReservedMicros = line.ReservedMicros,
        Warning = line.Warning,
    };

    /// <summary>An estimate over all cases, with the budgets it has to do with.</summary>
    public static V1.RunEstimate ToProto(RunEstimate estimate, long cases, ModelCards cards, IEnumerable<BudgetLine> budgets)
    {
        var (low, expected, high) = estimate.Cost(cards);
        var message = new V1.RunEstimate { Cases = cases, Rehearsed = estimate.Rehearsed, LowMicros = low, ExpectedMicros = expected, HighMicros = high };
        foreach (var (model, one) in estimate.Models)
        {
            message.Models.Add(new V1.ModelEstimate
            {
                Model = model.Value,
                Calls = (long)Math.Round(one.Calls),
                InputTokens = (long)Math.Round(one.Expected.Input),
                OutputTokens = (long)Math.Round(one.Expected.Output),
                ExpectedMicros = cards.Find(model) is { } card ? one.Expected.Micros(card) : 0,
            });
        }

        foreach (var line in budgets)
        {
            message.Budgets.Add(line.ToProto());
            var budget = new Budget { Amount = line.Amount, Per = line.Per, WarnAt = line.WarnAt };
            var left = budget.Micros - line.SpentMicros - line.ReservedMicros;
            if (estimate.Expected(cards, line.Purse) > left)
            {
                message.Exceeds.Add(line.SpentMicros + line.ReservedMicros == 0 ? line.Purse.Told(budget)
                    : string.Create(CultureInfo.InvariantCulture, $"what is left of {line.Purse.Told(budget)} ({Math.Max(0, left) / 1e6m:0.00####})"));
            }
        }

        return message;
    }

    private static string Written(decimal amount) => amount.ToString(CultureInfo.InvariantCulture);
}
