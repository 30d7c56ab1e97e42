using System.Globalization;

namespace Assize.Evaluation.Runs;

/// <summary>How many labels a run may have, and how long they may be: they stand in every list of runs.</summary>
public static class LabelCheck
{
    public const int Most = 32;

    public const int LongestName = 64;

    public const int LongestValue = 256;

    /// <summary>Every mistake in a run's labels.</summary>
    /// <param name="field">Where they were given.</param>
    public static IEnumerable<Mistake> Of(IReadOnlyCollection<KeyValuePair<string, string>> labels, string field)
    {
        if (labels.Count > Most)
        {
            yield return Wrong($"A run has at most {Most} labels, not {labels.Count}.", field);
        }

        foreach (var (name, value) in labels)
        {
            if (name.Length is 0 or > LongestName)
            {
                yield return Wrong($"The name of a label has 1 to {LongestName} characters, not {name.Length}: '{Start(name)}'.", field);
            }

            if (value.Length > LongestValue)
            {
                yield return Wrong($"The value of a label has at most {LongestValue} characters, not {value.Length}: that of '{Start(name)}'.", field);
            }
        }
    }

    private static string Start(string name) => Judges.Material.Line(name, LongestName);

    private static Mistake Wrong(FormattableString what, string field) => new(what.ToString(CultureInfo.InvariantCulture)) { Field = field };
}
