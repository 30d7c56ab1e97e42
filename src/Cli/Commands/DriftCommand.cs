using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Assize.Cli.Reports;
using Assize.Cli.Streams;
using Assize.Evaluation;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Suites;

namespace Assize.Cli.Commands;

/// <summary><c>assize drift</c>: goes through a recorded stream of scores as a monitor would have, and says when quality moved, by how much, and whether it was the judge.</summary>
internal static partial class DriftCommand
{
    private static readonly string[] Kinds = [.. ChosenDetectors.Kinds];

    private static readonly Argument<string> FileName = new("file") { Description = "A CSV file (by its name's end) or a JSONL file, one judged sample a row, in the order in which they were judged" };

    private static readonly Option<string?> Score = Column("--score", "The column of the scores; empty where there is none", "score");

    private static readonly Option<string?> Time = Column("--time", "The column of the times, as in 2026-11-26T10:00:00Z or in seconds since 1970", "time");

    private static readonly Option<string?> SliceColumn = Column("--slice", "The column of the slices, which get means of their own", "slice");

    private static readonly Option<string?> Id = Column("--id", "The column of the sample ids, by which repeats are known", "id");

    private static readonly Option<string?> Anchor = Column("--anchor", "The column that says which rows are anchors: true or false, or the item's name", "anchor");

    private static readonly Option<string?> Item = Column("--item", "The column that says which item an anchor is; without it the id does", "item");

    private static readonly Option<string?> Judge = Column("--judge", "The column of the judge's version", "judge");

    private static readonly Option<string?> ScaleText = new("--scale") { Description = "The scale as worst and best, as in 1..10 (default: taken from the scores)" };

    private static readonly Option<string?> Baseline = new("--baseline") { Description = "What the stream is held against: its first N rows, or the rows before a date (default: the first 2000 rows, of a short file the first half)" };

    private static readonly Option<double?> PerDay = Number.Maybe("--per-day", "Production scores a day (default: by the times of the baseline, otherwise 1000)");

    private static readonly Option<double> Patience = Number.Or(30, "--patience", "Days between false alarms, at least; with --per-day it makes the threshold");

    private static readonly Option<string[]> Detector = new("--detector") { Description = $"Which detectors, may be repeated: {string.Join(", ", Kinds)} (default: mixture, and slices where there are several)", AllowMultipleArgumentsPerToken = true };

    private static readonly Option<double> Drops = Number.Or(0.5, "--drops", "The share of the weight on drops: 0.5 finds drops and rises alike, 0.75 drops sooner, 1 drops alone");

    private static readonly Option<double> LeastShift = Number.Or(0, "--least-shift", "The smallest shift that matters, in points");

    private static readonly Option<string?> Page = new("--html") { Description = "Write a page with the stream and its evidence drawn" };

    public static Command Make()
    {
        var command = new Command("drift", "Find when the scores of a recorded stream moved: exit code 0 no alarm, 1 alarm, 2 inconclusive")
            .With(FileName, Score, Time, SliceColumn, Id, Anchor, Item, Judge, ScaleText, Baseline, PerDay, Patience, Detector, Drops, LeastShift, ClusterSettings.Output, Page);
        command.SetAction((parsed, _) => Errors.Guard(() => Run(parsed)));
        return command;
    }

    private static async Task<int> Run(ParseResult parsed)
    {
        PageFile.Check(parsed.GetValue(Page));
        var settings = Settings(parsed, out var scale);
        var asked = new AskedColumns(parsed.GetValue(Score), parsed.GetValue(Time), parsed.GetValue(SliceColumn), parsed.GetValue(Id), parsed.GetValue(Anchor), parsed.GetValue(Item), parsed.GetValue(Judge));
        var file = StreamFile.Open(parsed.GetRequiredValue(FileName), asked, scale);
        if (settings.BaselineUntil is not null && file.Columns.Time is null)
        {
            throw new EvaluationException([new Mistake("A baseline up to a date needs the times of the rows.", "Name their column with --time, or give the baseline as a number of rows.")]);
        }

        var findings = new DriftRun(file, settings).Go();
        Write(findings, parsed.GetValue(ClusterSettings.Output));
        if (parsed.GetValue(Page) is { } page)
        {
            await PageFile.Write(page, DriftPage.Of(findings));
        }

        return findings.Verdict switch
        {
            DriftVerdict.Quiet => ExitCode.Done,
            DriftVerdict.Alarm => ExitCode.GateFailed,
            _ => ExitCode.Inconclusive,
        };
    }

