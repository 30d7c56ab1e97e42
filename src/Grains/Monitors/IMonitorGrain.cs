using System.Collections.Immutable;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Sampling;
using Assize.Evaluation.Traffic;

namespace Assize.Grains.Monitors;

/// <summary>One monitor: takes drawn traffic in, has it judged, and watches the scores.</summary>
[Alias("assize.monitor")]
public interface IMonitorGrain : IGrainWithStringKey
{
    /// <summary>Begins the monitor, or gives it another definition; one that judges otherwise waits for a bridge, unless the baseline is given up.</summary>
    [Alias("Put")]
    Task<MonitorStatus> Put(MonitorSpec spec, bool rebaseline);

    /// <summary>Lets another judge take over, or sends it away.</summary>
    /// <param name="decision">What becomes of it.</param>
    /// <param name="by">Who says so; null where nobody is named.</param>
    [Alias("Decide")]
    Task<MonitorStatus> Decide(BridgeDecision decision, string? by);

    /// <summary>Has the anchors judged beside their schedule, and does not wait for it.</summary>
    /// <param name="asOf">What the round counts as; null for now.</param>
    [Alias("JudgeAnchors")]
    Task<MonitorStatus> JudgeAnchors(DateTimeOffset? asOf);

    /// <summary>Where the monitor stands, or nothing when there is none.</summary>
    [Alias("Status")]
    Task<MonitorStatus?> Status();

    /// <summary>Takes a batch in and answers once it rests safely: where texts may be kept, in storage; where not, judged and its scores saved. A repeated batch changes nothing.</summary>
    [Alias("Take")]
    [ResponseTimeout("00:10:00")]
    Task<Taken> Take(TrafficBatch batch);

    [Alias("Pause")]
    Task<MonitorStatus> Pause(bool paused);

    [Alias("Acknowledge")]
    Task<MonitorStatus> Acknowledge(long alarm, Acknowledgement how);

    /// <summary>Goes on with what is not judged yet.</summary>
    [Alias("Resume")]
    Task Resume();

    /// <summary>Forgets the monitor with everything it kept; samples that are not judged yet are forgotten too.</summary>
    [Alias("Delete")]
    Task Delete();
}

/// <summary>Where a monitor stands.</summary>
/// <param name="Ledger">All that it knows.</param>
/// <param name="At">When this was found out.</param>
/// <param name="Hindrances">What keeps it from its work for the moment, each in words for a person.</param>
[GenerateSerializer, Immutable, Alias("assize.monitor-status")]
public sealed record MonitorStatus([property: Id(0)] MonitorLedger Ledger, [property: Id(1)] DateTimeOffset At, [property: Id(2)] ImmutableArray<string> Hindrances)
{
    /// <summary>Everything that is in the way, each a sentence.</summary>
    public ImmutableArray<string> Troubles => [.. Hindrances, .. Ledger.Troubles(At)];
}

/// <summary>What became of a batch.</summary>
/// <param name="As">Whether it rests safely.</param>
/// <param name="Sources">How many sources tell this monitor of traffic: they share its budgets.</param>
/// <param name="Minute">What the minute's budget has left for all of them; null where there is none.</param>
/// <param name="Day">What the day's has.</param>
/// <param name="Rates">What the slices are drawn at from now on; null where the batch knew that.</param>
[GenerateSerializer, Immutable, Alias("assize.taken")]
public sealed record Taken(
    [property: Id(0)] TakenAs As, [property: Id(1)] int Sources, [property: Id(2)] BudgetWindow? Minute = null, [property: Id(3)] BudgetWindow? Day = null,
    [property: Id(4)] SliceRates? Rates = null);

/// <summary>Whether a batch was taken.</summary>
[GenerateSerializer, Alias("assize.taken-as")]
public enum TakenAs
{
    /// <summary>It rests safely, now or since an earlier time.</summary>
    Safe,

    /// <summary>Too much is waiting to be judged: the same batch is to be offered again.</summary>
    Full,

    /// <summary>The monitor is paused or gone, and wants no traffic.</summary>
    Unwanted,
}
