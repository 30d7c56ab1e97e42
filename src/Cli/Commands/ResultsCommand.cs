using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Assize.Cli.Reports;
using Assize.Evaluation.Suites;

namespace Assize.Cli.Commands;

/// <summary><c>assize results</c>: judgements one by one, with all that belongs to them.</summary>
internal static class ResultsCommand
{
    private static readonly Argument<string> Run = new("run") { Description = "The run's id" };

    private static readonly Option<string?> Candidate = new("--candidate") { Description = "Only this candidate" };

    private static readonly Option<string?> Judge = new("--judge") { Description = "Only this judge" };

    private static readonly Option<string?> Slice = new("--slice") { Description = "Only this slice, as in category=refunds" };

    private static readonly Option<string?> Case = new("--case") { Description = "Only this case" };

    private static readonly Option<V1.OutcomeKind> Outcome = new("--outcome")
    {
        Description = "scored, preferred or unscored",
        DefaultValueFactory = _ => V1.OutcomeKind.Unspecified,
        CustomParser = result => (result.Tokens.Count == 1 ? result.Tokens[0].Value : "") switch
        {
            "scored" => V1.OutcomeKind.Scored,
            "preferred" => V1.OutcomeKind.Preferred,
            "unscored" => V1.OutcomeKind.Unscored,
            var other => Unknown(result, other),
        },
    };

    private static readonly Option<bool> Failed = new("--failed") { Description = "Only judgements with a criterion of pass or fail that failed" };

    private static readonly Option<double?> Below = Number.Maybe("--below", "Only judgements with a criterion whose value lies below this, in points of its scale");

    private static readonly Option<int?> Limit = Number.Count("--limit", "At most so many (default: 20 as a table, all otherwise)");

    public static Command Make() => RunLookups.Made("results", "List judgements with their texts and where they come from", false, [Run, Candidate, Judge, Slice, Case, Outcome, Failed, Below, Limit], async (connection, parsed, cancellation) =>
    {
        var form = parsed.GetValue(ClusterSettings.Output);
        var limit = parsed.GetValue(Limit) ?? (form is OutputForm.Table ? 20 : int.MaxValue);
        var request = new V1.ListJudgementsRequest
        {
            Run = parsed.GetRequiredValue(Run),
            Candidate = parsed.GetValue(Candidate) ?? "",
            Judge = parsed.GetValue(Judge) ?? "",
            Slice = parsed.GetValue(Slice) ?? "",
            CaseId = parsed.GetValue(Case) ?? "",
            Outcome = parsed.GetValue(Outcome),
            PageSize = Math.Min(limit, 100),
            Brief = form is OutputForm.Table,
            Failed = parsed.GetValue(Failed),
        };
        if (parsed.GetValue(Below) is { } below)
        {
            request.Below = below;
        }

        var (shown, more) = (0, false);
        do
        {
            var page = await connection.Runs.ListJudgementsAsync(request, cancellationToken: cancellation);
            foreach (var judgement in page.Judgements)
            {
                if (shown == limit)
                {
                    more = true;
                    break;
                }

                shown++;
                Console.Out.WriteLine(form is OutputForm.Table ? Readable(judgement) : MessageJson.Of(judgement));
            }

            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0 && !more);
        if (shown == 0)
        {
            Console.Error.WriteLine("No judgement matches.");
        }
        else if (more)
        {
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"There are more than these {shown}: --limit shows as many as it says, -o ndjson all."));
        }

        return ExitCode.Done;
    });

    private static V1.OutcomeKind Unknown(ArgumentResult result, string word)
    {
        result.AddError($"--outcome: {Spelling.Quote(word)} is not an outcome. {Spelling.Suggest(word, ["scored", "preferred", "unscored"], "Choose")}");
        return V1.OutcomeKind.Unspecified;
    }

    private static string Readable(V1.Judgement judgement)
    {
        var who = judgement.HasOpponent ? $"{judgement.Candidate} against {judgement.Opponent}" : judgement.Candidate;
        var turn = judgement.HasTurn ? string.Create(CultureInfo.InvariantCulture, $", turn {judgement.Turn}") : "";
        var outcome = judgement.OutcomeCase switch
        {
            V1.Judgement.OutcomeOneofCase.Scores => string.Join(", ", judgement.Scores.Scores_.Select(score => string.Create(CultureInfo.InvariantCulture, $"{score.Criterion} {score.Value}"))),
            V1.Judgement.OutcomeOneofCase.Preference => judgement.Preference.Preferred switch
            {
                V1.Preferred.A => $"prefers {judgement.Candidate}",
                V1.Preferred.B => $"prefers {judgement.Opponent}",
                V1.Preferred.Tie => "tie",
                _ => "inconsistent: the verdict changed with the order",
            },
            _ => $"unscored ({judgement.Unscored.Reason}): {judgement.Unscored.Detail}",
        };
        var lines = new List<string> { $"{judgement.Case.Id}  {judgement.Judge}  {who}{turn}: {outcome}" };
        for (var i = 0; i < judgement.Case.Turns.Count; i++)
        {
            lines.AddRange(judgement.Case.Turns[i].Messages.Select(message => $"    {message.Role.ToString().ToLowerInvariant()}: {Short(message.Content)}"));
            if (i < judgement.Response.Count)
            {
                lines.Add($"    {judgement.Candidate}: {Short(judgement.Response[i])}");
            }

            if (i < judgement.OpponentResponse.Count)
            {
                lines.Add($"    {judgement.Opponent}: {Short(judgement.OpponentResponse[i])}");
            }
        }

        if (judgement.HasExplanation)
        {
            lines.Add($"    judge: {Short(judgement.Explanation)}");
        }

        return Terminal.Clean(string.Join(Environment.NewLine, lines));
    }

    private static string Short(string text)
    {
        var line = text.ReplaceLineEndings(" ");
        return line.Length <= 200 ? line : line[..199] + "…";
    }
}
