namespace Assize.Evaluation.Tests.HouseRules;

/// <summary>The repository as it lies on disk, found by walking up to its solution; where only the built tests are there, the rules are skipped.</summary>
internal static class SourceTree
{
    private static readonly string[] Made = ["artifacts", "bin", "obj", ".git"];

    /// <summary>The files below a folder of the repository that a pattern matches, as paths from its root.</summary>
    public static IReadOnlyList<string> Files(string folder, string pattern)
    {
        var files = Directory.EnumerateFiles(Path.Combine(Root(), folder), pattern, SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root(), file).Replace('\\', '/'))
            .Where(file => !file.Split('/').Intersect(Made).Any())
            .Order(StringComparer.Ordinal)
            .ToArray();
        Assert.True(files.Length > 0, $"no file matches {pattern} below {folder}, so that the rule looks at nothing");
        return files;
    }

    public static string Text(string file) => File.ReadAllText(Path.Combine(Root(), file));

    public static string[] Lines(string file) => File.ReadAllLines(Path.Combine(Root(), file));

    /// <summary>Source without lines that are only comments.</summary>
    public static IEnumerable<(int Number, string Text)> Code(string file) => Lines(file)
        .Select((text, i) => (Number: i + 1, Text: text))
        .Where(line => !line.Text.AsSpan().TrimStart().StartsWith("//", StringComparison.Ordinal));

    public static bool Has(string path) => File.Exists(Path.Combine(Root(), path)) || Directory.Exists(Path.Combine(Root(), path));

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Cluster.sln")))
            {
                return folder.FullName;
            }
        }

        Assert.Skip("Cluster.sln is not above the tests, so that there are no sources to look at.");
        return "";
    }
}
