using System.Collections.Immutable;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Suites;

namespace Assize.Grains.Monitors;

/// <summary>Has a monitor's anchors judged when they are due: the round is saved first, then everybody is asked, then what was found is saved.</summary>
internal sealed class AnchorWork(LedgerChanges changes, SampleWork samples, IGrainFactory grains, TimeProvider time)
{
    /// <summary>Whether there is a round to begin, or to go on with.</summary>
    public bool IsDue => changes.Found is { Paused: false, Anchors: { } anchors } ledger && (anchors.Open is not null || !ReferenceEquals(ledger.BeginRound(time.GetUtcNow()), ledger));

    /// <summary>Works through one round; throws what stopped it.</summary>
    public async Task WorkThrough()
    {
        var ledger = await changes.Change(ledger => ledger.BeginRound(time.GetUtcNow()));
        if (ledger is not { Anchors: { Open: { } round } book, Spec: { Anchors: { } source } spec })
        {
            return;
        }

        var anchors = await Items(source);
        var judged = await samples.Judge(spec, spec, round, anchors);
        if (round.Purpose is AnchorPurpose.Bridge && book.Bridge is { } bridge)
        {
            judged = judged.AddRange(await samples.Judge(spec, bridge.To, round, anchors));
        }

        await changes.Change(now => now.Record(round, judged, time.GetUtcNow()));
    }

    private async Task<ImmutableArray<Exhibit>> Items(AnchorSource source)
    {
        var chunks = from partition in Enumerable.Range(0, source.Plan.Partitions)
                     from segment in Enumerable.Range(0, source.Plan.Segments[partition])
                     select grains.Chunk(source.Plan.Upload, partition, segment).Get();
        try
        {
            return [.. (await Task.WhenAll(chunks)).SelectMany(chunk => chunk.Exhibits).OrderBy(exhibit => exhibit.Case.Id.Value, StringComparer.Ordinal)];
        }
        catch (InvalidOperationException)
        {
            throw new InvalidOperationException($"The anchors cannot be read: version {source.Version} of suite '{source.Suite}' is not stored any more. Apply the monitor again to take the newest one.");
        }
    }
}
