using System.Collections.Immutable;
using Assize.Evaluation;
using Assize.Evaluation.Runs;

namespace Assize.Grains.Suites;

/// <summary>Some of a suite's runs, so few that keeping one more costs the same however many the suite has.</summary>
[Alias("assize.run-page")]
public interface IRunPageGrain : IGrainWithStringKey
{
    /// <summary>Adds a run, unless it is there; answers whether there was room.</summary>
    [Alias("Add")]
    Task<bool> Add(RunEntry entry);

    [Alias("Get")]
    Task<RunPage> Get();

    /// <summary>Notes what is left of a run.</summary>
    [Alias("Mark")]
    Task Mark(RunId run, RunFate fate);

    /// <summary>Notes who needs a run; nobody where there is nobody left.</summary>
    [Alias("Hold")]
    Task Hold(RunId run, RunHolders holders);

    /// <summary>Takes a run off the page; answers whether the page is empty now.</summary>
    [Alias("Remove")]
    Task<bool> Remove(RunId run);
}

/// <summary>The runs of one page, in the order in which they were started.</summary>
[GenerateSerializer, Immutable, Alias("assize.run-page-entries")]
public sealed record RunPage([property: Id(0)] ImmutableArray<RunEntry> Entries)
{
    /// <summary>Runs on a page: one is some hundred bytes, more where it has many models and labels.</summary>
    public const int Most = 64;

    public static RunPage Empty { get; } = new([]);

    public bool IsFull => Entries.Length >= Most;

    public RunEntry? Find(RunId run) => Entries.FirstOrDefault(entry => entry.Run == run);

    public RunPage With(RunEntry entry) => Find(entry.Run) is { } known ? new RunPage(Entries.Replace(known, entry)) : new RunPage(Entries.Add(entry));

    public RunPage Without(RunId run) => new(Entries.RemoveAll(entry => entry.Run == run));
}
