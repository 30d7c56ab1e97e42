using System.Runtime.CompilerServices;
using Assize.Evaluation.Runs;
using Assize.Gateway.Translation;
using Assize.Grains.Runs;
using Google.Protobuf.WellKnownTypes;

namespace Assize.Gateway.Runs;

/// <summary>Looks at a run from time to time and tells what changed. It asks, and is never sent anything: a slow or vanished watcher costs the run nothing.</summary>
/// <param name="wanted">The time between two looks: a tenth of a second to an hour, whatever is wanted.</param>
internal sealed class RunWatch(RunSpec spec, TimeSpan wanted, TimeProvider time)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Lately = TimeSpan.FromSeconds(10);

    private readonly TimeSpan interval = wanted < Shortest ? Shortest : wanted > Longest ? Longest : wanted;

    private readonly Queue<(DateTimeOffset At, long Done)> seen = new();

    public async IAsyncEnumerable<V1.WatchRunResponse> Messages(Func<Task<RunProgress>> look, [EnumeratorCancellation] CancellationToken cancellation)
    {
        (long Done, RunStatus Status, string? Trouble)? told = null;
        var toldAt = time.GetTimestamp();
        while (true)
        {
            var progress = await Look(look, cancellation);
            var report = progress.Report;
            var now = (report.CasesDone, report.Status, progress.Trouble);
            if (told != now || time.GetElapsedTime(toldAt) > Silence)
            {
                told = now;
                toldAt = time.GetTimestamp();
                yield return Message(progress);
            }

            if (report.Status is not RunStatus.Running)
            {
                yield break;
            }

            await Task.Delay(interval, time, cancellation);
        }
    }

    /// <summary>A run grain that is being moved answers again soon; a watcher need not know.</summary>
    private async Task<RunProgress> Look(Func<Task<RunProgress>> look, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await look().WaitAsync(cancellation);
            }
            catch (Exception lost) when (lost is TimeoutException or OrleansException && attempt < 60)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500), time, cancellation);
            }
        }
    }

    private V1.WatchRunResponse Message(RunProgress progress)
    {
        var report = progress.Report;
        seen.Enqueue((progress.At, report.CasesDone));
        while (seen.Count > 2 && progress.At - seen.Peek().At > Lately)
        {
            seen.Dequeue();
        }

        var (since, before) = seen.Peek();
        var seconds = (progress.At - since).TotalSeconds;
        var rate = seconds > 0 ? (report.CasesDone - before) / seconds : 0;
        var message = new V1.WatchRunResponse
        {
            Run = RunTranslation.ToProto(spec, report),
            InFlight = progress.InFlight,
            CasesPerSecond = rate,
            CostMicros = report.Usage.Sum(line => line.Usage.CostMicros),
            Trouble = progress.Trouble ?? "",
            Report = report.ToProto(),
            Budgets = { report.Budgets.Select(BudgetTranslation.ToProto) },
        };
        if (rate > 0)
        {
            message.Remaining = Duration.FromTimeSpan(TimeSpan.FromSeconds(Math.Min((report.Cases - report.CasesDone) / rate, 1e8)));
        }

        foreach (var (reason, count) in Unscored(report))
        {
            message.Unscored[reason] = count;
        }

        return message;
    }

    private static IEnumerable<(string Reason, long Count)> Unscored(Report report)
    {
        // One criterion stands for its judge: all criteria of a trial are unscored together.
        var scores = report.Scores.Where(line => line.Slice == Evaluation.Suites.Slice.All).DistinctBy(line => (line.Candidate, line.Judge)).Select(line => line.Coverage);
        var preferences = report.Preferences.Where(line => line.Slice == Evaluation.Suites.Slice.All).Select(line => line.Coverage);
        return scores.Concat(preferences).SelectMany(coverage => coverage.Unscored)
            .GroupBy(one => one.Key).Select(group => (group.Key.ToString(), group.Sum(one => one.Value)));
    }
}
