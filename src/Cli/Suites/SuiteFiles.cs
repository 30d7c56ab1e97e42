using System.Collections.Immutable;
using System.Globalization;
using Assize.Evaluation;
using Assize.Evaluation.Suites;

namespace Assize.Cli.Suites;

/// <summary>Reads suites from files: everything is checked before anything is returned.</summary>
internal static class SuiteFiles
{
    /// <summary>Opens a suite document and checks it with all its cases and responses.</summary>
    /// <param name="path">The document, YAML or (by its extension <c>.json</c>) JSON.</param>
    /// <param name="limits">How large the suite may be.</param>
    /// <param name="models">The declared models; null when they are not known here.</param>
    /// <exception cref="EvaluationException">Something is wrong: all mistakes, the first 200 of them in full.</exception>
    public static OpenedSuite Open(string path, SuiteLimits? limits = null, IReadOnlyCollection<ModelName>? models = null)
    {
        limits ??= SuiteLimits.Default;
        var log = new MistakeLog();
        var suite = Check(path, limits, models, log);
        log.ThrowIfAny();
        return suite ?? throw new InvalidOperationException("a suite without mistakes was not read");
    }

    private static OpenedSuite? Check(string path, SuiteLimits limits, IReadOnlyCollection<ModelName>? models, MistakeLog log)
    {
        var folder = Path.GetDirectoryName(path) ?? "";
        if (SourceFile.Find(folder, Path.GetFileName(path), new Reading(path, log), null, null, limits.MaxDocumentBytes, nameof(SuiteLimits.MaxDocumentBytes)) is not { } file)
        {
            return null;
        }

        try
        {
            var at = new Reading(path, log);
            if (Bytes(file, limits) is not { } bytes)
            {
                at.Note(null, null, string.Create(CultureInfo.InvariantCulture, $"The document has more bytes than the limit of {limits.MaxDocumentBytes:N0} (option {nameof(SuiteLimits.MaxDocumentBytes)})."));
                return null;
            }

            var json = Path.GetExtension(path).Equals(".json", StringComparison.OrdinalIgnoreCase);
            if (SuiteDocument.Read(bytes, json, at) is not { } document)
            {
                return null;
            }

            document.Check(limits, models);
            var sources = new SuiteSources(folder, limits, at, log);
            var cases = sources.Cases(document.Cases);
            var answers = document.Responses()
                .Select(found => sources.Responses(found.Candidate, found.Field, found.Responses, found.Line))
                .OfType<AnswerFile>()
                .ToImmutableArray();
            if (cases is null)
            {
                return null;
            }

            var index = CaseIndex.Of(cases, document.Sound, limits, log);
            foreach (var answer in answers)
            {
                answer.Index(index, log);
            }

            new Join(cases, index, answers, limits).Check(log);
            if (log.Count == 0)
            {
                Enumerable.Range(0, document.Definition.Judges.Length).Where(judge => !index.IsBusy(judge)).ToList().ForEach(document.NoteIdle);
                Enumerable.Range(0, document.Definition.Slices.Length).Where(slice => !index.IsSplit(slice)).ToList().ForEach(slice => document.NoteUnsplit(slice, index.SliceKeys));
            }

            return new OpenedSuite(document.Definition, index.Ids.Count, cases, answers, limits);
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException)
        {
            log.Add(new Mistake($"A file cannot be read: {Spelling.Printable(broken.Message)}") { File = path });
            return null;
        }
    }

    /// <summary>The document's bytes, also from a pipe that has no length; null when there are too many.</summary>
    private static byte[]? Bytes(SourceFile file, SuiteLimits limits)
    {
        using var stream = File.OpenRead(file.FullPath);
        using var bytes = new MemoryStream();
        var block = new byte[64 * 1024];
        while (stream.Read(block) is > 0 and var read)
        {
            bytes.Write(block, 0, read);
            if (bytes.Length > limits.MaxDocumentBytes)
            {
                return null;
            }
        }

        return bytes.ToArray();
    }
}

/// <summary>A suite whose files were found to be right; its cases are read anew each time they are asked for, one at a time.</summary>
internal sealed class OpenedSuite(SuiteDefinition definition, long cases, CaseSource source, ImmutableArray<AnswerFile> answers, SuiteLimits limits)
{
    public SuiteDefinition Definition => definition;

    /// <summary>How many cases there are.</summary>
    public long Cases => cases;

    /// <summary>The cases in the order of their file, each with the recorded answers.</summary>
    /// <exception cref="EvaluationException">A file was changed after it was checked.</exception>
    public IEnumerable<Exhibit> Exhibits()
    {
        foreach (var file in source.Files.Concat(answers.Select(answer => answer.File)))
        {
            file.ThrowIfChanged();
        }

        var readers = answers.Select(answer => (answer.Candidate, Answers: answer.Open())).ToArray();
        try
        {
            var at = source.NewReading(new MistakeLog());
            var ordinal = 0;
            foreach (var (row, _) in source.Rows(limits, at))
            {
                if (ordinal >= cases || row is null || source.Form.Read(row, at) is not { } @case)
                {
                    throw Changed();
                }

                var recorded = NoResponses.ToBuilder();
                foreach (var (candidate, reader) in readers)
                {
                    recorded.Add(candidate, reader.Read(ordinal, @case.Id));
                }

                ordinal++;
                yield return new Exhibit { Case = @case, Recorded = recorded.ToImmutable() };
            }

            if (ordinal != cases)
            {
                throw Changed();
            }
        }
        finally
        {
            foreach (var (_, reader) in readers)
            {
                reader.Dispose();
            }
        }
    }

    private EvaluationException Changed() => new([new Mistake("The file was changed after it was checked.", "Start again.") { File = source.Shown }]);

    private static readonly ImmutableSortedDictionary<CandidateName, ImmutableArray<string>> NoResponses =
        ImmutableSortedDictionary.Create<CandidateName, ImmutableArray<string>>(NameOrder<CandidateName>.Ordinal);
}
