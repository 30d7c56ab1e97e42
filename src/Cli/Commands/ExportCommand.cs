using System.CommandLine;
using System.Globalization;
using Assize.Cli.Exports;
using Assize.Cli.Hosting;
using Assize.Cli.Reports;
using Assize.Evaluation;
using Grpc.Core;

namespace Assize.Cli.Commands;

/// <summary>The forms of an export.</summary>
internal enum ExportForm
{
    Jsonl,
    Parquet,
}

/// <summary><c>assize export</c>: all that a run found out, as a file for other programs, also while it is at work.</summary>
internal static class ExportCommand
{
    /// <summary>How often in a row a gateway may be away; each time it is waited for.</summary>
    private const int MostCuts = 30;

    private static readonly string[] Endings = [".jsonl", ".ndjson", ".json", ".parquet"];

    private static readonly Argument<string> Run = new("run") { Description = "The run's id" };

    private static readonly Option<ExportForm?> Format = new("--format", "-f") { Description = "jsonl or parquet (default: as the file's name ends, else jsonl)" };

    private static readonly Option<string> To = new("--output", "-o") { Description = "The file, written whole or not at all; - is standard output, for jsonl", Required = true };

    private static readonly Option<bool> Texts = new("--texts") { Description = "With input, responses, prompts, replies and explanations" };

    private static readonly Option<bool> Follow = new("--follow") { Description = "Wait for a run at work and end with it" };

    private static readonly Option<string?> After = new("--after") { Description = "The cursor that an earlier export ended with: only what came since" };

    public static Command Make()
    {
        var command = new Command("export", "Write all judgements of a run to a file, a row for each score; also of a run that is at work").With(
            [Run, Format, To, Texts, Follow, After, .. ClusterSettings.Place, ClusterSettings.Verbose]);
        command.SetAction((parsed, cancellation) => Errors.Guard(async () =>
        {
            var to = parsed.GetRequiredValue(To);
            var form = parsed.GetValue(Format) ?? (to.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase) ? ExportForm.Parquet : ExportForm.Jsonl);
            if (parsed.GetValue(Format) is null && Path.GetExtension(to) is { Length: > 0 } end && !Endings.Contains(end, StringComparer.OrdinalIgnoreCase))
            {
                throw new EvaluationException([new Mistake($"An export is no '{end}' file.", "Name a .jsonl or .parquet file, or say --format jsonl for JSON Lines under any name.") { Field = "--output" }]);
            }

            if (to == "-" && form is ExportForm.Parquet)
            {
                throw new EvaluationException("A Parquet file cannot be written to standard output: name a file with --output.");
            }

            if (Directory.Exists(to))
            {
                throw new EvaluationException([new Mistake($"'{to}' is a folder.", "Name the file in it that the export goes to.") { Field = "--output" }]);
            }

            await using var connection = await Connection.Open(ClusterSettings.Cluster(parsed, resume: parsed.GetValue(Follow)), cancellation);
            var request = new V1.ExportRunRequest
            {
                Run = parsed.GetRequiredValue(Run), Texts = parsed.GetValue(Texts), Follow = parsed.GetValue(Follow), Cursor = parsed.GetValue(After) ?? "",
            };
            if (to == "-")
            {
                await using var output = Console.OpenStandardOutput();
                Tell(request, to, parsed, await connection.Looking(() => Write(connection, request, output, form, cancellation)));
            }
            else
            {
                await using var file = new WholeFile(to);
                var (last, rows) = await connection.Looking(() => Write(connection, request, file.Stream, form, cancellation));
                await file.Finish();
                Tell(request, to, parsed, (last, rows));
            }

            return ExitCode.Done;
        }));
        return command;
    }

    private static async Task<(V1.ExportRunResponse Last, long Rows)> Write(Connection connection, V1.ExportRunRequest request, Stream stream, ExportForm form, CancellationToken cancellation)
    {
        var columns = ExportColumn.All(request.Texts);
        await using IExportFile file = form is ExportForm.Parquet ? await ParquetFile.Open(stream, columns, cancellation) : new JsonLinesFile(stream, columns);
        V1.ExportRunResponse? last = null;
        long rows = 0;
        for (var cuts = 0; ;)
        {
            try
            {
                using var call = connection.Runs.ExportRun(request, cancellationToken: cancellation);
                await foreach (var message in call.ResponseStream.ReadAllAsync(cancellation))
                {
                    await file.Add(message.Rows, cancellation);
                    (last, request.Cursor, cuts) = (message, message.Cursor, 0);
                    rows += message.Rows.Count;
                }

                break;
            }
            catch (RpcException cut) when (cut.StatusCode is StatusCode.Unavailable && ++cuts <= MostCuts)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, cancellation);
            }
        }

        await file.Finish(About(request.Run, last!), cancellation);
        return (last!, rows);
    }

    private static Dictionary<string, string> About(string run, V1.ExportRunResponse last) => new()
    {
        ["run"] = run,
        ["status"] = RunLookups.Word(last.Status),
        ["cases"] = last.Cases.ToString(CultureInfo.InvariantCulture),
        ["cases_exported"] = last.CasesExported.ToString(CultureInfo.InvariantCulture),
        ["complete"] = last.Complete ? "true" : "false",
        ["cursor"] = last.Cursor,
    };

    private static void Tell(V1.ExportRunRequest request, string to, ParseResult parsed, (V1.ExportRunResponse Last, long Rows) written)
    {
        var ((last, rows), run) = (written, request.Run);
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rows} rows of run {run}, which is {RunLookups.Word(last.Status)}: {last.CasesExported} of {last.Cases} cases are exported, each whole{(to == "-" ? "" : $", to {Path.GetFullPath(to)}")}."));
        if (!last.Complete)
        {
            Console.Error.WriteLine($"What comes later: assize export {run} --after {last.Cursor}{(request.Texts ? " --texts" : "")}{(parsed.GetValue(ClusterSettings.Address) is { } address ? $" --address {address}" : "")}{(parsed.GetValue(ClusterSettings.Data) is { } data ? $" --data {Legible.ShellWord(data)}" : "")} --output OTHER");
        }
    }
}
