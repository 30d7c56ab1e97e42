using Assize.Evaluation;

namespace Assize.Cli.Reports;

/// <summary>The file that a page goes to. Whether it can be written is found out before anything is paid for.</summary>
internal static class PageFile
{
    /// <summary>The option with which a page is asked for.</summary>
    public const string Option = "--html";

    /// <summary>The place of the page that is no file: standard output, or none at all.</summary>
    public const string Nowhere = "-";

    /// <summary>Tries the place, without changing a file that is there.</summary>
    /// <exception cref="EvaluationException">The place is no file's.</exception>
    /// <exception cref="InfrastructureException">Nothing can be written there.</exception>
    public static void Check(string? path)
    {
        if (path is null or Nowhere)
        {
            return;
        }

        if (string.IsNullOrWhiteSpace(path))
        {
            throw new EvaluationException([new Mistake("An empty name is no file.", "Name the file that the page goes to.") { Field = Option }]);
        }

        if (Directory.Exists(path) || Path.EndsInDirectorySeparator(path))
        {
            throw new EvaluationException([new Mistake($"'{path}' is a folder.", "Name the file in it that the page goes to, as in report.html.") { Field = Option }]);
        }

        var isNew = !File.Exists(path);
        try
        {
            Made(path);
            new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite).Dispose();
            if (isNew)
            {
                File.Delete(path);
            }
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new InfrastructureException($"The page cannot be written to '{path}' ({refused.Message.TrimEnd('.')}), and nothing was done.", "Name another file with --html.");
        }
    }

    public static async Task Write(string path, string page)
    {
        Made(path);
        await File.WriteAllTextAsync(path, page, CancellationToken.None);
    }

    private static void Made(string path) => Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
}
