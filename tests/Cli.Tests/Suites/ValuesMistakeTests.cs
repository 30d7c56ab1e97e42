using Assize.Evaluation.Judges;

namespace Assize.Cli.Tests.Suites;

/// <summary>What a person reads when a judge is given nothing to compare with.</summary>
public sealed class ValuesMistakeTests : IDisposable
{
    private readonly SuiteFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("exact")]
    [InlineData("contains")]
    [InlineData("number")]
    [InlineData("json")]
    public void AnEmptyListOfValuesIsToldAndNotTakenForTheReference(string type)
    {
        folder.Replacing("    type: exact", $"    type: {type}\n    values: []");

        Assert.Equal(
            "suite.yaml:9: judges[0].values: The list is empty, so there is nothing to compare with. Give at least one value, or leave the field out to compare with the reference.",
            folder.Mistakes());
    }

    [Fact]
    public void ValuesThatAreLeftBlankAreToldAndNotTakenForTheTextNull()
    {
        folder.Replacing("    type: exact", "    type: exact\n    values:");

        Assert.Equal("suite.yaml:9: judges[0].values: This must be a value, not nothing. Give it a value, or leave the field out.", folder.Mistakes());
    }

    [Fact]
    public void NullAmongTheValuesIsTheTextThatItIsWrittenAs()
    {
        folder.Replacing("    type: exact", "    type: json\n    values: [null]");

        var suite = folder.Open();

        Assert.Equal(["null"], Assert.IsType<JsonJudge>(Assert.Single(suite.Definition.Judges)).Values);
    }
}
