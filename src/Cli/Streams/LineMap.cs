namespace Assize.Cli.Streams;

/// <summary>Which line a sequence number was: exactly for the latest ones, to the nearest of a coarser net for older ones, in bounded memory.</summary>
internal sealed class LineMap
{
    private const int Latest = 65_536;
    private const int Net = 4096;

    private readonly (long Sequence, int Line, DateTimeOffset? Time)[] latest = new (long, int, DateTimeOffset?)[Latest];
    private List<(long Sequence, int Line, DateTimeOffset? Time)> net = [];
    private long step = 1;

    public void Add(long sequence, int line, DateTimeOffset? time)
    {
        latest[sequence % Latest] = (sequence, line, time);
        if (sequence % step != 0)
        {
            return;
        }

        net.Add((sequence, line, time));
        if (net.Count >= Net)
        {
            step *= 2;
            net = [.. net.Where(each => each.Sequence % step == 0)];
        }
    }

    public int? Line(long sequence) => Find(sequence)?.Line;

    public DateTimeOffset? Time(long sequence) => Find(sequence)?.Time;

    private (long Sequence, int Line, DateTimeOffset? Time)? Find(long sequence)
    {
        if (sequence > 0 && latest[sequence % Latest] is var exact && exact.Sequence == sequence)
        {
            return exact;
        }

        var at = net.FindLastIndex(each => each.Sequence <= sequence);
        return at >= 0 ? net[at] : null;
    }
}