    private static DriftSettings Settings(ParseResult parsed, out Scale? scale)
    {
        var log = new List<Mistake>();
        scale = ReadScale(parsed.GetValue(ScaleText), log);
        var (rows, until) = ReadBaseline(parsed.GetValue(Baseline), log);
        var kinds = parsed.GetValue(Detector) is { Length: > 0 } chosen ? chosen : [];
        log.AddRange(kinds.Where(kind => !Kinds.Contains(kind)).Select(kind => new Mistake($"There is no detector {Spelling.Quote(kind)}.", Spelling.Suggest(kind, Kinds, "Known")) { Field = "--detector" }));
        if (parsed.GetValue(PerDay) is { } perDay && !(perDay > 0 && double.IsFinite(perDay)))
        {
            log.Add(new Mistake("The scores a day must be a positive number.") { Field = "--per-day" });
        }

        if (!(parsed.GetValue(Patience) > 0 && double.IsFinite(parsed.GetValue(Patience))))
        {
            log.Add(new Mistake("The days between false alarms must be a positive number.") { Field = "--patience" });
        }

        if (parsed.GetValue(Drops) is not (>= 0 and <= 1))
        {
            log.Add(new Mistake("The weight of drops is a share, 0 to 1.") { Field = "--drops" });
        }

        if (!(parsed.GetValue(LeastShift) >= 0 && double.IsFinite(parsed.GetValue(LeastShift))))
        {
            log.Add(new Mistake("The smallest shift that matters is a number of points, at least 0.") { Field = "--least-shift" });
        }

        return log.Count > 0 ? throw new EvaluationException([.. log]) : new DriftSettings
        {
            BaselineRows = rows,
            BaselineUntil = until,
            PerDay = parsed.GetValue(PerDay),
            Days = parsed.GetValue(Patience),
            DropWeight = parsed.GetValue(Drops),
            LeastShift = parsed.GetValue(LeastShift),
            Detectors = [.. kinds],
        };
    }

    private static Scale? ReadScale(string? text, List<Mistake> log)
    {
        if (text is null)
        {
            return null;
        }

        if (ScaleForm().Match(text) is { Success: true } match)
        {
            var (min, max) = (double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), double.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture));
            var scale = new Scale(min, max, (min, max) == (0, 1) ? 0 : max - min == Math.Round(max - min) ? 1 : 0);
            log.AddRange(scale.Check("--scale"));
            return scale;
        }

        log.Add(new Mistake($"{Spelling.Quote(text)} is not a scale.", "Give the worst and the best value, as in 1..10.") { Field = "--scale" });
        return null;
    }

    private static (long? Rows, DateTimeOffset? Until) ReadBaseline(string? text, List<Mistake> log)
    {
        if (text is null)
        {
            return (null, null);
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var rows))
        {
            return (rows, null);
        }

        // What is meant as a number is no day of this year.
        if (text.Length >= 10 && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var until))
        {
            return (null, until);
        }

        log.Add(new Mistake($"{Spelling.Quote(text)} is neither a number of rows nor a date.", "Write 2000, or 2026-11-26.") { Field = "--baseline" });
        return (null, null);
    }

    private static void Write(DriftFindings findings, OutputForm form)
    {
        if (form is OutputForm.Table)
        {
            DriftText.Write(findings, Console.Out);
            return;
        }

        var options = new JsonSerializerOptions(DriftJson.Default.Options) { WriteIndented = form is OutputForm.Json, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        Console.Out.WriteLine(JsonSerializer.Serialize(findings, new DriftJson(options).DriftFindings));
    }

    private static Option<string?> Column(string name, string description, string usual) => new(name) { Description = $"{description} (default: '{usual}' where there is one; - for none)" };

    [GeneratedRegex(@"^\s*([+-]?[0-9]*\.?[0-9]+)\s*(?:\.\.|:|,|-|–|\bto\b)\s*([+-]?[0-9]*\.?[0-9]+)\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex ScaleForm();
}
