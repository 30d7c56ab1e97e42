using System.Collections.Immutable;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Suites;
using Assize.Grains.Models;

namespace Assize.Grains.Runs;

/// <summary>Finished cases of a shard in the order in which they were finished: that order never changes, so that a place in it can be come back to.</summary>
internal sealed class ShardPages(RunSpec spec, InstallationSecret secret, IGrainFactory grains)
{
    /// <summary>A page is full with so many characters of text, however few its cases.</summary>
    private const int MostText = 1_000_000;

    public async Task<ShardPage> Page(ImmutableArray<CaseRecord> records, ShardWork loaded, int from, int most, bool texts)
    {
        var cases = ImmutableArray.CreateBuilder<CaseReading>();
        var size = 0;
        for (var place = from; place < records.Length && cases.Count < most && size < MostText; place++)
        {
            var record = records[place];
            var exhibit = loaded.Find(record.Case) ?? throw new InvalidOperationException($"run {spec.Run} has a record of {record.Case}, which is none of its shard's cases");
            var reading = texts
                ? await new CaseRereading(spec, new CaseWork(spec.Suite.Definition, Principal.Of(spec), secret), grains).Read(exhibit, record)
                : new CaseReading { Exhibit = Bare(exhibit), Record = record, Responses = [], Trials = [.. record.Judgements.Select(_ => new TrialReading([], [], null))] };
            cases.Add(reading);
            size += texts ? SizeOf(reading) : 0;
        }

        return new ShardPage(cases.ToImmutable(), records.Length, loaded.Count == records.Length);
    }

    /// <summary>A case without what it says: what it is sliced and clustered by stays.</summary>
    private static Exhibit Bare(Exhibit exhibit) => exhibit with { Case = exhibit.Case with { Turns = [] }, Recorded = exhibit.Recorded.Clear() };

    private static int SizeOf(CaseReading reading) =>
        reading.Exhibit.Case.Turns.Sum(turn => turn.Messages.Sum(message => message.Content.Length))
        + reading.Responses.Sum(response => response.Turns.Sum(turn => turn.Length))
        + reading.Trials.Sum(trial => trial.Replies.Sum(reply => reply.Length) + trial.Prompts.Sum(prompt => prompt.Messages.Sum(message => message.Content.Length)));
}
