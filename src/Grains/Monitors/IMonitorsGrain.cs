using Assize.Evaluation;
using Assize.Evaluation.Monitors;

namespace Assize.Grains.Monitors;

/// <summary>The list of a tenant's monitors: what a gateway needs to look at traffic.</summary>
[Alias("assize.monitors")]
public interface IMonitorsGrain : IGrainWithStringKey
{
    /// <summary>Notes a monitor, or that it changed; a repeated note changes nothing.</summary>
    [Alias("Note")]
    Task Note(MonitorEntry entry);

    [Alias("Forget")]
    Task Forget(MonitorName name);

    [Alias("List")]
    Task<MonitorSet> List();
}
