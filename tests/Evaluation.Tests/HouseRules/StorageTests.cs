using System.Text.RegularExpressions;

namespace Assize.Evaluation.Tests.HouseRules;

public sealed partial class StorageTests
{
    [Fact]
    public void EveryStateThatAGrainKeepsStandsInTheTableOfStates()
    {
        string[] kept = [.. SourceTree.Files("src/Grains", "*.cs").SelectMany(file => SourceTree.Code(file)).SelectMany(line => Kept().Matches(line.Text)).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal)];
        var page = SourceTree.Lines("docs/storage.md");
        var table = page.SkipWhile(line => !line.StartsWith("| state |", StringComparison.Ordinal)).TakeWhile(line => line.StartsWith('|'));

        Assert.True(kept.Length >= 16, $"only {kept.Length} states were found");
        Assert.Equal(kept, table.SelectMany(line => Row().Matches(line)).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal));
    }

    [GeneratedRegex("PersistentState\\(\"([^\"]+)\"", RegexOptions.CultureInvariant)]
    private static partial Regex Kept();

    [GeneratedRegex("^\\| `([^`]+)` \\|", RegexOptions.CultureInvariant)]
    private static partial Regex Row();
}
