using System.Globalization;
using Assize.Evaluation;
using Assize.Evaluation.Suites;

namespace Assize.Cli.Suites;

/// <summary>A file of a suite as it was when it was found.</summary>
/// <param name="FullPath">Where it is.</param>
/// <param name="Shown">What a person calls it.</param>
/// <param name="Length">Its bytes; what is appended later is not read.</param>
/// <param name="Written">When it was last written to.</param>
internal sealed record SourceFile(string FullPath, string Shown, long Length, DateTime Written)
{
    private const int NamesShown = 5;

    /// <summary>Finds a file that a document names; null when it cannot be read, and then the mistake is noted.</summary>
    /// <param name="folder">The document's folder.</param>
    /// <param name="name">The path as it is written, from the folder.</param>
    /// <param name="at">Where mistakes go.</param>
    /// <param name="line">Where the name stands.</param>
    /// <param name="field">Which field names it.</param>
    /// <param name="limit">How many bytes it may have.</param>
    /// <param name="option">The option that sets the limit.</param>
    public static SourceFile? Find(string folder, string name, Reading at, int? line, string? field, long limit, string option)
    {
        if (name.Length == 0 || name.Contains('\0', StringComparison.Ordinal))
        {
            at.Note(line, field, $"{Spelling.Quote(name)} is not the path of a file.");
            return null;
        }

        var shown = Path.Combine(folder, name);
        try
        {
            var file = new FileInfo(shown);
            if (Directory.Exists(shown))
            {
                at.Note(line, field, $"{Spelling.Quote(shown)} is a folder, not a file.", Inside(shown));
            }
            else if (!file.Exists)
            {
                at.Note(line, field, $"The file {Spelling.Quote(shown)} does not exist.", Near(shown));
            }
            else if (file.Length > limit)
            {
                at.Note(
                    line,
                    field,
                    string.Create(CultureInfo.InvariantCulture, $"The file {Spelling.Quote(shown)} has {file.Length:N0} bytes, more than the limit of {limit:N0} (option {option})."),
                    "Split it, or raise the limit.");
            }
            else
            {
                using var opened = file.Open(FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                return new SourceFile(file.FullName, shown, file.Length, file.LastWriteTimeUtc);
            }
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            at.Note(line, field, $"The file {Spelling.Quote(shown)} cannot be read: {Spelling.Printable(unreadable.Message)}");
        }

        return null;
    }

    /// <summary>Refuses to go on with a file that is no longer the one that was checked.</summary>
    public void ThrowIfChanged()
    {
        var now = new FileInfo(FullPath);
        if (!now.Exists || now.Length != Length || now.LastWriteTimeUtc != Written)
        {
            throw Changed();
        }
    }

    public EvaluationException Changed() => new([new Mistake("The file was changed after it was checked.", "Start again.") { File = Shown }]);

    private static string? Near(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        if (folder is null || !Directory.Exists(folder))
        {
            return folder is null ? null : $"There is no folder {Spelling.Quote(folder)} either.";
        }

        var names = Directory.EnumerateFiles(folder).Select(file => Path.GetFileName(file)!).Take(10_000).ToArray();
        return Spelling.Nearest(Path.GetFileName(path), names) is { } near ? $"Did you mean {Spelling.Quote(near)}?" : Listed("The folder has", names);
    }

    private static string? Inside(string folder) =>
        Listed("Name a file in it", [.. Directory.EnumerateFiles(folder).Select(file => Path.GetFileName(file)!).Take(10_000)]);

    private static string? Listed(string lead, string[] names) => names.Length switch
    {
        0 => null,
        <= NamesShown => $"{lead}: {Names(names)}.",
        _ => string.Create(CultureInfo.InvariantCulture, $"{lead}: {Names(names)} and {names.Length - NamesShown:N0} more."),
    };

    private static string Names(string[] names) => string.Join(", ", names.Order(StringComparer.Ordinal).Take(NamesShown).Select(Spelling.Printable));
}
