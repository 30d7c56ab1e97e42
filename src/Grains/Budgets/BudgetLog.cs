using System.Globalization;
using Assize.Evaluation.Budgets;
using Microsoft.Extensions.Logging;

namespace Assize.Grains.Budgets;

/// <summary>What purses say in the log: once when a budget's warning is reached, once when it is spent.</summary>
internal static partial class BudgetLog
{
    public static void Tell(ILogger log, string whose, Budget budget, long before, long after)
    {
        if (before < budget.Micros && after >= budget.Micros)
        {
            Spent(log, whose);
        }
        else if (!budget.Warns(before) && budget.Warns(after))
        {
            Nearly(log, whose, (after / (double)budget.Micros).ToString("P0", CultureInfo.InvariantCulture));
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "{Budget}: {Share} is spent")]
    private static partial void Nearly(ILogger log, string budget, string share);

    [LoggerMessage(2, LogLevel.Warning, "{Budget} is spent")]
    private static partial void Spent(ILogger log, string budget);

    [LoggerMessage(3, LogLevel.Warning, "What monitors spent could not be told to purse {Purse}, and will be told again: {Why}")]
    public static partial void NotTold(ILogger log, string purse, string why);
}
