using System.Collections.Immutable;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Sampling;
using Assize.Evaluation.Suites;
using Assize.Evaluation.Traffic;

namespace Assize.Evaluation.Monitors;

/// <summary>What has been taken in: which batches and samples are known, how much traffic there was, and which drawn interactions wait for their scores.</summary>
public sealed record Intake
{
    /// <summary>Sources whose last batch is remembered; a source that was silent longer than all of these counts as new.</summary>
    public const int MostSources = 256;

    /// <summary>Samples that are known when they are delivered again.</summary>
    public const int MostKnown = 2048;

    /// <summary>Slices that are counted by themselves.</summary>
    public const int MostSlices = 200;

    private static readonly TimeSpan Lately = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Late = TimeSpan.FromHours(1);

    public ImmutableSortedDictionary<string, SourceMark> Sources { get; init; } = ImmutableSortedDictionary<string, SourceMark>.Empty;

    /// <summary>The samples taken last.</summary>
    public SeenSamples Known { get; init; } = new(MostKnown);

    /// <summary>Segments of drawn interactions that are not judged yet, oldest first.</summary>
    public ImmutableArray<PendingSegment> Pending { get; init; } = [];

    /// <summary>Segments whose scores are saved and whose texts are not known to be deleted.</summary>
    public ImmutableArray<long> Leaving { get; init; } = [];

    /// <summary>Segments made so far; the number of the last one.</summary>
    public long Segments { get; init; }

    /// <summary>What the budgets have left, whoever draws.</summary>
    public BudgetWindow? Minute { get; init; }

    public BudgetWindow? Day { get; init; }

    public TrafficCounts Counts { get; init; } = new();

    /// <summary>Interactions seen, by slice; slices beyond the first 200 are counted together.</summary>
    public ImmutableSortedDictionary<Slice, long> SeenBySlice { get; init; } = ImmutableSortedDictionary<Slice, long>.Empty;

    /// <summary>Traffic by day; none where the stored ledger is older than that.</summary>
    public TrafficDays Days { get; init; } = new();

    /// <summary>When traffic was last told of; null before any.</summary>
    public DateTimeOffset? LastTraffic { get; init; }

    /// <summary>Sources that told of traffic in the last two minutes.</summary>
    public int Active(DateTimeOffset now) => Sources.Count(source => now - source.Value.At < Lately && !source.Key.EndsWith(TrafficBatch.Apart, StringComparison.Ordinal));

    public bool Knows(TrafficBatch batch) => Sources.TryGetValue(batch.Source, out var mark) && batch.Number <= mark.Number;

    /// <summary>Takes a batch in; what is new of it waits as one segment. A batch that is known changes nothing.</summary>
    /// <param name="batch">What a gateway tells.</param>
    /// <param name="sampler">The budgets.</param>
    /// <param name="together">Whether interactions of a conversation are put together first: they then are no part of the segment, and no budget is spent on them yet.</param>
    /// <param name="now">When it came.</param>
    public (Intake Next, ImmutableArray<Drawn> Fresh, ImmutableArray<Drawn> Turns) Take(TrafficBatch batch, SamplerSettings sampler, bool together, DateTimeOffset now)
    {
        if (Knows(batch))
        {
            return (this, [], []);
        }

        var next = Budgeted(sampler, now);
        var known = Known;
        var fresh = ImmutableArray.CreateBuilder<Drawn>();
        var turns = ImmutableArray.CreateBuilder<Drawn>();
        var counts = Counts;
        foreach (var drawn in batch.Drawn)
        {
            if (known.Add(new SampleId(drawn.Interaction.Id.Value)) is not { } more)
            {
                counts = counts with { Repeated = counts.Repeated + 1 };
                continue;
            }

            known = more;
            var turn = together && drawn.Interaction.Conversation is not null;
            var spent = !turn && next.Over();
            counts = counts with
            {
                Drawn = counts.Drawn + 1,
                Late = counts.Late + (now - drawn.Interaction.Time > Late ? 1 : 0),
                OverBudget = counts.OverBudget + (spent ? 1 : 0),
            };
            if (turn)
            {
                turns.Add(drawn);
            }
            else if (!spent)
            {
                fresh.Add(drawn);
                next = next with { Minute = next.Minute?.Count(kept: true), Day = next.Day?.Count(kept: true) };
            }
        }

        var seen = batch.Seen.Values.Sum();
        return (next with
        {
            Sources = Marked(batch, now),
            Known = known,
            Pending = fresh.Count == 0 ? Pending : Pending.Add(new PendingSegment(Segments + 1, fresh.Count) { Until = now + batch.KeepTextFor }),
            Segments = fresh.Count == 0 ? Segments : Segments + 1,
            Counts = counts with { Seen = counts.Seen + seen, Expected = counts.Expected + batch.Expected, Thinned = counts.Thinned + batch.Thinned, Lost = counts.Lost + batch.Lost },
            SeenBySlice = batch.Seen.Aggregate(SeenBySlice, Counted),
            Days = Days.Add(seen, batch.Figures, now),
            LastTraffic = seen > 0 ? now : LastTraffic,
        }, fresh.ToImmutable(), turns.ToImmutable());
    }

