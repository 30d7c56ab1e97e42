using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Assize.Evaluation.Tests.HouseRules;

public sealed partial class ArrowTests
{
    [Theory]
    [InlineData("Evaluation", "")]
    [InlineData("SimulatedModel", "")]
    [InlineData("Grains", "Evaluation")]
    [InlineData("Silo", "Grains")]
    [InlineData("Gateway", "Grains")]
    [InlineData("Cli", "Gateway Silo SimulatedModel")]
    public void ArrowsPointDown(string project, string below)
    {
        var references = XDocument.Parse(SourceTree.Text($"src/{project}/{project}.csproj")).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!))
            .Order(StringComparer.Ordinal);

        Assert.Equal(below.Split(' ', StringSplitOptions.RemoveEmptyEntries), references);
    }

    [Fact]
    public void EveryProjectHasItsArrowsHere() => Assert.Equal(
        ["Cli", "Evaluation", "Gateway", "Grains", "Silo", "SimulatedModel"],
        SourceTree.Files("src", "*.csproj").Select(Path.GetFileNameWithoutExtension));

    [Fact]
    public void TheDomainStandsOnTheBaseLibraryOneForNumbersAndOneForCalendars() => Assert.DoesNotContain(
        typeof(EvaluationJson).Assembly.GetReferencedAssemblies().Select(assembly => assembly.Name!),
        name => !(name.StartsWith("System.", StringComparison.Ordinal) || name is "System" or "netstandard" or "MathNet.Numerics" or "Cronos"));

    [Fact]
    public void TheDomainReadsNoClockNoDiceAndNoFiles() => Assert.Empty(
        from file in SourceTree.Files("src/Evaluation", "*.cs")
        from line in SourceTree.Code(file)
        where Impure().IsMatch(line.Text)
        select $"{file}:{line.Number}: {line.Text.Trim()}");

    [Fact]
    public void OneFileMakesAddresses() => Assert.Empty(
        from file in SourceTree.Files("src", "*.cs")
        where !file.EndsWith("/Addresses.cs", StringComparison.Ordinal)
        from line in SourceTree.Code(file)
        where line.Text.Contains(".GetGrain", StringComparison.Ordinal)
        select $"{file}:{line.Number}: {line.Text.Trim()}");

    [GeneratedRegex(@"\bDateTime(Offset)?\.(Utc)?Now\b|\bTimeProvider\b|\bStopwatch\b|\bRandom\b|\bRandomNumberGenerator\b|\bNewGuid\b|\bFile\.|\bDirectory\.|\bFileStream\b|\bHttpClient\b|\bEnvironment\.|\bConsole\.", RegexOptions.CultureInvariant)]
    private static partial Regex Impure();
}
