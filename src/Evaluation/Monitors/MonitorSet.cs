using System.Collections.Immutable;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Monitors;

/// <summary>A tenant's monitors as those need them who look at traffic.</summary>
public sealed record MonitorSet(ImmutableArray<MonitorEntry> Monitors)
{
    public static MonitorSet Empty { get; } = new([]);

    public MonitorEntry? Find(MonitorName name) => Monitors.FirstOrDefault(entry => entry.Name == name);

    public MonitorSet With(MonitorEntry entry) => new([.. Without(entry.Name).Monitors.Add(entry).OrderBy(one => one.Name)]);

    /// <summary>Monitors whose anchors or benchmark are a suite's.</summary>
    public IEnumerable<MonitorEntry> Using(SuiteName suite) => Monitors.Where(entry => entry.Definition.Anchors?.Suite == suite || entry.Definition.Benchmark?.Suite == suite);

    public MonitorSet Without(MonitorName name) => Find(name) is null ? this : new(Monitors.RemoveAll(entry => entry.Name == name));
}

/// <summary>One monitor in the list.</summary>
/// <param name="Definition">What it is.</param>
/// <param name="Revision">Up with every change of the definition.</param>
/// <param name="Paused">Whether it takes nothing in for the moment.</param>
/// <param name="Versions">Versions of suites that its anchors and its benchmark are; null where that was not noted.</param>
public sealed record MonitorEntry(MonitorDefinition Definition, int Revision, bool Paused, ImmutableArray<SuiteVersion>? Versions)
{
    /// <summary>When the definition was given; null where that was not noted. With the revision it tells definitions apart: a monitor that is deleted and made anew counts from 1 again.</summary>
    public DateTimeOffset? Given { get; init; }

    public static MonitorEntry Of(MonitorLedger ledger) => new(
        ledger.Spec.Definition, ledger.Spec.Revision, ledger.Paused, [.. new[] { ledger.Spec.Anchors?.Version, ledger.Spec.Benchmark?.Version }.OfType<SuiteVersion>()]) { Given = ledger.Spec.Changed };

    /// <summary>Whether both are of the same definition.</summary>
    public bool Repeats(MonitorEntry other) => (Revision, Given) == (other.Revision, other.Given);

    /// <summary>Whether it needs a version of a suite of its.</summary>
    public bool Needs(SuiteVersion version) => Versions?.Contains(version) ?? true;

    [System.Text.Json.Serialization.JsonIgnore]
    public MonitorName Name => Definition.Name;
}
