using System.Collections.Immutable;
using Assize.Evaluation;
using Assize.Evaluation.Models;

namespace Assize.Grains.Models;

/// <summary>
/// Who waits for a permit, served fairly: monitors get their share while they want it, tenants share the rest equally, and a tenant's runs share its part by their weights.
/// Start-time fair queueing on each of the three levels (Goyal, Vin and Cheng 1996): of those who wait, the one that has had least for its weight is next, and who comes back after a pause
/// starts where the others are, with no credit for the time away.
/// </summary>
internal sealed class FairQueue<T>(double monitorShare)
{
    private readonly Node root = new(1);

    public int Count { get; private set; }

    public Ticket Enqueue(CompletionRequest request, T item)
    {
        var monitor = request.Lane is Lane.Monitors;
        // A share of nothing would never be served, and one of everything would starve the runs.
        var share = Math.Clamp(monitor ? monitorShare : 1 - monitorShare, 0.001, 0.999);
        var line = root.Child((monitor, null, null), share).Child((monitor, request.Tenant, null), 1).Child((monitor, request.Tenant, request.Run), Math.Max(1, request.Weight));
        Count++;
        return new Ticket(line, line.Append(item));
    }

    /// <summary>Takes the next one out; false when nobody waits.</summary>
    public bool TryDequeue(out T item)
    {
        if (Count == 0)
        {
            item = default!;
            return false;
        }

        Count--;
        item = root.TakeNext();
        return true;
    }

    /// <summary>Takes one out that no longer waits; false when it was served.</summary>
    public bool Remove(Ticket ticket)
    {
        if (ticket.Place.List is null)
        {
            return false;
        }

        Count--;
        ticket.Line.Remove(ticket.Place);
        return true;
    }

    /// <summary>The longest lines.</summary>
    public ImmutableArray<Line> Longest(int most) =>
    [
        .. root.Lines().Select(line => new Line(line.Key.Tenant!.Value, line.Key.Monitor ? null : line.Key.Run, line.Waiting)).OrderByDescending(line => line.Waiting).Take(most),
    ];

    internal readonly record struct Ticket(Node Line, LinkedListNode<T> Place);

    /// <summary>A level of the tree: it has children, or those who wait.</summary>
    internal sealed class Node(double weight)
    {
        private readonly Dictionary<(bool Monitor, TenantName? Tenant, RunId? Run), Node> children = [];
        private readonly LinkedList<T> items = [];
        private Node? parent;
        private double had;
        private double clock;

        public (bool Monitor, TenantName? Tenant, RunId? Run) Key { get; private init; }

        public int Waiting { get; private set; }

        public Node Child((bool Monitor, TenantName? Tenant, RunId? Run) key, double childWeight)
        {
            if (!children.TryGetValue(key, out var child))
            {
                children[key] = child = new Node(childWeight) { parent = this, Key = key };
            }

            return child;
        }

        public LinkedListNode<T> Append(T item)
        {
            var place = items.AddLast(item);
            for (var node = this; node is not null; node = node.parent)
            {
                if (node.Waiting++ == 0 && node.parent is { } above)
                {
                    node.had = Math.Max(node.had, above.clock);
                }
            }

            return place;
        }

        public void Remove(LinkedListNode<T> place)
        {
            items.Remove(place);
            Leave();
        }

        public T TakeNext()
        {
            var node = this;
            while (node.children.Count > 0)
            {
                Node? least = null;
                foreach (var child in node.children.Values)
                {
                    if (child.Waiting > 0 && (least is null || child.had < least.had))
                    {
                        least = child;
                    }
                }

                node.clock = least!.had;
                least.had += 1 / least.Weight;
                node = least;
            }

            var item = node.items.First!.Value;
            node.items.RemoveFirst();
            node.Leave();
            return item;
        }

        public IEnumerable<Node> Lines() => children.Count > 0 ? children.Values.SelectMany(child => child.Lines()) : Waiting > 0 ? [this] : [];

        private double Weight => weight;

        /// <summary>Counts one less, and forgets a run or a tenant that nobody waits for: a thousand runs a day would stay here otherwise, for at most one turn of credit each.</summary>
        private void Leave()
        {
            for (var node = this; node is not null; node = node.parent)
            {
                if (--node.Waiting == 0 && node.parent is { } above && node.Key.Tenant is not null)
                {
                    above.children.Remove(node.Key);
                }
            }
        }
    }
}
