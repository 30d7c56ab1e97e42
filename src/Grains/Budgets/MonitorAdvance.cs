using Assize.Evaluation.Budgets;

namespace Assize.Grains.Budgets;

/// <summary>
/// What the monitors of a silo may spend from one purse: an advance for some dozen samples, claimed before anybody is asked, renewed when it is used, and given back when it is not. Called from many grains' turns.
/// </summary>
internal sealed class MonitorAdvance(PurseName name, IPurseGrain purse, string silo, TimeProvider time)
{
    /// <summary>For so many samples like the one that waits money is claimed at once; a whole round of anchors claims for itself alone, or runs would find a third of the budget gone meanwhile.</summary>
    private const int Ahead = 32;

    /// <summary>So long a purse that had not enough is not asked again.</summary>
    private static readonly TimeSpan WhenRefused = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private int stay = 1;
    private long spent;
    private long reserved;
    private long claim;
    private bool used;
    private string? lacking;
    private DateTimeOffset refusedUntil;
    private Task<string?>? asking;

    public PurseName Name => name;

    /// <summary>Whether nothing is held.</summary>
    public bool IsQuiet
    {
        get
        {
            lock (gate)
            {
                return reserved <= 0;
            }
        }
    }

    /// <summary>Holds so much, and says which budget has not enough left; null when it has.</summary>
    /// <param name="begun">For a sample that has begun, or for many at once. For others nothing is left once one of them was refused, also where it would fit: what is cheap would be judged, and what is dear not.</param>
    public async ValueTask<string?> Reserve(long need, bool begun)
    {
        while (true)
        {
            Task<string?> answer;
            bool own;
            lock (gate)
            {
                var refused = lacking is not null && time.GetUtcNow() < refusedUntil;
                if (refused && !begun)
                {
                    return lacking;
                }

                if (spent + reserved + need <= claim)
                {
                    (reserved, used) = (reserved + need, true);
                    return null;
                }

                if (refused)
                {
                    return lacking;
                }

                // Not in the turn of the grain that happens to ask: others wait for the answer too.
                own = asking is null;
                answer = asking ??= Task.Run(() => Ask(ending: false, need, begun));
            }

            if (await answer is { } why && own)
            {
                return why;
            }
        }
    }

    /// <summary>What was held is free, and so much of it is spent.</summary>
    public void Settle(long held, long cost)
    {
        lock (gate)
        {
            (reserved, spent, used) = (reserved - held, spent + cost, true);
        }
    }

    /// <summary>Says what is spent and gives back what nothing is held for; what nobody used since the last time comes to its end.</summary>
    /// <param name="last">Whether nobody will ask any more: what is in flight is paid all the same, and counts with what was expected of it.</param>
    public async Task Tell(bool last)
    {
        while (true)
        {
            Task? before;
            Task told = Task.CompletedTask;
            lock (gate)
            {
                before = asking;
                if (before is null && (claim > 0 || spent > 0))
                {
                    var ending = last || (reserved == 0 && !used);
                    used = false;
                    // Nothing that is given back may be handed out meanwhile.
                    claim = spent + reserved;
                    told = asking = Task.Run(() => Ask(ending, 0, begun: false));
                }
            }

            if (before is null)
            {
                await told;
                return;
            }

            await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<string?> Ask(bool ending, long need, bool begun)
    {
        try
        {
            Draft draft;
            lock (gate)
            {
                var least = need == 0 ? 0 : spent + reserved + need - claim;
                draft = new Draft { Drawer = DrawerId.OfMonitors(silo, stay), Spent = ending ? claim : spent, Held = claim, Least = least, Wanted = least + (begun ? 0 : (Ahead - 1) * need), Ending = ending };
            }

            return Heard(draft, await purse.Draw(draft), begun);
        }
        finally
        {
            lock (gate)
            {
                asking = null;
            }
        }
    }

    private string? Heard(Draft draft, Advance answer, bool begun)
    {
        lock (gate)
        {
            if (draft.Ending || answer.Over)
            {
                // What was held is spent now, as the purse sees it; what comes to less than that is paid beforehand.
                (stay, spent, claim) = (stay + 1, spent - (answer.Over ? answer.Claim : draft.Held), 0);
                return null;
            }

            claim = answer.Claim;
            if (!begun)
            {
                (lacking, refusedUntil) = (answer.Lacking, time.GetUtcNow() + WhenRefused);
            }

            return answer.Lacking;
        }
    }
}
