using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace Assize.Evaluation.Suites;

/// <summary>One stored version of a suite: its definition, and where its cases rest.</summary>
public sealed record SuiteContents
{
    public required SuiteVersion Version { get; init; }

    public required SuiteDefinition Definition { get; init; }

    public required long Cases { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required CasePlan Plan { get; init; }

    /// <summary>When it was stored once more and became the newest again; null where it was stored once.</summary>
    public DateTimeOffset? Again { get; init; }
}

/// <summary>How a version's cases are spread over partitions; every run of the version has one shard per partition.</summary>
/// <param name="Upload">Names the stored chunks; a version keeps the chunks of its first upload.</param>
/// <param name="Segments">Chunks per partition, by the partition's index.</param>
public sealed record CasePlan(string Upload, ImmutableArray<int> Segments)
{
    /// <summary>Cases a partition holds when the number of cases was announced rightly.</summary>
    public const int CasesPerPartition = 128;

    /// <summary>The most partitions a version has.</summary>
    public const int MostPartitions = 8192;

    public int Partitions => Segments.Length;

    /// <summary>The number of partitions for an announced number of cases; 0 stands for unknown.</summary>
    public static int PartitionsFor(long announced) =>
        announced <= 0 ? 64 : (int)((Math.Min(announced, (long)MostPartitions * CasesPerPartition) + CasesPerPartition - 1) / CasesPerPartition);

    /// <summary>The most cases that may come after an announcement: as many as were announced, or eight times what the partitions are made for. More would make shards that no silo can hold.</summary>
    public static long MostCases(long announced) => Math.Max(announced, (long)PartitionsFor(announced) * CasesPerPartition * 8);

    /// <summary>The partition of a cluster: the first 64 bits of SHA-256 of its key, scaled to the number of partitions.</summary>
    public static int PartitionOf(string clusterKey, int partitions) =>
        (int)(((UInt128)HashOf(clusterKey) * (uint)partitions) >> 64);

    /// <summary>A case's place in the order of a run: what comes first is chosen by the seed, so that a run cut short is a random sample.</summary>
    public static ulong OrderOf(CaseId id, long seed) => HashOf($"{seed}|{id.Value}");

    private static ulong HashOf(string text)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash);
    }
}

/// <summary>A stored piece of a partition.</summary>
public sealed record Chunk(ImmutableArray<Exhibit> Exhibits);

/// <summary>What is known of a suite: its versions, newest last.</summary>
public sealed record SuiteRecord(SuiteName Name, ImmutableArray<SuiteContents> Versions)
{
    [JsonIgnore]
    public SuiteContents Latest => Versions[^1];

    public SuiteContents? Find(SuiteVersion version) => Versions.FirstOrDefault(v => v.Version == version)
        ?? Unambiguous(version.Value);

    /// <summary>Adds a version or, when it was there before, makes the old one the newest again.</summary>
    public SuiteRecord With(SuiteContents contents)
    {
        var known = Versions.FirstOrDefault(v => v.Version == contents.Version);
        return known is null
            ? this with { Versions = Versions.Add(contents) }
            : known == Latest ? this : this with { Versions = Versions.Remove(known).Add(known with { Again = contents.Created }) };
    }

    public SuiteRecord Without(IReadOnlyCollection<SuiteVersion> versions) => this with { Versions = Versions.RemoveAll(version => versions.Contains(version.Version)) };

    /// <summary>Versions that were not the newest at a time and are not since; a version stopped being the newest when the one behind it was stored, and the newest is never among them.</summary>
    public IEnumerable<SuiteContents> ReplacedBefore(DateTimeOffset time) =>
        Versions.Zip(Versions.Skip(1), (version, next) => (version, Replaced: next.Again ?? next.Created)).Where(pair => pair.Replaced < time).Select(pair => pair.version);

    private SuiteContents? Unambiguous(string prefix)
    {
        if (prefix.Length < 6)
        {
            return null;
        }

        var found = Versions.Where(v => v.Version.Value.StartsWith(prefix, StringComparison.Ordinal)).Take(2).ToArray();
        return found.Length == 1 ? found[0] : null;
    }
}
