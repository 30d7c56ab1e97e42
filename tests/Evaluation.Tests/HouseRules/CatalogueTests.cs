using System.Reflection;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Assize.Evaluation.Candidates;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;

namespace Assize.Evaluation.Tests.HouseRules;

public sealed partial class CatalogueTests
{
    [Theory]
    [InlineData(typeof(Judge), 8)]
    [InlineData(typeof(Candidate), 2)]
    [InlineData(typeof(Outcome), 3)]
    [InlineData(typeof(Completion), 2)]
    [InlineData(typeof(Detector), 6)]
    public void ACatalogueIsComplete(Type root, int count)
    {
        var concrete = root.Assembly.GetTypes().Where(type => !type.IsAbstract && root.IsAssignableFrom(type)).OrderBy(type => type.Name, StringComparer.Ordinal);
        var listed = root.GetCustomAttributes<JsonDerivedTypeAttribute>(inherit: false).ToArray();

        Assert.Equal(concrete, listed.Select(entry => entry.DerivedType).OrderBy(type => type.Name, StringComparer.Ordinal));
        Assert.Equal(count, listed.Length);
        Assert.Equal(count, listed.Select(entry => entry.TypeDiscriminator).Distinct().Count());
    }

    [Theory]
    [InlineData(typeof(Judge), "judges.proto", "Judge")]
    [InlineData(typeof(Candidate), "suites.proto", "Candidate")]
    public void EveryKindTravelsThroughTheApi(Type root, string file, string message)
    {
        var proto = SourceTree.Text($"src/Gateway/Protos/assize/v1/{file}");
        var body = proto[proto.IndexOf($"\nmessage {message} {{", StringComparison.Ordinal)..];
        var union = body[body.IndexOf("oneof kind {", StringComparison.Ordinal)..];
        var cases = Field().Matches(union[..union.IndexOf('}', StringComparison.Ordinal)])
            .Select(field => (Kind: field.Groups[2].Value, Type: field.Groups[1].Value))
            .Order();

        Assert.Equal(
            root.GetCustomAttributes<JsonDerivedTypeAttribute>(inherit: false).Select(entry => (Kind: (string)entry.TypeDiscriminator!, Type: entry.DerivedType.Name)).Order(),
            cases);
    }

    [GeneratedRegex(@"(\w+) (\w+) = \d+;", RegexOptions.CultureInvariant)]
    private static partial Regex Field();
}
