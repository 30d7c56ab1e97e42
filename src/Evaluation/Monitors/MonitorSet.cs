using System.Collections.Immutable;

namespace Assize.Evaluation.Monitors;

/// <summary>A tenant's monitors as those need them who look at traffic.</summary>
public sealed record MonitorSet(ImmutableArray<MonitorEntry> Monitors)
{
    public static MonitorSet Empty { get; } = new([]);

    public MonitorEntry? Find(MonitorName name) => Monitors.FirstOrDefault(entry => entry.Name == name);

    public MonitorSet With(MonitorEntry entry) => new([.. Without(entry.Name).Monitors.Add(entry).OrderBy(one => one.Name)]);

    public MonitorSet Without(MonitorName name) => new(Monitors.RemoveAll(entry => entry.Name == name));
}

/// <summary>One monitor in the list.</summary>
/// <param name="Definition">What it is.</param>
/// <param name="Revision">Up with every change of the definition.</param>
/// <param name="Paused">Whether it takes nothing in for the moment.</param>
public sealed record MonitorEntry(MonitorDefinition Definition, int Revision, bool Paused)
{
    [System.Text.Json.Serialization.JsonIgnore]
    public MonitorName Name => Definition.Name;
}
