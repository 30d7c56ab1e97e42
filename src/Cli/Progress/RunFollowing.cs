using Assize.Cli.Hosting;
using Assize.Cli.Reports;
using Assize.Evaluation.Runs;
using Assize.Gateway.Translation;
using Grpc.Core;

namespace Assize.Cli.Progress;

/// <summary>Follows a run to its end; a connection that breaks is made again, and every message is whole.</summary>
internal static class RunFollowing
{
    private const int MostBreaks = 20;

    /// <summary>As long as a model call may take by default.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(2);

    public static async Task<Report> Follow(Connection connection, string run, RunDisplay display, CancellationToken cancellation)
    {
        var running = false;
        for (var breaks = 0; ; breaks++)
        {
            try
            {
                using var call = connection.Runs.WatchRun(new V1.WatchRunRequest { Run = run }, cancellationToken: cancellation);
                await foreach (var message in call.ResponseStream.ReadAllAsync(cancellation))
                {
                    breaks = 0;
                    display.Show(message);
                    if (message.Run.Status is not V1.RunStatus.Running)
                    {
                        // Of a run that ended long ago nothing is in flight any more.
                        return running ? await Settled(connection, message.Report, display, cancellation) : message.Report.ToDomain();
                    }

                    running = true;
                }
            }
            catch (RpcException broken) when (broken.StatusCode is StatusCode.Unavailable && breaks < MostBreaks && !cancellation.IsCancellationRequested)
            {
                display.Note($"The connection was lost ({broken.Status.Detail}); trying again.");
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, cancellation);
            }
        }
    }

    /// <summary>The report when the calls that were in flight at a cancellation have told what they cost, or have not for too long.</summary>
    private static async Task<Report> Settled(Connection connection, V1.Report report, RunDisplay display, CancellationToken cancellation)
    {
        if (report.UnsettledCalls > 0)
        {
            display.Note($"Waiting for {Figures.Plural(report.UnsettledCalls, "call", "calls")} in flight: what they cost belongs to the report.");
        }

        var began = TimeProvider.System.GetTimestamp();
        while (report.UnsettledCalls > 0 && TimeProvider.System.GetElapsedTime(began) < LongestWait)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System, cancellation);
            try
            {
                report = (await connection.Runs.GetReportAsync(new V1.GetReportRequest { Run = report.Run }, cancellationToken: cancellation)).Report;
            }
            catch (RpcException lost) when (!cancellation.IsCancellationRequested)
            {
                display.Note($"What they cost cannot be told: {lost.Status.Detail}");
                break;
            }
        }

        return report.ToDomain();
    }
}
