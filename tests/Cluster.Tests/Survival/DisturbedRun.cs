using Grpc.Core;

namespace Assize.Cluster.Tests.Survival;

/// <summary>A run to which an accident happens.</summary>
internal sealed class DisturbedRun(SiloCluster cluster, string id)
{
    private long accident;
    private int kept;

    public SiloCluster Cluster => cluster;

    public string Id => id;

    /// <summary>When the accident happened; never, for a run that has none.</summary>
    public DateTimeOffset Accident { get; private set; } = DateTimeOffset.MaxValue;

    /// <summary>Seconds from the accident until fifty more answers were given.</summary>
    public double Recovery { get; private set; }

    /// <summary>Returns once so many percent of the calls are answered: the accident happens now.</summary>
    public async Task Answered(int percent, CancellationToken cancellation)
    {
        await Waiting.Until(() => cluster.Model.Stats.Answered >= SurvivingCluster.Calls * percent / 100, cancellation);
        kept = cluster.Storage.KeptCompletions;
        Accident = TimeProvider.System.GetUtcNow();
        accident = TimeProvider.System.GetTimestamp();
    }

    /// <summary>Seconds from the accident until something that was in flight was asked again; null when nothing was.</summary>
    public double? Resumption { get; private set; }

    /// <summary>Calls that the model had been asked and whose replies the store did not hold yet at the accident, on all silos: what may be asked again.</summary>
    public long Endangered { get; private set; }

    /// <summary>Returns once answers flow again, and what was in flight is asked again if it has to be.</summary>
    public async Task Recovered(CancellationToken cancellation)
    {
        // Counted after the accident against what was kept before it: what was asked in between was in danger as well.
        Endangered = cluster.Model.Stats.Distinct - kept;
        var before = cluster.Model.Stats.Answered;
        await Waiting.Until(() => cluster.Model.Stats.Answered >= Math.Min(before + 50, SurvivingCluster.Calls), cancellation);
        Recovery = TimeProvider.System.GetElapsedTime(accident).TotalSeconds;
        await Waiting.Until(() => cluster.Model.Stats is var stats && (stats.Requests > stats.Distinct || stats.Answered >= SurvivingCluster.Calls), cancellation);
        Resumption = cluster.Model.Stats is { } now && now.Requests > now.Distinct ? TimeProvider.System.GetElapsedTime(accident).TotalSeconds : null;
    }

    /// <summary>After the run: nothing but what was in danger was asked again, and each of it once.</summary>
    /// <param name="and">What was begun after the accident by who did not know of it.</param>
    public void AskedAgainNoMoreThanWasEndangered(int and = 0) => Assert.InRange(cluster.Model.Stats.Requests - SurvivingCluster.Calls, 0, Endangered + and);

    /// <summary>The report at the run's end, watched through whichever gateway there is.</summary>
    public async Task<V1.Report> Report(CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(TimeSpan.FromSeconds(120));
        while (true)
        {
            try
            {
                return await cluster.Gateway.Report(id, deadline.Token);
            }
            // Cancelled: the connection to a gateway that is gone was given up while this call wanted to try it again.
            catch (RpcException broken) when (broken.StatusCode is StatusCode.Unavailable or StatusCode.Cancelled && !deadline.IsCancellationRequested)
            {
                await Waiting.Moment(deadline.Token);
            }
        }
    }
}
