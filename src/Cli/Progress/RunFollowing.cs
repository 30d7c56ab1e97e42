using Assize.Cli.Hosting;
using Assize.Evaluation.Runs;
using Assize.Gateway.Translation;
using Grpc.Core;

namespace Assize.Cli.Progress;

/// <summary>Follows a run to its end; a connection that breaks is made again, and every message is whole.</summary>
internal static class RunFollowing
{
    private const int MostBreaks = 20;

    public static async Task<Report> Follow(Connection connection, string run, RunDisplay display, CancellationToken cancellation)
    {
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
                        return message.Report.ToDomain();
                    }
                }
            }
            catch (RpcException broken) when (broken.StatusCode is StatusCode.Unavailable && breaks < MostBreaks && !cancellation.IsCancellationRequested)
            {
                display.Note($"The connection was lost ({broken.Status.Detail}); trying again.");
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, cancellation);
            }
        }
    }
}
