using System.Collections.Immutable;
using System.Globalization;
using Assize.Evaluation;
using Assize.Evaluation.Suites;

namespace Assize.Cli.Suites;

/// <summary>Finds the files that a suite document names, and how each is written.</summary>
internal sealed class SuiteSources(string folder, SuiteLimits limits, Reading at, MistakeLog log)
{
    /// <summary>Where the cases stand; null when that cannot be told, and then the mistakes are noted.</summary>
    public CaseSource? Cases(Node? node)
    {
        switch (node)
        {
            case null:
                at.Note(1, "cases", "The field is missing.", "Add 'cases': the path of a file, or a list of cases.");
                return null;
            case Items items:
                return new InlineCases(items, at.File);
            case Scalar { Is: ScalarKind.Text } path:
                return Cases(path.Line, "cases", path.Text, null, null, null);
            case Map map when Fits<CasesSection>(map, "cases"):
                return Section(map);
            case Map or Refused:
                return null;
            default:
                at.Note(node.Line, "cases", $"This must be the path of a file, a list of cases, or a group of fields with 'file', not {node.Kind}.");
                return null;
        }
    }

    /// <summary>Where a candidate's responses stand; null when that cannot be told, and then the mistakes are noted.</summary>
    public AnswerFile? Responses(CandidateName candidate, string field, Node? node, int line)
    {
        switch (node)
        {
            case null:
                at.Note(line, field, "The field is missing.", "Name the file with the candidate's responses.");
                return null;
            case Scalar { Is: ScalarKind.Text } path:
                return Responses(candidate, path.Line, field, path.Text, null, null);
            case Map map when Fits<ResponsesSection>(map, field):
                return Responses(candidate, map.LineOf("file"), $"{field}.file", Text(map, "file")!, Format(map), map);
            case Map or Refused:
                return null;
            default:
                at.Note(node.Line, field, $"This must be the path of a file, or a group of fields with 'file', not {node.Kind}.");
                return null;
        }
    }

    private FileCases? Section(Map map)
    {
        var format = Format(map);
        var (wanted, others) = format == FileFormat.MtBench ? ("questions", (string[])["file", "columns"]) : ("file", ["questions", "references"]);
        foreach (var other in others.Where(other => map.Find(other) is not null))
        {
            at.Note(map.LineOf(other), $"cases.{other}", $"Cases in this format have no '{other}'.", format == FileFormat.MtBench ? "Use 'questions' and 'references'." : "Use 'file', or the format 'mt-bench'.");
        }

        if (Text(map, wanted) is not { } path)
        {
            at.Note(map.Line, $"cases.{wanted}", "The field is missing.", $"Name the file in '{wanted}'.");
            return null;
        }

        References? references = null;
        if (format == FileFormat.MtBench && Text(map, "references") is { } right)
        {
            var found = Find(right, map.LineOf("references"), "cases.references");
            references = found is null ? null : new References(found, limits, log);
        }

        return Cases(map.LineOf(wanted), $"cases.{wanted}", path, format, map, references);
    }

    private FileCases? Cases(int line, string field, string path, FileFormat? given, Map? section, References? references)
    {
        if (Find(path, line, field) is not { } file)
        {
            return null;
        }

        var format = given ?? ByExtension(path);
        var columns = ColumnsOf(file, format, section, "cases", ColumnCases.Fields, ["id", "input"], ColumnCases.Metadata);
        return format switch
        {
            FileFormat.MtBench => new FileCases(file, false, new MtBenchCases(), true, references),
            FileFormat.OpenAiEvals => new FileCases(file, false, new EvalsCases(), true, null),
            FileFormat.Csv when columns is null => null,
            _ when columns is not null => new FileCases(file, format == FileFormat.Csv, new ColumnCases(columns), true, null),
            _ when section?["columns"] is Map => null,
            _ => new FileCases(file, false, new LineCases(), false, null),
        };
    }

    private AnswerFile? Responses(CandidateName candidate, int line, string field, string path, FileFormat? given, Map? section)
    {
        if (given == FileFormat.OpenAiEvals)
        {
            at.Note(line, $"{field[..^".file".Length]}.format", "Responses are not written in the format 'openai-evals'.", "Allowed: csv, jsonl, mt-bench.");
            return null;
        }

        if (Find(path, line, field) is not { } file)
        {
            return null;
        }

        var format = given ?? ByExtension(path);
        var columns = ColumnsOf(file, format, section, field.EndsWith(".file", StringComparison.Ordinal) ? field[..^".file".Length] : field, ColumnAnswers.Fields, ColumnAnswers.Fields, null);
        return format switch
        {
            FileFormat.MtBench => new AnswerFile(candidate, file, false, true, new MtBenchAnswers(), limits),
            FileFormat.Csv when columns is null => null,
            _ when columns is not null => new AnswerFile(candidate, file, format == FileFormat.Csv, true, new ColumnAnswers(columns), limits),
            _ when section?["columns"] is Map => null,
            _ => new AnswerFile(candidate, file, false, false, new LineAnswers(), limits),
        };
    }

