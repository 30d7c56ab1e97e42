using System.Collections.Immutable;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Suites;
using Assize.Grains.Runs;
using Google.Protobuf.WellKnownTypes;

namespace Assize.Gateway.Translation;

/// <summary>Runs and judgements from the domain to the API's messages.</summary>
public static class RunTranslation
{
    public static V1.Run ToProto(RunSpec spec, Report report) => new()
    {
        Id = spec.Run.Value,
        Suite = spec.Suite.Definition.Name.Value,
        Version = spec.Suite.Version.Value,
        Status = report.Status.ToProto(),
        Cases = report.Cases,
        CasesDone = report.CasesDone,
        Seed = spec.Seed,
        StartTime = Timestamp.FromDateTimeOffset(spec.Started),
        EndTime = report.Provenance.Ended is { } ended ? Timestamp.FromDateTimeOffset(ended) : null,
        Labels = { spec.Labels },
        Simulated = report.Simulated,
        Budget = spec.Budget?.ToProto(),
    };

    /// <summary>One judgement of a case with its texts; briefly without prompts and replies.</summary>
    public static V1.Judgement ToProto(RunSpec spec, CaseReading reading, int index, IEnumerable<Slice> slices, bool brief)
    {
        var judgement = reading.Record.Judgements[index];
        var trial = reading.Trials[index];
        var message = new V1.Judgement
        {
            Case = reading.Exhibit.Case.ToProto(),
            Judge = judgement.Judge.Value,
            JudgeFingerprint = spec.Suite.Definition.Judges.First(judge => judge.Name == judgement.Judge).Fingerprint(),
            Candidate = judgement.Candidate.Value,
            Response = { TurnsOf(reading, judgement.Candidate) },
            Slices = { slices.Select(slice => slice.Value) },
        };
        if (judgement.Opponent is { } opponent)
        {
            message.Opponent = opponent.Value;
            message.OpponentResponse.Add(TurnsOf(reading, opponent));
        }

        if (judgement.Turn is { } turn)
        {
            message.Turn = turn;
        }

        if (trial.Explanation is not null)
        {
            message.Explanation = trial.Explanation;
        }

        AddOutcome(message, judgement.Outcome);
        for (var i = 0; i < judgement.Calls.Length; i++)
        {
            var call = ToProto(judgement.Calls[i]);
            if (!brief && i < trial.Prompts.Length)
            {
                call.Prompt.Add(trial.Prompts[i].Messages.Select(SuiteTranslation.ToProto));
                call.Reply = trial.Replies[i];
            }

            message.Calls.Add(call);
        }

        return message;
    }

    private static ImmutableArray<string> TurnsOf(CaseReading reading, Evaluation.CandidateName candidate) =>
        reading.Responses.FirstOrDefault(response => response.Candidate == candidate)?.Turns ?? [];

    private static void AddOutcome(V1.Judgement message, Outcome outcome)
    {
        switch (outcome)
        {
            case Outcome.Scored scored:
                message.Scores = new V1.Scores { Scores_ = { scored.Scores.Select(score => new V1.Score { Criterion = score.Criterion.Value, Value = score.Value }) } };
                break;
            case Outcome.Preferred preferred:
                message.Preference = new V1.Preference
                {
                    Preferred = ToProto(preferred.Preference), Forward = ToProto(preferred.Forward), Swapped = ToProto(preferred.Swapped),
                };
                break;
            case Outcome.Unscored unscored:
                message.Unscored = new V1.Unscored { Reason = unscored.Reason.ToProto(), Detail = unscored.Detail };
                break;
        }
    }

    internal static V1.Preferred ToProto(this Preference preference) => preference switch
    {
        Preference.A => V1.Preferred.A,
        Preference.B => V1.Preferred.B,
        Preference.Tie => V1.Preferred.Tie,
        _ => V1.Preferred.Inconsistent,
    };

    internal static V1.Call ToProto(this Call call) => new()
    {
        Key = call.Key.Value,
        Model = call.Model.Value,
        ReportedModel = call.Reported ?? "",
        InputTokens = call.Usage.InputTokens + call.FailedUsage.InputTokens,
        OutputTokens = call.Usage.OutputTokens + call.FailedUsage.OutputTokens,
        CostMicros = call.Usage.CostMicros + call.FailedUsage.CostMicros,
        LatencyMs = call.LatencyMs,
        Attempts = call.FailedAttempts + (call.Failed is null ? 1 : 0),
        Paid = call.Paid,
        Estimated = call.Estimated is not null,
    };
}
