using System.Text.RegularExpressions;

namespace Assize.Evaluation.Tests.HouseRules;

public sealed partial class FileTests
{
    private static readonly string[] Drawers = ["Helper", "Helpers", "Manager", "Util", "Utils", "Utility", "Common", "Base", "Processor"];

    // Put together here, so that the rule does not find itself.
    private static readonly string[] Unfinished = ["TO" + "DO", "FIX" + "ME", "HA" + "CK", "NotImplemented" + "Exception"];

    private static readonly string Misspelt = "judg" + "ment";

    /// <summary>A file of other people, whose name is theirs.</summary>
    private static readonly string OthersFile = "single_" + Misspelt + "s";

    [Theory]
    [InlineData("src/Evaluation", "*.cs", 200)]
    [InlineData("src", "*Grain.cs", 150)]
    [InlineData("src", "Program.cs", 60)]
    [InlineData("src", "*.cs", 400)]
    [InlineData("tests", "*.cs", 400)]
    public void NoFileIsLong(string folder, string pattern, int most) => Assert.Empty(
        from file in SourceTree.Files(folder, pattern)
        let lines = SourceTree.Lines(file).Length
        where lines > most
        select $"{file} has {lines} lines, more than {most}");

    [Fact]
    public void NoTypeIsADrawer() => Assert.Empty(
        from file in SourceTree.Files("src", "*.cs")
        from name in SourceTree.Code(file).SelectMany(line => Declared().Matches(line.Text)).Select(match => match.Groups[1].Value).Append(Path.GetFileNameWithoutExtension(file))
        let words = Words().Matches(name).Select(word => word.Value).ToArray()
        where words.Intersect(Drawers).Any() || (words.Contains("Service") && !file.StartsWith("src/Gateway/", StringComparison.Ordinal))
        select $"{file}: {name}");

    [Fact]
    public void NoFolderIsADrawer() => Assert.DoesNotContain(
        SourceTree.Files("src", "*.cs"), file => file.Split('/')[..^1].Any(folder => Drawers.Contains(folder) || Drawers.Contains(folder.TrimEnd('s')) || folder is "Services"));

    [Fact]
    public void NothingIsLeftUnfinished() => Assert.Empty(
        from file in Prose()
        let text = SourceTree.Text(file)
        from word in Unfinished
        where Regex.IsMatch(text, $@"\b{word}\b", RegexOptions.CultureInvariant)
        select $"{file}: {word}");

    [Fact]
    public void AJudgementHasItsE() => Assert.DoesNotContain(
        Prose(), file => SourceTree.Text(file).Replace(OthersFile, "", StringComparison.Ordinal).Contains(Misspelt, StringComparison.OrdinalIgnoreCase));

    [Fact]
    public void NoInterfaceHasATwin()
    {
        var files = SourceTree.Files("src", "*.cs").ToHashSet(StringComparer.Ordinal);

        Assert.DoesNotContain(files, file =>
            TwinName().Match(file) is { Success: true } match && !file.EndsWith("Grain.cs", StringComparison.Ordinal) && files.Contains($"{match.Groups[1].Value}{match.Groups[2].Value}"));
    }

    private static IEnumerable<string> Prose() =>
        new[] { "src", "tests", "samples", "docs" }.Where(SourceTree.Has)
            .SelectMany(folder => SourceTree.Files(folder, "*"))
            .Where(file => Path.GetExtension(file) is ".cs" or ".proto" or ".md" or ".yaml" or ".yml" or ".json" or ".jsonl" or ".csproj")
            .Concat(new[] { "README.md", "CONTRIBUTING.md", "CHANGELOG.md" }.Where(SourceTree.Has));

    [GeneratedRegex(@"\b(?:class|record|struct|interface|enum)\s+(?:class\s+|struct\s+)?([A-Z]\w*)", RegexOptions.CultureInvariant)]
    private static partial Regex Declared();

    [GeneratedRegex("[A-Z][a-z0-9]*", RegexOptions.CultureInvariant)]
    private static partial Regex Words();

    [GeneratedRegex(@"^(.*/)I([A-Z]\w*\.cs)$", RegexOptions.CultureInvariant)]
    private static partial Regex TwinName();
}
