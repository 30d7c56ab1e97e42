using System.Collections.Immutable;
using Assize.Evaluation;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Suites;
using Assize.Grains.Runs;

namespace Assize.Gateway.Translation;

/// <summary>A case's judgements as flat rows, a row for each criterion: what was not scored has its rows as well, so that rows can be counted.</summary>
public sealed class ExportRows(RunSpec spec, bool texts)
{
    private readonly ImmutableDictionary<JudgeName, Judge> judges = spec.Suite.Definition.Judges.ToImmutableDictionary(judge => judge.Name);

    public IEnumerable<V1.ExportRow> Of(CaseReading reading)
    {
        var @case = reading.Exhibit.Case;
        var slices = spec.Suite.Definition.Slices.SelectMany(key => key.Of(@case)).Distinct().Select(slice => slice.Value).ToArray();
        for (var i = 0; i < reading.Record.Judgements.Length; i++)
        {
            var judgement = reading.Record.Judgements[i];
            var criteria = judges[judgement.Judge].Criteria;
            for (var place = 0; place < Math.Max(1, criteria.Length); place++)
            {
                var row = Row(@case, judgement, slices);
                AddOutcome(row, judgement.Outcome, criteria.IsEmpty ? null : criteria[place].Name);
                if (place == 0)
                {
                    AddUsage(row, judgement.Calls);
                    if (texts)
                    {
                        // Once: all rows of a case are one message, and with every criterion's they would pass what it may hold.
                        AddTexts(row, reading, judgement, reading.Trials[i]);
                    }
                }

                yield return row;
            }
        }
    }

    private V1.ExportRow Row(Case @case, Judgement judgement, string[] slices)
    {
        var models = judgement.Calls.Select(call => call.Model).Distinct().ToArray();
        var row = new V1.ExportRow
        {
            Run = spec.Run.Value,
            Suite = spec.Suite.Definition.Name.Value,
            Version = spec.Suite.Version.Value,
            Seed = spec.Seed,
            Case = @case.Id.Value,
            Slices = { slices },
            Candidate = judgement.Candidate.Value,
            Judge = judgement.Judge.Value,
            JudgeFingerprint = judges[judgement.Judge].Fingerprint(),
            Models = { models.Select(model => model.Value) },
            ReportedModels = { judgement.Calls.Select(call => call.Reported).OfType<string>().Distinct() },
            ModelFingerprints = { models.Select(model => spec.Models.Find(model)?.Fingerprint).OfType<string>() },
            Completions = { judgement.Calls.Where(call => call.Failed is null).Select(call => call.Key.Value) },
        };
        if (@case.Cluster is { } cluster)
        {
            row.Cluster = cluster;
        }

        if (judgement.Opponent is { } opponent)
        {
            row.Opponent = opponent.Value;
        }

        if (judgement.Turn is { } turn)
        {
            row.Turn = turn;
        }

        return row;
    }

    private static void AddOutcome(V1.ExportRow row, Outcome outcome, CriterionName? criterion)
    {
        if (criterion is { } name)
        {
            row.Criterion = name.Value;
        }

        switch (outcome)
        {
            case Outcome.Scored scored:
                row.Outcome = V1.OutcomeKind.Scored;
                row.Score = scored.Scores.First(score => score.Criterion == criterion).Value;
                break;
            case Outcome.Preferred preferred:
                row.Outcome = V1.OutcomeKind.Preferred;
                (row.Preferred, row.Forward, row.Swapped) = (preferred.Preference.ToProto(), preferred.Forward.ToProto(), preferred.Swapped.ToProto());
                break;
            case Outcome.Unscored unscored:
                row.Outcome = V1.OutcomeKind.Unscored;
                (row.Reason, row.Detail) = (unscored.Reason.ToProto(), unscored.Detail);
                break;
        }
    }

    private static void AddUsage(V1.ExportRow row, ImmutableArray<Call> calls)
    {
        row.Calls = calls.Length;
        row.PaidCalls = calls.Count(call => call is { Paid: true, Failed: null });
        row.Attempts = calls.Sum(call => call.FailedAttempts + (call.Failed is null ? 1 : 0));
        row.InputTokens = calls.Sum(call => call.Usage.InputTokens + call.FailedUsage.InputTokens);
        row.OutputTokens = calls.Sum(call => call.Usage.OutputTokens + call.FailedUsage.OutputTokens);
        row.CostMicros = calls.Sum(call => call.Usage.CostMicros + call.FailedUsage.CostMicros);
        row.EstimatedCalls = calls.Count(call => call.Estimated is not null);
        row.LatencyMs = calls.Sum(call => call.LatencyMs);
    }

    private static void AddTexts(V1.ExportRow row, CaseReading reading, Judgement judgement, TrialReading trial)
    {
        row.Input = string.Join("\n\n", reading.Exhibit.Case.Turns.SelectMany(turn => turn.Messages).Select(Told));
        row.Responses.AddRange(reading.Responses.FirstOrDefault(response => response.Candidate == judgement.Candidate)?.Turns ?? []);
        row.OpponentResponses.AddRange(reading.Responses.FirstOrDefault(response => response.Candidate == judgement.Opponent)?.Turns ?? []);
        row.Prompts.AddRange(trial.Prompts.Select(prompt => string.Join("\n\n", prompt.Messages.Select(Told))));
        row.Replies.AddRange(trial.Replies);
        if (trial.Explanation is { } explanation)
        {
            row.Explanation = explanation;
        }
    }

    private static string Told(Message message) => $"{message.Role switch { Role.System => "system", Role.User => "user", _ => "assistant" }}: {message.Content}";
}