    /// <summary>Which column holds what: as the document says, else as a CSV file's header says; null where there are no columns, or where they are wrong.</summary>
    private ImmutableSortedDictionary<string, string>? ColumnsOf(SourceFile file, FileFormat format, Map? section, string field, string[] known, string[] required, string? prefix)
    {
        if (format is FileFormat.MtBench or FileFormat.OpenAiEvals)
        {
            return null;
        }

        var given = section?["columns"] as Map;
        if (given is null && format != FileFormat.Csv)
        {
            return null;
        }

        var before = at.Count;
        var named = given?.Entries.ConvertAll(entry => (entry.Key, Column: ((Scalar)entry.Value).Text, entry.Line)) ?? [];
        if (format == FileFormat.Csv)
        {
            var reading = new Reading(file.Shown, log);
            using var rows = new RowFile(file, csv: true, limits, reading);
            if (rows.Header is not { } header)
            {
                return null;
            }

            foreach (var (_, column, line) in named.Where(name => !header.Contains(name.Column)))
            {
                at.Note(line, $"{field}.columns", $"The file {Spelling.Quote(file.Shown)} has no column {Spelling.Quote(column)}.", Spelling.Suggest(column, header, "Its columns"));
            }

            if (given is null)
            {
                foreach (var column in header.Where(column => !IsKnown(column, known, prefix)))
                {
                    reading.Note(1, Spelling.Printable(column), $"Unknown column {Spelling.Quote(column)}.", $"{Spelling.Suggest(column, Offered(known, prefix))} To read other columns, name them under 'columns'.");
                }

                foreach (var name in required.Where(name => !header.Contains(name)))
                {
                    reading.Note(1, null, $"There is no column '{name}'.", "Add it, or name the column to read under 'columns'.");
                }

                return reading.Count > 0 ? null : header.ToImmutableSortedDictionary(name => name, name => name, StringComparer.Ordinal);
            }
        }

        foreach (var (name, _, line) in named.Where(name => !IsKnown(name.Key, known, prefix)))
        {
            at.Note(line, $"{field}.columns.{Spelling.Printable(name)}", $"A column cannot hold {Spelling.Quote(name)}.", Spelling.Suggest(name, Offered(known, prefix)));
        }

        foreach (var name in required.Where(name => !named.Exists(given => given.Key == name)))
        {
            at.Note(given!.Line, $"{field}.columns.{name}", "The field is missing.", $"Name the column that holds the {name}.");
        }

        return at.Count > before ? null : named.ToImmutableSortedDictionary(name => name.Key, name => name.Column, StringComparer.Ordinal);
    }

    private bool Fits<T>(Map map, string field)
    {
        var before = at.Count;
        SectionShapes.Of<T>().Check(map, field, at);
        return at.Count == before;
    }

    private SourceFile? Find(string path, int line, string field) =>
        SourceFile.Find(folder, path, at, line, field, limits.MaxFileBytes, nameof(SuiteLimits.MaxFileBytes));

    private static bool IsKnown(string name, string[] known, string? prefix) =>
        known.Contains(name) || (prefix is not null && name.Length > prefix.Length && name.StartsWith(prefix, StringComparison.Ordinal));

    private static string[] Offered(string[] known, string? prefix) => prefix is null ? known : [.. known, $"{prefix}KEY"];

    private static string? Text(Map map, string field) => map[field] is Scalar { Is: not ScalarKind.Null } scalar ? scalar.Text : null;

    private static FileFormat? Format(Map map) => Text(map, "format")?.ToLowerInvariant() switch
    {
        "csv" => FileFormat.Csv,
        "jsonl" => FileFormat.Jsonl,
        "mt-bench" => FileFormat.MtBench,
        "openai-evals" => FileFormat.OpenAiEvals,
        _ => null,
    };

    private static FileFormat ByExtension(string path) =>
        Path.GetExtension(path).Equals(".csv", StringComparison.OrdinalIgnoreCase) ? FileFormat.Csv : FileFormat.Jsonl;
}
