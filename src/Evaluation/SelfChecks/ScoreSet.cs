using System.Collections.Immutable;

namespace Assize.Evaluation.SelfChecks;

/// <summary>Scores that splits are made of: items with two scores of the same standing, as two candidates or two judgements of one.</summary>
/// <param name="Name">For a person.</param>
/// <param name="Items">What was scored.</param>
public sealed record ScoreSet(string Name, ImmutableArray<ScoredItem> Items)
{
    /// <summary>With fewer clusters than this nothing is said: the limits that hold for many do not hold for a few.</summary>
    public const int FewestClusters = 50;

    private const int FewestThatDiffer = 20;

    /// <summary>Independent groups of items.</summary>
    public int Clusters { get; } = Items.Select(item => item.Cluster).Distinct(StringComparer.Ordinal).Count();

    /// <summary>Whether every item is independent of the others.</summary>
    public bool IsIndependent => Clusters == Items.Length;

    /// <summary>Whether every item has a second score.</summary>
    public bool IsPaired => Items.All(item => item.Second is not null);

    /// <summary>Whether enough items have another score than the most usual one: a test of means says nothing about a few that differ.</summary>
    public bool Varies => Items.Length - Items.GroupBy(item => item.First).Max(alike => alike.Count()) >= FewestThatDiffer;

    /// <summary>The same of clusters whose two scores differ.</summary>
    public bool Differs => Items.Where(item => item.Second is { } second && second != item.First).Select(item => item.Cluster).Distinct(StringComparer.Ordinal).Count() >= FewestThatDiffer;
}

/// <summary>One item and its scores.</summary>
/// <param name="Key">By which it is split.</param>
/// <param name="Cluster">What it shares with items that are not independent of it.</param>
/// <param name="First">Its score.</param>
/// <param name="Second">Another one; null where there is none.</param>
public readonly record struct ScoredItem(string Key, string Cluster, double First, double? Second = null);
