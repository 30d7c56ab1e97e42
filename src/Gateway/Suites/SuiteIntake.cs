using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Assize.Evaluation;
using Assize.Evaluation.Models;
using Assize.Evaluation.Suites;
using Assize.Grains;
using Assize.Grains.Suites;

namespace Assize.Gateway.Suites;

/// <summary>
/// A suite on its way in: checks every case, hashes the content, and spreads the cases over partitions. Chunks are stored under the upload's own name and count for nothing
/// until the version is committed; whatever goes wrong before that takes them away again, be it that this process is lost.
/// </summary>
internal sealed class SuiteIntake
{
    private const int MostMistakes = 1000;

    /// <summary>Keys that are kept to be named where one is missing.</summary>
    private const int MostKeys = 50;

    private const long MostBuffered = 8 * 1024 * 1024;

    /// <summary>Enough to keep a disk busy, few enough to bound what is serialised at a time.</summary>
    private const int WritesAtOnce = 32;

    private readonly IGrainFactory grains;
    private readonly SuiteDefinition definition;
    private readonly SuiteLimits limits;
    private readonly long announced;
    private readonly string upload;
    private readonly IUploadGrain note;
    private readonly TimeProvider time;
    private readonly ImmutableArray<Mistake>.Builder mistakes = ImmutableArray.CreateBuilder<Mistake>();
    private readonly HashSet<UInt128> ids = [];
    private readonly ArrayBufferWriter<byte> json = new();
    private readonly IncrementalHash content = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly ImmutableArray<Exhibit>.Builder?[] buffers;
    private readonly int[] segments;
    private readonly SortedSet<int> unsplit;
    private readonly SortedSet<int> idle;
    private readonly SortedSet<string> keys = new(StringComparer.Ordinal);
    private long buffered;
    private long cases;
    private bool noted;

    public SuiteIntake(IGrainFactory grains, TenantName tenant, SuiteDefinition definition, long announced, SuiteLimits limits, ModelCards models, string upload, TimeProvider time)
    {
        (this.grains, this.definition, this.announced, this.limits, this.upload, this.time) = (grains, definition, announced, limits, upload, time);
        note = grains.Upload(tenant, upload);
        mistakes.AddRange(SuiteCheck.Of(definition, limits, [.. models.Cards.Select(card => card.Name)]));
        if (mistakes.Count == 0)
        {
            // A definition with mistakes may hold numbers that JSON cannot say; its hash is never used.
            Hash(definition, EvaluationJson.Plain.SuiteDefinition);
        }

        var partitions = CasePlan.PartitionsFor(announced);
        buffers = new ImmutableArray<Exhibit>.Builder?[partitions];
        segments = new int[partitions];
        idle = [.. Enumerable.Range(0, definition.Judges.Length)];
        unsplit = [.. Enumerable.Range(0, definition.Slices.Length).Where(slice => definition.Slices[slice].IsValid)];
    }

    /// <summary>Takes in one case; its mistakes are kept for the end.</summary>
    public async Task Add(Exhibit exhibit, CancellationToken cancellation)
    {
        cases++;
        if (cases > limits.MaxCases)
        {
            throw new EvaluationException([new Mistake($"The suite has more than {limits.MaxCases} cases.", $"Raise {nameof(limits.MaxCases)} or split the suite.")]);
        }

        if (cases > CasePlan.MostCases(announced))
        {
            throw new EvaluationException([new Mistake(
                string.Create(CultureInfo.InvariantCulture, $"The suite has more than {CasePlan.MostCases(announced)} cases, and {Math.Max(0, announced)} were announced: it would be spread over too few partitions."),
                "Announce the number of cases.") { Field = "header.announced_cases" }]);
        }

        if (idle.Count > 0)
        {
            idle.RemoveWhere(judge => definition.Judges[judge].Where?.Matches(exhibit.Case) != false);
        }

        Split(exhibit.Case);
        Note(ExhibitCheck.Of(exhibit, definition, limits));
        if (!ids.Add(Digest(exhibit.Case.Id)))
        {
            Note([new Mistake("There are two cases with this id.", "Give each case an id of its own.") { Case = exhibit.Case.Id }]);
        }

        if (mistakes.Count > 0)
        {
            return;
        }

        Hash(exhibit, EvaluationJson.Plain.Exhibit);
        var partition = CasePlan.PartitionOf(exhibit.Case.ClusterKey(), buffers.Length);
        (buffers[partition] ??= ImmutableArray.CreateBuilder<Exhibit>()).Add(exhibit);
        buffered += json.WrittenCount;
        if (buffered > MostBuffered)
        {
            await Store(cancellation);
        }
    }

