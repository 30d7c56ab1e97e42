using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Assize.Evaluation;
using Assize.Evaluation.Candidates;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Suites;
using Assize.Grains.Models;

namespace Assize.Grains.Runs;

/// <summary>Gets a prompt answered: by asking and paying, or by reading what was paid for before.</summary>
internal interface IAsker
{
    Task<(Completion Completion, Call Call)> Ask(Prompt prompt, string payer);
}

/// <summary>Takes one case from its text to its record: the candidates answer, then every judge that is due judges. All waiting is in the asker.</summary>
internal sealed class CaseWork(SuiteDefinition definition, Principal principal, InstallationSecret secret)
{
    private readonly ImmutableDictionary<JudgeName, Judge> judges = definition.Judges.ToImmutableDictionary(judge => judge.Name);

    /// <summary>The case's record, and whether an answer imitates a verdict.</summary>
    public async Task<(CaseRecord Record, bool Imitates)> Record(Exhibit exhibit, IAsker asker)
    {
        var answered = await All(definition.Candidates, (candidate, _) => Answer(candidate, exhibit, asker));
        var judgements = await All(TrialPlan.Of(definition, exhibit.Case), (id, _) => Judge(exhibit.Case, id, answered, asker));
        var record = new CaseRecord
        {
            Case = exhibit.Case.Id,
            Responses = [.. answered.Where(one => one.Answered.Calls.Length > 0 || one.Answered.Silent is not null).Select(one => one.Answered)],
            Judgements = judgements,
        };
        return (record, answered.Any(one => one.Response?.ImitatesAVerdict() is true));
    }

    /// <summary>A candidate's response, or why there is none, with the calls it took.</summary>
    public async Task<(Answered Answered, Response? Response)> Answer(Candidate candidate, Exhibit exhibit, IAsker asker)
    {
        var soFar = Answers.None;
        var calls = ImmutableArray<Call>.Empty;
        while (true)
        {
            switch (candidate.Next(exhibit, soFar))
            {
                case Reply.Responded done:
                    return (new Answered(candidate.Name, calls), done.Response);
                case Reply.Silent silent:
                    return (new Answered(candidate.Name, calls) { Silent = silent.Why }, null);
                case Reply.Ask ask:
                    var (completion, call) = await asker.Ask(Drawn(ask.Prompt), Payer(exhibit.Case.Id, candidate.Name.Value, calls.Length));
                    soFar = soFar.Then([completion]);
                    calls = calls.Add(call);
                    break;
            }
        }
    }

    private async Task<Judgement> Judge(Case @case, TrialId id, ImmutableArray<(Answered Answered, Response? Response)> answered, IAsker asker)
    {
        var first = Of(id.Candidate);
        var second = id.Opponent is { } opponent ? Of(opponent) : default;
        if ((first.Answered.Silent ?? second.Answered?.Silent) is { } silent)
        {
            return Judged(id, silent, []);
        }

        var (verdict, calls) = await Settle(Trial(@case, id, first.Response!, second.Response), asker);
        return Judged(id, verdict.Outcome, calls);

        (Answered Answered, Response? Response) Of(CandidateName name)
        {
            foreach (var one in answered)
            {
                if (one.Answered.Candidate == name)
                {
                    return one;
                }
            }

            throw new InvalidOperationException($"case {@case.Id} has a trial of {name}, which is no candidate");
        }
    }

    public Trial Trial(Case @case, TrialId id, Response response, Response? opponent) => new()
    {
        Id = id,
        Case = @case,
        Response = response,
        Opponent = opponent,
        Nonce = Nonce.Of(secret, judges[id.Judge].Fingerprint(), id, @case, response, opponent),
        Models = principal.Models,
    };

    /// <summary>Asks for a trial what its judge wants to know until it has its verdict.</summary>
    public async Task<(Verdict Verdict, ImmutableArray<Call> Calls)> Settle(Trial trial, IAsker asker)
    {
        var judge = judges[trial.Id.Judge];
        var soFar = Answers.None;
        var calls = ImmutableArray<Call>.Empty;
        while (true)
        {
            switch (judge.Next(trial, soFar))
            {
                case Step.Judged judged:
                    return (judged.Verdict, calls);
                case Step.Ask ask:
                    var replies = await All(ask.Prompts, (prompt, i) =>
                        asker.Ask(Drawn(prompt), Payer(trial.Id.Case, What(trial.Id), calls.Length + i)));
                    soFar = soFar.Then(replies.Select(reply => reply.Completion));
                    calls = calls.AddRange(replies.Select(reply => reply.Call));
                    break;
            }
        }
    }

    /// <summary>Begins everything at once and waits for all of it; most often it is one thing.</summary>
    private static async Task<ImmutableArray<TDone>> All<T, TDone>(ImmutableArray<T> due, Func<T, int, Task<TDone>> work) =>
        due.Length == 1 ? [await work(due[0], 0)] : [.. await Task.WhenAll(due.Select(work))];

    private Prompt Drawn(Prompt prompt) => principal.Draw == 0 ? prompt : prompt with { Sample = prompt.Sample ^ principal.Draw };

    private static Judgement Judged(TrialId id, Outcome outcome, ImmutableArray<Call> calls) => new()
    {
        Judge = id.Judge, Candidate = id.Candidate, Opponent = id.Opponent, Turn = id.Turn, Outcome = outcome, Calls = calls,
    };

    private static string What(TrialId id) => string.Create(CultureInfo.InvariantCulture, $"{id.Judge}|{id.Candidate}|{id.Opponent}|{id.Turn}");

    /// <summary>Names one use of a completion in one run, in 16 characters.</summary>
    private string Payer(CaseId @case, string what, int ordinal)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{principal.Run}|{@case}|{what}|{ordinal}")), hash);
        return System.Buffers.Text.Base64Url.EncodeToString(hash[..12]);
    }
}
