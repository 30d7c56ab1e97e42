using System.Collections.Immutable;
using Assize.Evaluation;

namespace Assize.Grains.Tenants;

/// <summary>A part of a tenant's unfinished runs: which part a run belongs to follows from its id, so that a thousand of them are no long list anywhere.</summary>
[Alias("assize.open-runs-part")]
public interface IOpenRunsGrain : IGrainWithStringKey
{
    [Alias("Add")]
    Task Add(OpenRun run);

    [Alias("Remove")]
    Task Remove(RunId run);

    [Alias("Get")]
    Task<OpenRuns> Get();
}

/// <summary>Over how many parts unfinished runs are spread, and how.</summary>
public static class OpenRunParts
{
    public const int Count = 16;

    public static int Of(RunId run)
    {
        // The end of an id is chance, its beginning is time.
        var sum = 0;
        foreach (var letter in run.Value.AsSpan(Math.Max(0, run.Value.Length - 4)))
        {
            sum = unchecked((sum * 31) + letter);
        }

        return (sum & int.MaxValue) % Count;
    }
}
