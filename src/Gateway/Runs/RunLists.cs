using System.Collections.Immutable;
using Assize.Evaluation;
using Assize.Evaluation.Suites;
using Assize.Grains;

namespace Assize.Gateway.Runs;

/// <summary>Runs of one suite or of all, newest first: ids sort by time, so that the newest of every suite's newest are the newest of all.</summary>
internal static class RunLists
{
    public static async Task<ImmutableArray<RunId>> RunsBefore(this IGrainFactory grains, TenantName tenant, string suite, RunId? before, int most)
    {
        Check(suite);
        var suites = suite.Length > 0 ? [new SuiteName(suite)] : (await grains.Tenant(tenant).Suites()).Names;
        var lists = await Task.WhenAll(suites.Select(name => grains.Suite(tenant, name).Runs(before, most)));
        return [.. lists.SelectMany(list => list.Runs).OrderByDescending(run => run.Value, StringComparer.Ordinal).Take(most)];
    }

    /// <summary>The same of the runs that have not ended, which their tenant knows without looking at any run; some of them may have ended just now.</summary>
    public static async Task<ImmutableArray<RunId>> OpenRunsBefore(this IGrainFactory grains, TenantName tenant, string suite, RunId? before, int most)
    {
        Check(suite);
        var open = (await grains.Tenant(tenant).Open()).Runs;
        return [.. open.Where(run => (suite.Length == 0 || run.Suite.Value == suite) && (before is not { } end || string.CompareOrdinal(run.Run.Value, end.Value) < 0))
            .Select(run => run.Run).OrderByDescending(run => run.Value, StringComparer.Ordinal).Take(most)];
    }

    private static void Check(string suite)
    {
        if (suite.Length > 0 && !SuiteCheck.IsName(suite))
        {
            throw new NotFoundException("suite", suite);
        }
    }
}
