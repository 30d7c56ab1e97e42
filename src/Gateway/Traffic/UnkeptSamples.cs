using System.Collections.Immutable;
using Assize.Evaluation.Traffic;

namespace Assize.Gateway.Traffic;

/// <summary>
/// Samples whose texts may not rest in storage, on their way to the judge. One batch is with the judge while the next fills, of a size that the judge manages in seconds;
/// what finds no room is left out. So only those wait for a judge of whose interactions one was drawn, and not for long.
/// </summary>
/// <param name="send">Returns when the batch is judged and its scores are saved.</param>
/// <param name="source">The name under which batches are numbered.</param>
/// <param name="time">Tells how long a judge takes.</param>
/// <param name="stop">Ends everything; nobody is told then that anything is safe.</param>
internal sealed class UnkeptSamples(Func<TrafficBatch, Task> send, string source, TimeProvider time, CancellationToken stop)
{
    private const int Most = 512;

    /// <summary>A batch that takes longer than this is followed by a smaller one.</summary>
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(4);

    /// <summary>One that takes less is followed by a larger one.</summary>
    private static readonly TimeSpan Quick = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private List<Drawn> filling = [];
    private TaskCompletionSource safe = NewTask();
    private Task sending = Task.CompletedTask;
    private bool atWork;
    private int room = 8;
    private long chars;
    private long number;
    private long told;

    /// <summary>Ends when the sample's score is saved; null when there is no room for it.</summary>
    public Task? Add(Drawn sample)
    {
        lock (gate)
        {
            if (filling.Count >= room || chars >= FillingBatch.MostChars)
            {
                return null;
            }

            filling.Add(sample);
            chars += sample.Interaction.Chars;
            if (!atWork)
            {
                atWork = true;
                sending = Task.Run(SendAll);
            }

            return safe.Task;
        }
    }

    /// <summary>Whether nothing waits for a judge.</summary>
    public bool IsIdle
    {
        get
        {
            lock (gate)
            {
                return !atWork;
            }
        }
    }

    /// <summary>Whether the judge has gone on to another batch since this was asked last, or has nothing to do.</summary>
    public bool HasAdvanced()
    {
        lock (gate)
        {
            var advanced = !atWork || number > told;
            told = number;
            return advanced;
        }
    }

    /// <summary>Ends when nothing is under way.</summary>
    public Task Rest()
    {
        lock (gate)
        {
            return sending;
        }
    }

    private async Task SendAll()
    {
        while (Taken() is var (samples, done))
        {
            var started = time.GetTimestamp();
            try
            {
                await send(new TrafficBatch(source, Numbered()) { Drawn = [.. samples] });
                done.TrySetResult();
            }
            catch (Exception) when (stop.IsCancellationRequested)
            {
                done.TrySetCanceled();
            }

            var took = time.GetElapsedTime(started);
            lock (gate)
            {
                room = took > Slow ? Math.Max(1, room / 2) : took < Quick ? Math.Min(Most, room * 2) : room;
            }
        }
    }

    private long Numbered()
    {
        lock (gate)
        {
            return ++number;
        }
    }

    private (List<Drawn> Samples, TaskCompletionSource Done)? Taken()
    {
        lock (gate)
        {
            if (filling.Count == 0)
            {
                atWork = false;
                return null;
            }

            var taken = (filling, safe);
            (filling, safe, chars) = ([], NewTask(), 0);
            return taken;
        }
    }

    private static TaskCompletionSource NewTask() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
