using Assize.Evaluation.Traffic;

namespace Assize.Gateway.Traffic;

/// <summary>The interactions this gateway took last: one that is sent again waits for what became of the first, and is not counted again.</summary>
/// <param name="most">How many are known.</param>
internal sealed class RecentInteractions(int most)
{
    private readonly Lock gate = new();
    private readonly Dictionary<InteractionId, Task> known = [];
    private readonly Queue<InteractionId> order = new();

    /// <summary>Whether the interaction is new; otherwise the task that takes it, which did not fail.</summary>
    public bool IsNew(InteractionId id, Task taking, out Task before)
    {
        lock (gate)
        {
            if (known.TryGetValue(id, out before!) && !before.IsFaulted && !before.IsCanceled)
            {
                return false;
            }

            if (known.TryAdd(id, taking))
            {
                order.Enqueue(id);
                // Two for one that is new, so that what was too many for a while becomes fewer again.
                for (var i = 0; i < 2 && order.Count > most; i++)
                {
                    Forget(order.Dequeue());
                }
            }
            else
            {
                known[id] = taking;
            }

            return true;
        }
    }

    /// <summary>One that is still under way is what a sender is likeliest to send again, and is remembered until it rests.</summary>
    private void Forget(InteractionId oldest)
    {
        if (known[oldest].IsCompleted)
        {
            known.Remove(oldest);
        }
        else
        {
            order.Enqueue(oldest);
        }
    }
}
