using System.Collections.Immutable;
using Assize.Evaluation;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Suites;

namespace Assize.Grains.Runs;

/// <summary>A range of a run's cases, and the judgements on them.</summary>
[Alias("assize.shard")]
public interface IShardGrain : IGrainWithStringKey
{
    /// <summary>Accepts the work and answers at once; a shard at work or finished goes on as it was, and a finished one reports again.</summary>
    [Alias("Start")]
    [ResponseTimeout("00:00:05")]
    Task Start(RunSpec spec);

    /// <summary>What is finished so far, with what the cases under way have cost.</summary>
    [Alias("Progress")]
    [ResponseTimeout("00:00:05")]
    Task<ShardProgress> Progress();

    /// <summary>Stops new calls, and answers what is finished.</summary>
    [Alias("Cancel")]
    Task<Summary> Cancel(RunSpec spec);

    /// <summary>Goes on finding out, and telling the run, what calls have cost that were in flight when the shard was stopped; nothing where that is done already, or going on.</summary>
    [Alias("Settle")]
    [ResponseTimeout("00:00:05")]
    Task Settle();

    /// <summary>The records of finished cases, as they are kept.</summary>
    [Alias("Records")]
    Task<ShardRecords> Records();

    /// <summary>Finished cases that are saved, from a place in the order in which they were finished; their texts only where they are asked for.</summary>
    [Alias("Page")]
    Task<ShardPage> Page(RunSpec spec, int from, int most, bool texts);

    /// <summary>Takes the shard of an ended run out of the store, and the completions that no other run used; or keeps the list of those for later.</summary>
    [Alias("Remove")]
    [ResponseTimeout("00:10:00")]
    Task Remove(RunSpec spec, bool keepReplies);

    /// <summary>One case with its record, texts and all.</summary>
    [Alias("Read")]
    Task<CaseReading?> Read(RunSpec spec, CaseId @case);
}

/// <summary>What a shard has found so far, how many cases it works on, and what stopped it last, if something did.</summary>
[GenerateSerializer, Immutable, Alias("assize.shard-progress")]
public sealed record ShardProgress([property: Id(0)] Summary Summary, [property: Id(1)] int InFlight, [property: Id(2)] string? Trouble);

[GenerateSerializer, Immutable, Alias("assize.shard-records")]
public sealed record ShardRecords([property: Id(0)] ImmutableArray<CaseRecord> Records);

/// <summary>Some finished cases of a shard.</summary>
/// <param name="Finished">How many there are in all so far.</param>
/// <param name="Whole">Whether those are all of the shard's cases.</param>
[GenerateSerializer, Immutable, Alias("assize.shard-page")]
public sealed record ShardPage([property: Id(0)] ImmutableArray<CaseReading> Cases, [property: Id(1)] int Finished, [property: Id(2)] bool Whole);

/// <summary>A judged case with every text that belongs to it.</summary>
[GenerateSerializer, Immutable, Alias("assize.case-reading")]
public sealed record CaseReading
{
    [Id(0)] public required Exhibit Exhibit { get; init; }

    [Id(1)] public required CaseRecord Record { get; init; }

    [Id(2)] public required ImmutableArray<Response> Responses { get; init; }

    /// <summary>Beside each judgement of the record: what was asked and answered.</summary>
    [Id(3)] public required ImmutableArray<TrialReading> Trials { get; init; }
}

/// <summary>What a judge was asked for one trial, what came back, and how it explained itself.</summary>
[GenerateSerializer, Immutable, Alias("assize.trial-reading")]
public sealed record TrialReading(
    [property: Id(0)] ImmutableArray<Evaluation.Models.Prompt> Prompts,
    [property: Id(1)] ImmutableArray<string> Replies,
    [property: Id(2)] string? Explanation);
