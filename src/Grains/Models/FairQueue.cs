using System.Collections.Immutable;
using Assize.Evaluation;
using Assize.Evaluation.Models;

namespace Assize.Grains.Models;

/// <summary>
/// Waiting calls in fair order: start-time fair queueing (Goyal, Vin and Cheng 1996) on three levels, lanes, tenants, and runs, each call counting as one; within a run first come, first served.
/// Nothing waits while there is a permit, and who was idle has saved nothing up.
/// </summary>
internal sealed class FairQueue
{
    private readonly Node root = new(null);
    private readonly Dictionary<Lane, Node> lanes = [];
    private readonly Dictionary<(Lane Lane, TenantName Tenant), Node> tenants = [];
    private readonly Dictionary<Flow, Line> lines = [];

    public int Count { get; private set; }

    /// <summary>What all waiting calls would reserve.</summary>
    public double Tokens { get; private set; }

    /// <summary>A flow's line, and whether it is a new one.</summary>
    public (Line Line, bool New) Of(Flow flow, Standing standing)
    {
        if (lines.TryGetValue(flow, out var line))
        {
            return (line, false);
        }

        if (!lanes.TryGetValue(flow.Lane, out var lane))
        {
            lanes[flow.Lane] = lane = new Node(root) { Weight = 0.5 };
        }

        if (!tenants.TryGetValue((flow.Lane, flow.Tenant), out var tenant))
        {
            tenants[(flow.Lane, flow.Tenant)] = tenant = new Node(lane) { Weight = standing.TenantWeight };
        }

        // Until the endpoint has heard of it, it weighs what its neighbours do.
        var neighbours = lines.Values.Where(other => other.Parent == tenant).Select(other => other.Weight / other.Standing.Weight).DefaultIfEmpty(1.0 / (lines.Count + 1)).Average();
        return (lines[flow] = new Line(tenant, flow, standing) { Weight = standing.Weight * neighbours }, true);
    }

    public void Add(Waiter waiter)
    {
        var line = waiter.Line;
        waiter.Place = line.Waiting.AddLast(waiter);
        (Count, Tokens) = (Count + 1, Tokens + waiter.Tokens);
        if (line.Waiting.Count == 1)
        {
            line.Begin();
        }
    }

    /// <summary>Who is next.</summary>
    public Waiter? Peek()
    {
        var node = root;
        while (node.Next() is { } next)
        {
            node = next;
        }

        return (node as Line)?.Waiting.First?.Value;
    }

    /// <summary>Takes out who is next.</summary>
    public void Take(Waiter next)
    {
        for (Node? node = next.Line; node is not null; node = node.Parent)
        {
            node.Served();
        }

        Remove(next);
    }

    /// <summary>Takes out one that does not want to wait any more; false when it was taken out before.</summary>
    public bool Remove(Waiter waiter)
    {
        if (waiter.Place is not { } place)
        {
            return false;
        }

        waiter.Place = null;
        waiter.Line.Waiting.Remove(place);
        (Count, Tokens) = (Count - 1, Tokens - waiter.Tokens);
        if (waiter.Line.Waiting.Count == 0)
        {
            waiter.Line.End();
        }

        return true;
    }

    public ImmutableArray<Waiter> All() => [.. lines.Values.SelectMany(line => line.Waiting)];

    /// <summary>The demand of every flow; those that have none any more are forgotten.</summary>
    public ImmutableArray<Demand> Demands()
    {
        foreach (var idle in lines.Values.Where(line => line.Waiting.Count == 0 && line.InFlight == 0).ToArray())
        {
            lines.Remove(idle.Flow);
        }

        foreach (var idle in tenants.Keys.Except(lines.Keys.Select(flow => (flow.Lane, flow.Tenant))).ToArray())
        {
            tenants.Remove(idle);
        }

        return [.. lines.Values.Select(line => new Demand(line.Flow, line.Standing.TenantWeight, line.Standing.Weight, line.Waiting.Count, line.InFlight))];
    }

    /// <summary>Sets what flows weigh here; a tenant weighs what its runs weigh together, and a lane what its tenants do.</summary>
    public void Weigh(ImmutableArray<Weight> weights)
    {
        foreach (var weight in weights)
        {
            if (lines.TryGetValue(weight.Flow, out var line))
            {
                line.Weight = weight.Value;
            }
        }

        foreach (var tenant in lines.Values.GroupBy(line => line.Parent!))
        {
            tenant.Key.Weight = tenant.Sum(line => line.Weight);
        }

        foreach (var lane in tenants.Values.GroupBy(tenant => tenant.Parent!))
        {
            lane.Key.Weight = lane.Sum(tenant => tenant.Weight);
        }
    }

    /// <summary>A place in the tree that competes with its siblings: who has begun least, for its weight, is next.</summary>
    internal class Node(Node? parent)
    {
        private readonly List<Node> waiting = [];
        private double start;
        private double finish;
        private double now;

        public Node? Parent => parent;

        public double Weight { get; set; }

        public Node? Next()
        {
            Node? next = null;
            foreach (var child in waiting)
            {
                if (next is null || child.start < next.start)
                {
                    next = child;
                }
            }

            return next;
        }

        public void Begin()
        {
            if (parent is null)
            {
                return;
            }

            start = Math.Max(parent.now, finish);
            parent.waiting.Add(this);
            if (parent.waiting.Count == 1)
            {
                parent.Begin();
            }
        }

        public void Served()
        {
            if (parent is null)
            {
                return;
            }

            parent.now = start;
            finish = start + 1 / Weight;
            start = finish;
        }

        public void End()
        {
            if (parent is null)
            {
                return;
            }

            parent.waiting.Remove(this);
            if (parent.waiting.Count == 0)
            {
                parent.End();
            }
        }
    }

    /// <summary>The calls of one run or monitor.</summary>
    internal sealed class Line(Node tenant, Flow flow, Standing standing) : Node(tenant)
    {
        public Flow Flow => flow;

        public Standing Standing => standing;

        public LinkedList<Waiter> Waiting { get; } = new();

        public int InFlight { get; set; }
    }
}

/// <summary>A call that waits for its permit.</summary>
internal sealed class Waiter(FairQueue.Line line, double tokens, long since) : TaskCompletionSource<Permit>
{
    public FairQueue.Line Line => line;

    public double Tokens => tokens;

    public long Since => since;

    public LinkedListNode<Waiter>? Place { get; set; }
}