    /// <summary>Decides about a conversation that begins: a budget keeps of the drawn ones what it has left for those still expected. The draw was made at the stratum's own rate.</summary>
    /// <returns>π of the conversation, null where it is left out.</returns>
    /// <param name="rate">The rate by which one of its stratum may begin; it may have been drawn by another, to be a part of what began by that.</param>
    public (Intake Next, double? Inclusion) Begin(Drawn turn, MonitorDefinition monitor, double rate, bool behind, DateTimeOffset now)
    {
        var budgeted = Budgeted(monitor.Sampler, now);
        var share = Math.Min(budgeted.Minute?.Rate(1, now) ?? 1, budgeted.Day?.Rate(1, now) ?? 1);
        var (own, hash) = (Math.Min(turn.Inclusion, rate), TrafficSampler.HashOf(monitor, turn.Interaction));
        var inclusion = own * share;
        var kept = !behind && hash.Below(inclusion);
        if (!hash.Below(own))
        {
            // Drawn for the sake of what may have begun by another rate: it neither begins nor spends anything.
            return (budgeted, null);
        }

        return (budgeted with
        {
            Minute = budgeted.Minute?.Count(kept),
            Day = budgeted.Day?.Count(kept),
            Counts = Counts with { OverBudget = Counts.OverBudget + (kept || behind ? 0 : 1), Thinned = Counts.Thinned + (behind ? 1 : 0) },
        }, kept ? inclusion : null);
    }

    /// <summary>The same where so many times as much is drawn of the same traffic from now on.</summary>
    public Intake Rescaled(double change) => this with { Minute = Minute?.Rescaled(change), Day = Day?.Rescaled(change) };

    /// <summary>With one more segment that waits.</summary>
    public Intake Waiting(int samples, DateTimeOffset? until = null) =>
        samples == 0 ? this : this with { Pending = Pending.Add(new PendingSegment(Segments + 1, samples) { Until = until }), Segments = Segments + 1 };

    /// <summary>Without a segment whose samples have their scores.</summary>
    public Intake Done(long segment) => this with { Pending = Pending.RemoveAll(pending => pending.Number == segment) };

    private bool Over() => (Minute is { } minute && minute.Kept >= minute.Budget) || (Day is { } day && day.Kept >= day.Budget);

    private Intake Budgeted(SamplerSettings sampler, DateTimeOffset now) => this with
    {
        Minute = sampler.PerMinute is { } minute ? ((Minute ?? new BudgetWindow(TimeSpan.FromMinutes(1), minute)) with { Budget = minute }).At(now) : null,
        Day = sampler.PerDay is { } day ? ((Day ?? new BudgetWindow(TimeSpan.FromDays(1), day)) with { Budget = day }).At(now) : null,
    };

    private ImmutableSortedDictionary<string, SourceMark> Marked(TrafficBatch batch, DateTimeOffset now)
    {
        var marked = Sources.SetItem(batch.Source, new SourceMark(batch.Number, now));
        return marked.Count <= MostSources ? marked : marked.Remove(marked.MinBy(source => (source.Value.At, source.Key)).Key);
    }

    /// <summary>With so many more of a slice.</summary>
    internal static ImmutableSortedDictionary<Slice, long> Counted(ImmutableSortedDictionary<Slice, long> soFar, KeyValuePair<Slice, long> more)
    {
        var slice = soFar.ContainsKey(more.Key) || soFar.Count < MostSlices ? more.Key : SliceTable.Rest;
        return soFar.SetItem(slice, soFar.GetValueOrDefault(slice) + more.Value);
    }
}

/// <summary>The last batch of a source, and when it came.</summary>
public sealed record SourceMark(long Number, DateTimeOffset At);

/// <summary>Drawn interactions that rest in storage until they are judged.</summary>
public sealed record PendingSegment(long Number, int Samples)
{
    /// <summary>Until when the texts may rest, judged or not; null for until they are judged.</summary>
    public DateTimeOffset? Until { get; init; }
}

/// <summary>The texts of one pending segment.</summary>
public sealed record SampleSegment(ImmutableArray<Drawn> Samples);