    /// <summary>Stores what is left and makes the version; throws every mistake there was.</summary>
    public async Task<SuiteContents> Finish(CancellationToken cancellation)
    {
        if (cases == 0)
        {
            Note([new Mistake("The suite has no cases.", "Send at least one.")]);
        }

        Note([.. idle.Where(_ => cases > 0).Select(judge => SuiteCheck.Idle(definition.Judges[judge], judge))]);
        Note([.. unsplit.Where(_ => cases > 0).Select(slice => SuiteCheck.Unsplit(definition.Slices[slice], slice, keys))]);
        if (mistakes.Count > 0)
        {
            throw new EvaluationException(mistakes.ToImmutable());
        }

        await Store(cancellation);
        return new SuiteContents
        {
            Version = new(Convert.ToHexStringLower(content.GetHashAndReset())),
            Definition = definition,
            Cases = cases,
            Created = time.GetUtcNow(),
            Plan = new CasePlan(upload, [.. segments]),
        };
    }

    /// <summary>Takes away whatever was stored.</summary>
    public Task Discard() => noted ? note.Discard() : Task.CompletedTask;

    /// <summary>What was stored belongs to a version from now on.</summary>
    public Task Committed() => note.End();

    private async Task Store(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        buffered = 0;
        int[] filled = [.. Enumerable.Range(0, buffers.Length).Where(partition => buffers[partition] is not null)];
        var before = segments.ToImmutableArray();
        foreach (var partition in filled)
        {
            segments[partition]++;
        }

        // Whether the note was kept is not known where its answer is lost.
        var first = !noted;
        noted = true;
        await note.Note(new Upload(definition.Name, [.. segments], time.GetUtcNow()), first);
        foreach (var some in filled.Chunk(WritesAtOnce))
        {
            await Task.WhenAll(some.Select(partition =>
            {
                var chunk = new Chunk(buffers[partition]!.ToImmutable());
                buffers[partition] = null;
                return grains.Chunk(upload, partition, before[partition]).Put(chunk);
            }));
        }
    }

    /// <summary>Notes which slices a case lies in, until each has one.</summary>
    private void Split(Case @case)
    {
        if (unsplit.Count == 0)
        {
            return;
        }

        unsplit.RemoveWhere(slice => definition.Slices[slice].Of(@case).Any());
        if (keys.Count < MostKeys)
        {
            keys.UnionWith(SliceKey.Splitting(@case));
        }
    }

    private void Note(ImmutableArray<Mistake> more)
    {
        if (mistakes.Count < MostMistakes)
        {
            mistakes.AddRange(more);
        }
    }

    /// <summary>Takes a part of the content in, as the JSON that it rests in.</summary>
    private void Hash<T>(T part, JsonTypeInfo<T> form)
    {
        json.ResetWrittenCount();
        using (var writer = new Utf8JsonWriter(json, new JsonWriterOptions { Encoder = form.Options.Encoder, Indented = form.Options.WriteIndented }))
        {
            JsonSerializer.Serialize(writer, part, form);
        }

        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.WrittenCount);
        content.AppendData(length);
        content.AppendData(json.WrittenSpan);
    }

    private static UInt128 Digest(CaseId id) =>
        BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(id.Value)));
}
