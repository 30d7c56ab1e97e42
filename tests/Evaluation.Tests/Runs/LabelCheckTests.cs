using System.Globalization;
using Assize.Evaluation.Runs;

namespace Assize.Evaluation.Tests.Runs;

public sealed class LabelCheckTests
{
    [Fact]
    public void LabelsWithinTheLimitsAreNoMistake() =>
        Assert.Empty(LabelCheck.Of([.. Enumerable.Range(0, 32).Select(i => KeyValuePair.Create(i.ToString("d64", CultureInfo.InvariantCulture), new string('v', 256)))], "labels"));

    [Fact]
    public void EveryMistakeInLabelsIsTold()
    {
        KeyValuePair<string, string>[] labels =
        [
            .. Enumerable.Range(0, 30).Select(i => KeyValuePair.Create(i.ToString(CultureInfo.InvariantCulture), "")),
            new("", "nameless"), new(new string('n', 65), ""), new("long", new string('v', 257)),
        ];

        Assert.Equal(
            [
                "A run has at most 32 labels, not 33.",
                "The name of a label has 1 to 64 characters, not 0: ''.",
                $"The name of a label has 1 to 64 characters, not 65: '{new string('n', 63)}…'.",
                "The value of a label has at most 256 characters, not 257: that of 'long'.",
            ],
            LabelCheck.Of(labels, "labels").Select(mistake => mistake.What));
        Assert.All(LabelCheck.Of(labels, "labels"), mistake => Assert.Equal("labels", mistake.Field));
    }
}
