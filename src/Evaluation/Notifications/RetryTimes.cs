using System.Globalization;

namespace Assize.Evaluation.Notifications;

/// <summary>How long a channel that does not answer is offered a notification: wait = first · 2^(failures − 1), at most the longest.</summary>
/// <param name="First">Before the second attempt.</param>
/// <param name="Longest">Between two attempts, at most.</param>
/// <param name="GiveUpAfter">After this a failed attempt is the last one.</param>
public sealed record RetryTimes(TimeSpan First, TimeSpan Longest, TimeSpan GiveUpAfter)
{
    /// <summary>The time until it is given up, for a person.</summary>
    public string Words => GiveUpAfter.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{GiveUpAfter.TotalHours:0.#} h")
        : string.Create(CultureInfo.InvariantCulture, $"{GiveUpAfter.TotalSeconds:0} s");

    /// <param name="failures">Attempts that failed, from 1.</param>
    public TimeSpan After(int failures)
    {
        var wait = First * Math.Pow(2, Math.Min(failures - 1, 30));
        return wait < Longest ? wait : Longest;
    }
}
