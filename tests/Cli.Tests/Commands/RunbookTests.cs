using System.Text.RegularExpressions;

namespace Assize.Cli.Tests.Commands;

/// <summary>Whoever is called at night types what stands there.</summary>
public sealed partial class RunbookTests
{
    public static TheoryData<string> Commands =>
    [
        .. Directory.EnumerateFiles(Path.Combine(AssizeProgram.Root, "docs", "runbooks"), "*.md").Order(StringComparer.Ordinal)
            .SelectMany(page => Typed().Matches(File.ReadAllText(page))).Select(match => match.Groups[1].Value).Distinct(),
    ];

    [Fact]
    public void RunbooksNameCommands() => Assert.InRange(Commands.Count, 10, 100);

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task ARunbookNamesCommandsAndOptionsThatThereAre(string typed)
    {
        var words = typed.Split(' ');
        var command = words.TakeWhile(word => char.IsAsciiLetterLower(word[0])).ToArray();

        var help = await AssizeProgram.Run([.. command, "--help"]);

        Assert.Equal((0, ""), (help.Code, help.Error));
        Assert.Contains($"assize {string.Join(' ', command)}", help.Out, StringComparison.Ordinal);
        Assert.All(words.Where(word => word.StartsWith("--", StringComparison.Ordinal)), option => Assert.Matches($@"{option}\b", help.Out));
    }

    [GeneratedRegex("`assize ([a-z][^`]*)`", RegexOptions.CultureInvariant)]
    private static partial Regex Typed();
}
