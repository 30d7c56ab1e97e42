using System.Collections.Immutable;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Sampling;
using Assize.Evaluation.Suites;
using Assize.Evaluation.Traffic;

namespace Assize.Gateway.Traffic;

/// <summary>A batch while it is being filled, by one at a time.</summary>
/// <param name="rates">When the rates of slices were made by which it is drawn; null where none were.</param>
internal sealed class FillingBatch(DateTimeOffset? rates)
{
    private const int MostDrawn = 64;

    /// <summary>Characters of what was drawn: a batch is one message between processes, and is one value in the store, both of which have an end.</summary>
    public const long MostChars = 4_000_000;

    private readonly Dictionary<Slice, long> seen = [];
    private readonly Dictionary<Slice, BottomK> wholes = [];
    private readonly List<(Drawn Drawn, bool Turn)> drawn = [];
    private TrafficFigures figures;
    private double expected;
    private double expectedTurns;
    private long thinned;
    private long lost;
    private long chars;
    private bool mayKeep = true;
    private TimeSpan? keepFor;

    public long Seen { get; private set; }

    public int Drawn => drawn.Count;

    /// <summary>Whether nothing more is to be drawn into it.</summary>
    public bool IsFull => drawn.Count >= MostDrawn || chars >= MostChars;

    /// <summary>Whether one that was drawn was left out.</summary>
    public bool HasDropped { get; private set; }

    /// <param name="slice">Where it lies.</param>
    /// <param name="inclusion">π of the interaction, drawn or not.</param>
    /// <param name="turn">Whether it is a part of a conversation that is judged as a whole.</param>
    /// <param name="interaction">What says of itself how it went.</param>
    public void See(Slice slice, double inclusion, bool turn, Interaction interaction)
    {
        figures = figures.Add(interaction);
        System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(seen, slice, out _)++;
        Seen++;
        expected += turn ? 0 : inclusion;
        expectedTurns += turn ? inclusion : 0;
    }

    /// <summary>Counts what is judged as a whole, once however many parts of it are seen.</summary>
    public void Count(Slice slice, KeyHash whole) => wholes[slice] = (wholes.TryGetValue(slice, out var kept) ? kept : new BottomK(Allotment.WholesKept)).Add(whole);

    /// <summary>Counts an interaction that would have been drawn at the monitor's own rate.</summary>
    public void LeaveOut() => thinned++;

    /// <param name="one">What was drawn.</param>
    /// <param name="turn">Whether it is a part of a conversation that is judged as a whole.</param>
    /// <param name="keep">Whether its text may rest in storage.</param>
    /// <param name="most">How long, at most; null for until it is judged.</param>
    public void Draw(Drawn one, bool turn, bool keep, TimeSpan? most = null)
    {
        drawn.Add((one, turn));
        chars += one.Interaction.Chars;
        mayKeep &= keep;
        keepFor = most is { } time && !(time >= keepFor) ? most : keepFor;
    }

    /// <summary>Leaves out one that was drawn; what is expected to be drawn is one less.</summary>
    public void Drop()
    {
        HasDropped = true;
        thinned++;
        expected--;
    }

    /// <summary>Counts an interaction that was drawn and has nowhere to go.</summary>
    public void Lose(bool turn)
    {
        lost++;
        expected -= turn ? 0 : 1;
        expectedTurns -= turn ? 1 : 0;
    }

    /// <summary>Leaves out all that was drawn, whatever was drawn: of what arrived meanwhile nothing is sampled. Conversations are not torn apart.</summary>
    public void Empty()
    {
        thinned += drawn.RemoveAll(one => !one.Turn);
        expected = 0;
    }

    public TrafficBatch Closed(string source, long number) => new(source, number)
    {
        Seen = seen.ToImmutableSortedDictionary(),
        Expected = expected + expectedTurns,
        Figures = figures,
        Drawn = [.. drawn.Select(one => one.Drawn)],
        Thinned = thinned,
        Lost = lost,
        MayKeep = mayKeep,
        Rates = rates,
        Wholes = wholes.ToImmutableSortedDictionary(),
        KeepTextFor = keepFor,
    };
}
