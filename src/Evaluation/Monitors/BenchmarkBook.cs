using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Monitors;

/// <summary>The runs of a scheduled benchmark, and what the gate said of each.</summary>
public sealed record BenchmarkBook
{
    /// <summary>Results kept; the oldest go first.</summary>
    public const int Most = 50;

    /// <summary>Runs begun so far; the number of the last one.</summary>
    public long Runs { get; init; }

    /// <summary>When the next run is due.</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>The run under way; while there is one, no other is begun.</summary>
    public BenchmarkRun? Open { get; init; }

    /// <summary>The run that others are compared with; null before there is one.</summary>
    public RunId? Baseline { get; init; }

    public ImmutableArray<BenchmarkResult> Results { get; init; } = [];

    /// <summary>Begins the next run where one is due: one for all that were missed. The first is due at once where nothing is there to compare with, else by the schedule.</summary>
    public BenchmarkBook Next(MonitorSpec spec, DateTimeOffset now)
    {
        if (Open is not null || (Due ?? (Baseline is null ? now : spec.Definition.Benchmark!.Schedule.Next(spec.Changed))) > now)
        {
            return this;
        }

        return this with { Runs = Runs + 1, Open = BenchmarkRun.Of(spec, Runs + 1, now) };
    }

    /// <summary>Notes that the suite has taken the run under way in: whoever does not find it there from now on may take it for removed.</summary>
    public BenchmarkBook Taken(BenchmarkRun run) => Open is { } open && open == run ? this with { Open = open with { Started = true } } : this;

    /// <summary>Notes what a run came to; the first complete one becomes the baseline where none was named.</summary>
    public BenchmarkBook Done(MonitorSpec spec, BenchmarkResult result, bool complete, DateTimeOffset now) => this with
    {
        Open = null,
        Due = spec.Definition.Benchmark!.Schedule.Next(now),
        Baseline = Baseline ?? (complete ? result.Run : null),
        Results = [.. Results.Skip(Results.Length - Most + 1), result],
    };
}

/// <summary>A run of a scheduled benchmark. It is noted before it is started, with an id that is made of its number and its time: started again after a crash it is the same run.</summary>
public sealed record BenchmarkRun(long Number, RunId Run, DateTimeOffset Begun)
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    /// <summary>Whether its suite has taken it in.</summary>
    public bool Started { get; init; }

    /// <summary>The number by which its completions differ from those of all other runs, so that everybody is asked anew; never 0.</summary>
    public int Draw => Math.Max(1, BinaryPrimitives.ReadInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(Run.Value))) & int.MaxValue);

    /// <summary>The run of a number; its id has the form of all runs' ids: 48 bits of milliseconds, 80 bits of a hash.</summary>
    public static BenchmarkRun Of(MonitorSpec spec, long number, DateTimeOffset begun)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{spec.Tenant}|{spec.Definition.Name}|{number}|{begun.UtcTicks}");
        Span<byte> bits = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bits, begun.ToUnixTimeMilliseconds() << 16);
        SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 10).CopyTo(bits[6..]);
        var rest = BinaryPrimitives.ReadUInt128BigEndian(bits);
        Span<char> text = stackalloc char[26];
        for (var i = text.Length - 1; i >= 0; i--)
        {
            text[i] = Alphabet[(int)(rest & 31)];
            rest >>= 5;
        }

        return new BenchmarkRun(number, new RunId(new string(text)), begun);
    }
}

/// <summary>What a benchmark's run came to.</summary>
/// <param name="Lines">What the gate says, by criterion; none where nothing was compared.</param>
/// <param name="Why">Why nothing was compared; null where something was.</param>
public sealed record BenchmarkResult(long Number, RunId Run, DateTimeOffset At, ImmutableArray<BenchmarkLine> Lines, string? Why)
{
    /// <summary>Fail where any criterion fails, else undecided where any is; null where nothing was compared.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public GateVerdict? Verdict => Lines.IsEmpty ? null
        : Lines.Any(line => line.Verdict is GateVerdict.Fail) ? GateVerdict.Fail
        : Lines.Any(line => line.Verdict is GateVerdict.Undecided) ? GateVerdict.Undecided : GateVerdict.Pass;
}
