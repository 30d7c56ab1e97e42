using System.Collections.Immutable;
using Assize.Evaluation.Models;

namespace Assize.Evaluation.Runs;

/// <summary>What calls cost: paid completions and failed attempts are billed, completions paid for before are not.</summary>
internal static class UsageSum
{
    public static UsageLine Of(Call call) => new()
    {
        Model = call.Model,
        Reported = call.Reported is { } name
            ? ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal).Add(name, 1)
            : ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal),
        Completions = call is { Failed: null, Paid: true } ? 1 : 0,
        Reused = call is { Failed: null, Paid: false } ? 1 : 0,
        FailedAttempts = call.FailedAttempts,
        Usage = call.Usage + call.FailedUsage,
        FailedUsage = call.FailedUsage,
        Uncounted = call.Estimated is { } estimated ? new Uncounted(1, estimated) : null,
    };

    public static UsageLine Of(UsageLine a, UsageLine b)
    {
        var reported = a.Reported;
        foreach (var (name, count) in b.Reported)
        {
            reported = reported.SetItem(name, reported.GetValueOrDefault(name) + count);
        }

        return new UsageLine
        {
            Model = a.Model,
            Reported = reported,
            Completions = a.Completions + b.Completions,
            Reused = a.Reused + b.Reused,
            FailedAttempts = a.FailedAttempts + b.FailedAttempts,
            Usage = a.Usage + b.Usage,
            FailedUsage = a.FailedUsage + b.FailedUsage,
            Uncounted = Uncounted.Of(a.Uncounted, b.Uncounted),
        };
    }
}
