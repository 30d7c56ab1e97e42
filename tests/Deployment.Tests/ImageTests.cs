using System.Text.RegularExpressions;
using System.Xml.Linq;
using Assize.Servers;

namespace Assize.Deployment.Tests;

/// <summary>The Dockerfile and <c>dotnet publish -t:PublishContainer</c> make the same image.</summary>
public sealed partial class ImageTests
{
    private static readonly string Dockerfile = File.ReadAllText(Path.Combine(Programs.Root, "Dockerfile")).Replace("\\\n", " ", StringComparison.Ordinal);

    private static readonly XDocument Project = XDocument.Load(Path.Combine(Programs.Root, "src/Cli/Cli.csproj"));

    [Fact]
    public void BothImagesStandOnTheSameBase() => Assert.Equal(Property("ContainerBaseImage"), Instruction("ARG")["BASE=".Length..]);

    [Fact]
    public void BothImagesRunAsTheSameUserWhoIsNotRoot()
    {
        Assert.Equal("1654", Instruction("USER"));
        Assert.Equal(Property("ContainerUser"), Instruction("USER"));
    }

    [Fact]
    public void BothImagesStartTheSameProgram()
    {
        Assert.Equal($"[\"{Item("ContainerAppCommand").Single().Include}\"]", Instruction("ENTRYPOINT"));
        Assert.Equal($"[\"{Item("ContainerDefaultArgs").Single().Include}\"]", Instruction("CMD"));
        Assert.Equal(Property("ContainerWorkingDirectory"), Instructions("WORKDIR").Last());
    }

    [Fact]
    public void BothImagesAnnounceTheSamePorts() => Assert.Equal(Item("ContainerPort").Single().Include.Split(';'), Instruction("EXPOSE").Split(' '));

    [Fact]
    public void BothImagesHaveTheSameEnvironment() => Assert.Equal(
        Item("ContainerEnvironmentVariable").Select(item => $"{item.Include}={item.Value}"),
        Instruction("ENV").Split(' ', StringSplitOptions.RemoveEmptyEntries));

    [Fact]
    public void BothImagesCarryTheSameTitleAndDescription()
    {
        Assert.Contains($"org.opencontainers.image.title=\"{Property("ContainerTitle")}\"", Instruction("LABEL"), StringComparison.Ordinal);
        Assert.Contains($"org.opencontainers.image.description=\"{Property("ContainerDescription")}\"", Instruction("LABEL"), StringComparison.Ordinal);
    }

    [Fact]
    public void EveryVariableOfTheImageIsReadBySomebody() => Assert.All(
        Item("ContainerEnvironmentVariable"), item => Assert.True(SettingTable.Of(item.Include) is not null || SettingTable.OfTheRuntime.Contains(item.Include), item.Include));

    [Fact]
    public void TheBuildGetsWhatItCompilesAndNothingElse()
    {
        var lines = File.ReadAllLines(Path.Combine(Programs.Root, ".dockerignore")).Where(line => line.Length > 0 && line[0] != '#').ToArray();

        Assert.Equal("*", lines[0]);
        Assert.All(lines.Where(line => line[0] == '!'), line => Assert.True(Path.Exists(Path.Combine(Programs.Root, line[1..])), line));
    }

    private static string Instruction(string name) => Instructions(name).Last(arguments => !arguments.StartsWith("TARGETARCH", StringComparison.Ordinal));

    private static IEnumerable<string> Instructions(string name) => Line().Matches(Dockerfile).Where(match => match.Groups[1].Value == name).Select(match => match.Groups[2].Value.Trim());

    private static string Property(string name) => Project.Descendants(name).Single().Value;

    private static IEnumerable<(string Include, string Value)> Item(string name) => Project.Descendants(name).Select(item => ((string)item.Attribute("Include")!, (string?)item.Attribute("Value") ?? ""));

    [GeneratedRegex(@"^([A-Z]+) (.*)$", RegexOptions.Multiline)]
    private static partial Regex Line();
}
