using System.Collections.Immutable;

namespace Assize.Evaluation.Runs;

/// <summary>What one shard has found so far; the records are in the order in which their cases were finished.</summary>
public sealed record ShardLedger(ImmutableArray<CaseRecord> Records)
{
    public static ShardLedger Empty { get; } = new([]);

    /// <summary>Set when the shard was stopped before all of its cases were finished.</summary>
    public bool Cancelled { get; init; }

    /// <summary>
    /// What calls cost that were given up before they were answered, and cases that were cut off when it was stopped: a run that did not hear it asks again, and the shard may have left the memory by then.
    /// Null where there are none.
    /// </summary>
    public Summary? CutOff { get; init; }

    /// <summary>The calls that were in flight when it was stopped, until it is known what they cost; null where there are none.</summary>
    public ImmutableArray<OpenCall>? Open { get; init; }

    /// <summary>Set when nothing is left of the shard but the replies it used: their keys.</summary>
    public ImmutableArray<CompletionKey>? Left { get; init; }

    /// <summary>The completions that finished cases rest on.</summary>
    public IEnumerable<CompletionKey> Used() => Left ?? Records
        .SelectMany(record => record.Judgements.SelectMany(judgement => judgement.Calls).Concat(record.Responses.SelectMany(answered => answered.Calls)))
        .Where(call => call.Failed is null)
        .Select(call => call.Key)
        .Distinct();
}
