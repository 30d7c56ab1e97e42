namespace Assize.Cli.Streams;

/// <summary>Which column of a recorded stream holds what.</summary>
internal sealed record StreamColumns
{
    public const string None = "-";

    public required string Score { get; init; }

    public string? Time { get; init; }

    public string? Slice { get; init; }

    public string? Id { get; init; }

    /// <summary>Says which rows are anchors: true and false (or 1 and 0, yes and no), or the item's name where the row is one.</summary>
    public string? Anchor { get; init; }

    /// <summary>Says which item an anchor is; without it the id does.</summary>
    public string? Item { get; init; }

    public string? Judge { get; init; }

    /// <summary>The column that holds a part: the one asked for, or the usual one where the file has it. A dash asks for none.</summary>
    public static string? Choose(string? asked, string usual, IReadOnlyCollection<string> there) =>
        asked == None ? null : asked ?? (there.Contains(usual) ? usual : null);

    /// <summary>The columns in use with the part each holds.</summary>
    public IEnumerable<(string Part, string Column)> InUse() =>
        new[] { ("score", Score), ("time", Time), ("slice", Slice), ("id", Id), ("anchor", Anchor), ("item", Item), ("judge", Judge) }
            .Where(pair => pair.Item2 is not null).Select(pair => (pair.Item1, pair.Item2!));
}
