using System.Collections.Concurrent;

namespace Assize.Grains;

/// <summary>The labels of monitors in one process: they are named by their tenants, so that only the first hundred get their own, and later ones share one.</summary>
public sealed class MonitorNames
{
    private const int Most = 100;

    private readonly ConcurrentDictionary<string, string> names = new(StringComparer.Ordinal);

    /// <param name="monitor">As tenant/name.</param>
    public string Of(string monitor) => names.TryGetValue(monitor, out var known) ? known : names.Count < Most ? names.GetOrAdd(monitor, monitor) : Metrics.Other;
}
