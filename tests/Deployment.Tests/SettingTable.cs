using System.Text.RegularExpressions;
using Assize.Servers;

namespace Assize.Deployment.Tests;

/// <summary>One row of docs/configuration.md.</summary>
internal sealed record Setting(string Key, string Variable, string Default, string Role)
{
    public bool IsOf(string role) => Role == "both" || Role == role || role == "all";
}

/// <summary>The tables of docs/configuration.md.</summary>
internal static partial class SettingTable
{
    private static readonly string[] Rows = File.ReadAllLines(Path.Combine(Programs.Root, "docs/configuration.md"));

    public static IReadOnlyList<Setting> All { get; } =
        [.. Rows.Select(row => Row().Match(row)).Where(match => match.Success).Select(match => new Setting(match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value.Trim('`'), match.Groups[4].Value))];

    /// <summary>What .NET reads by itself, from the environment only.</summary>
    public static IReadOnlyList<string> OfTheRuntime { get; } =
        [.. Rows.Select(row => RuntimeRow().Match(row)).Where(match => match.Success).Select(match => match.Groups[1].Value)];

    /// <summary>The row of a setting, by its key or its name in the environment; words in capitals stand for any name.</summary>
    public static Setting? Of(string name)
    {
        var parts = name.Split(name.Contains(':', StringComparison.Ordinal) ? ":" : "__");
        return All.FirstOrDefault(setting => setting.Key.Split(':') is var key && key.Length == parts.Length && key.Zip(parts).All(pair => pair.First == pair.Second || pair.First.All(char.IsUpper)));
    }

    [GeneratedRegex(@"^\| `([^`]+)` \| `([^`]+)` \| ([^|]+) \| (silo|gateway|both) \|")]
    private static partial Regex Row();

    [GeneratedRegex(@"^\| `([^`]+)` \| [^|]+ \|$")]
    private static partial Regex RuntimeRow();
}
