using System.Collections.Immutable;
using Assize.Evaluation.Monitors;

namespace Assize.Grains.Monitors;

/// <summary>What a monitor does beside its calls: it judges samples and anchors and runs its benchmark, or, where it is to be deleted, that alone.</summary>
/// <param name="changes">The monitor's ledger.</param>
/// <param name="make">A chore that is due when that is so, and does this.</param>
internal sealed class Chores(LedgerChanges changes, Func<Func<bool>, Func<Task>, Chore> make)
{
    private readonly List<Chore> standing = [];
    private Chore? departing;

    /// <summary>Done with what a monitor does that stays.</summary>
    public Task Ended => Task.WhenAll(standing.Select(chore => chore.Ended));

    /// <summary>What stopped them last, each in words for a person.</summary>
    public ImmutableArray<string> Troubles => [.. standing.Append(departing).Select(chore => chore?.Trouble).OfType<string>()];

    public Chores With(Func<MonitorLedger, bool> isDue, Func<Task> work)
    {
        standing.Add(make(() => changes.Found is { Leaving: false } ledger && isDue(ledger), work));
        return this;
    }

    public Chores WithDeparture(Func<Task> work)
    {
        departing = make(() => changes.Found is { Leaving: true }, work);
        return this;
    }

    public void Begin()
    {
        standing.ForEach(chore => chore.Begin());
        departing?.Begin();
    }
}
