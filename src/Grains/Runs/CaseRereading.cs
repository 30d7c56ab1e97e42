using System.Collections.Immutable;
using Assize.Evaluation.Candidates;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Suites;

namespace Assize.Grains.Runs;

/// <summary>
/// Makes a finished case's texts again from what is kept: prompts are a function of the case, replies rest with the completions. A call that failed has no reply, whoever has asked the same since, or is asking.
/// </summary>
internal sealed class CaseRereading(RunSpec spec, CaseWork work, IGrainFactory grains)
{
    public async Task<CaseReading> Read(Exhibit exhibit, CaseRecord record)
    {
        var responses = ImmutableArray.CreateBuilder<Response>();
        foreach (var candidate in spec.Suite.Definition.Candidates)
        {
            if (await ResponseOf(candidate, exhibit, record) is { } response)
            {
                responses.Add(response);
            }
        }

        var trials = await Task.WhenAll(record.Judgements.Select(judgement => ReadTrial(exhibit.Case, judgement, responses)));
        return new CaseReading { Exhibit = exhibit, Record = record, Responses = responses.ToImmutable(), Trials = [.. trials] };
    }

    private async Task<Response?> ResponseOf(Candidate candidate, Exhibit exhibit, CaseRecord record) =>
        (await work.Answer(candidate, exhibit, Asker(record.Responses.FirstOrDefault(answered => answered.Candidate == candidate.Name)?.Calls ?? []))).Response;

    private async Task<TrialReading> ReadTrial(Case @case, Judgement judgement, ImmutableArray<Response>.Builder responses)
    {
        var response = responses.FirstOrDefault(one => one.Candidate == judgement.Candidate);
        var opponent = responses.FirstOrDefault(one => one.Candidate == judgement.Opponent);
        if (response is null || (judgement.Opponent is not null && opponent is null))
        {
            return new TrialReading([], [], null);
        }

        var asker = Asker(judgement.Calls);
        var trial = work.Trial(@case, judgement.Trial(@case.Id), response, judgement.Opponent is null ? null : opponent);
        var (verdict, _) = await work.Settle(trial, asker);
        return new TrialReading([.. asker.Read.Select(one => one.Prompt)], [.. asker.Read.Select(one => one.Reply)], verdict.Explanation);
    }

    private RereadingAsker Asker(ImmutableArray<Call> calls) =>
        new(spec.Tenant, spec.Models, grains) { Without = calls.Where(call => call.Failed is not null).Select(call => call.Key).ToHashSet() };
}
