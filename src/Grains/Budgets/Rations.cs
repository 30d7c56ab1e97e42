using Assize.Evaluation.Budgets;
using Assize.Evaluation.Runs;

namespace Assize.Grains.Budgets;

/// <summary>
/// A shard's money, renewed from the run's allowance: cases hold what they are expected to cost before they begin, and give back what they did not take. Runs on the grain's own scheduler, so that it
/// needs no locks.
/// </summary>
internal sealed class Rations(RunSpec spec, int shard, IAllowanceGrain allowance, Costs paid, TimeProvider time, Action<string?> tell, CancellationToken stop) : ICaseMoney
{
    private static readonly TimeSpan WhenWaiting = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan WhenWorking = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan AfterFailure = TimeSpan.FromMilliseconds(500);

    private readonly LinkedList<Waiting> waiting = [];
    private Costs spent = paid;
    private Costs reserved = Costs.None;
    private Costs flying = Costs.None;
    private Costs claim = Costs.None;
    private Costs usual = Costs.None;
    private long expected;
    private long actual;
    private int calls;
    private int cases;
    private string? usedUp;
    private bool told;
    private bool begun;
    private bool closing;
    private TaskCompletionSource woken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task renewing = Task.CompletedTask;

    /// <summary>The budget for want of which something was not begun, in words; null as long as everything was. It stays so when money comes back: what was left out is left out.</summary>
    public string? Stopped { get; private set; }

    public double Scale { get; private set; } = 1;

    /// <summary>Cases that are not begun yet.</summary>
    public int Due { get; set; }

    /// <summary>Begins to ask for the shard's money, for as long as it works.</summary>
    public void Open() => renewing = Renewing();

    /// <summary>Waits until there is so much; false when the budget is used up.</summary>
    /// <param name="first">Before all others: for a case that has begun.</param>
    public async ValueTask<bool> Reserve(Costs need, bool first)
    {
        stop.ThrowIfCancellationRequested();
        usual = first ? usual : need;
        // Before the first answer nobody begins, also for nothing: the run may have ended.
        if (begun && (usedUp is null ? waiting.Count == 0 && Fits(need) : need.Total > 0 && Fits(need)))
        {
            Give(need, first);
            return true;
        }

        if (usedUp is not null)
        {
            Stopped ??= usedUp;
            return false;
        }

        var one = new Waiting(need, first);
        _ = first ? waiting.AddFirst(one) : waiting.AddLast(one);
        woken.TrySetResult();
        return await one.Task.WaitAsync(stop);
    }

    public void Begin(Costs held) => (flying, calls) = (flying.Plus(held), calls + 1);

    public void Settle(Costs held, Call call, long foreseen)
    {
        var cost = Costs.Of(call.Model, Spending.Of(call));
        (flying, reserved, spent, calls) = (flying.Minus(held), reserved.Minus(held), spent.Plus(cost), calls - 1);
        // What was paid before teaches nothing about prices.
        if (cost.Total > 0)
        {
            (expected, actual) = (expected + foreseen, actual + cost.Total);
        }

        Serve();
    }

    /// <summary>Spends what a call took that was given up; it will be asked for again, and what is held for it stays.</summary>
    public void Waste(Call call) => spent = spent.Plus(Costs.Of(call.Model, Spending.Of(call)));

    /// <summary>It stays held until the shard ends, and is spent then.</summary>
    public void Lose(Costs held)
    {
    }

    public void Release(Costs held)
    {
        (reserved, cases) = (reserved.Minus(held), cases - 1);
        Serve();
    }

    /// <summary>Spends no more. What is in flight and nobody waits for any longer is paid all the same, and counts with what was expected of it.</summary>
    public async Task Close()
    {
        (closing, spent, reserved, flying) = (true, spent.Plus(flying), Costs.None, Costs.None);
        woken.TrySetResult();
        await renewing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await allowance.Renew(spec.Terms, Report() with { Done = true });
    }

    private bool Fits(Costs need) => spent.Plus(reserved).Plus(need).Within(claim);

    private void Give(Costs need, bool first) => (reserved, cases) = (reserved.Plus(need), first ? cases : cases + 1);

    private void Serve()
    {
        while (waiting.First is { Value: var next } && Fits(next.Need))
        {
            waiting.RemoveFirst();
            Give(next.Need, next.First);
            next.TrySetResult(true);
        }
    }

    private async Task Renewing()
    {
        while (!closing && !stop.IsCancellationRequested)
        {
            var pause = waiting.Count > 0 ? WhenWaiting : WhenWorking;
            await Task.WhenAny(Task.Delay(pause, time, stop), woken.Task);
            if (woken.Task.IsCompleted && !closing)
            {
                // Not in a tight loop: a burst of cases that begin asks once.
                woken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            if (closing || stop.IsCancellationRequested)
            {
                return;
            }

            try
            {
                await Renew();
            }
            catch (Exception lost) when (lost is not OperationCanceledException || !stop.IsCancellationRequested)
            {
                Tell($"the run's budget cannot be reached: {lost.GetBaseException().Message}");
                await Task.WhenAny(Task.Delay(AfterFailure, time, stop));
            }
        }
    }

    private async Task Renew()
    {
        var request = Report();
        // While it is asked for, nothing that may be taken back is given out.
        claim = spent.Plus(reserved);
        var ration = await allowance.Renew(spec.Terms, request);
        begun = true;
        if (closing)
        {
            return;
        }

        (claim, Scale, usedUp) = (ration.Claim, ration.Scale, ration.UsedUp);
        if (usedUp is not null && waiting.First is { Value.Need.Total: 0 })
        {
            // What costs nothing is not begun any more either: the rest would be no random sample.
            Refuse();
        }

        Tell(ration is { Lacking: { } lacking, UsedUp: null } ? $"what is left of {lacking} is held by calls in flight" : null);
        Serve();
        if (usedUp is not null)
        {
            Refuse();
        }
    }

    private void Refuse()
    {
        Stopped ??= waiting.Count > 0 ? usedUp : null;
        foreach (var one in waiting)
        {
            one.TrySetResult(false);
        }

        waiting.Clear();
    }

    private RationRequest Report()
    {
        var least = waiting.First?.Value.Need ?? Costs.None;
        var asked = waiting.Aggregate(Costs.None, (sum, one) => sum.Plus(one.Need));
        return new RationRequest
        {
            Shard = shard, Spent = spent, Reserved = reserved, Least = least, Wanted = asked.Plus(usual.Times(Due)),
            Moving = calls > 0 || cases > waiting.Count(one => one.First), First = !begun, Expected = expected, Actual = actual,
        };
    }

    /// <summary>Says what is in the way, and takes back only what was said here.</summary>
    private void Tell(string? why)
    {
        if (told || why is not null)
        {
            told = why is not null;
            tell(why);
        }
    }

    private sealed class Waiting(Costs need, bool first) : TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public Costs Need => need;

        public bool First => first;
    }
}
