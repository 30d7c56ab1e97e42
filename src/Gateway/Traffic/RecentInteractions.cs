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
                if (order.Count > most)
                {
                    known.Remove(order.Dequeue());
                }
            }
            else
            {
                known[id] = taking;
            }

            return true;
        }
    }
}
