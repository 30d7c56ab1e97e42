using Assize.Evaluation.Budgets;

namespace Assize.Evaluation.Tests.Budgets;

/// <summary>
/// Shards that work on one allowance in steps: begin cases they have money for, pay for some of them, are lost now and then and begin again with what they had kept. All chance comes from the seed.
/// </summary>
internal sealed class SimulatedShards
{
    private const long Expectation = 50_000;

    private const int MostLosses = 40;

    private static readonly ModelName Judge = new("judge");

    private readonly Budget budget;
    private readonly int lossesInThousand;
    private readonly Shard[] shards;
    private uint chance;
    private int losses;

    public SimulatedShards(int seed, Budget budget, int shards, int lossesInThousand)
    {
        (this.budget, this.lossesInThousand, chance) = (budget, lossesInThousand, (uint)seed * 2654435761u);
        this.shards = [.. Enumerable.Range(0, shards).Select(_ => new Shard())];
    }

    public Allowance Allowance { get; private set; } = new();

    /// <summary>What providers were paid.</summary>
    public long Paid { get; private set; }

    /// <summary>What calls cost beyond their expectation that no shard had said when money was given out last.</summary>
    public long Excess { get; private set; }

    /// <summary>One shard does something; false when all have ended.</summary>
    public bool Step()
    {
        var number = Roll(shards.Length);
        var shard = shards[number];
        if (shard.Done)
        {
            return shards.Any(one => !one.Done);
        }

        // Who is lost again and again never comes to an end.
        if (losses < MostLosses && Roll(1000) < lossesInThousand)
        {
            losses++;
            // What was paid is kept with the completions; what was in flight comes to its end there.
            Pay(shard, shard.Reserved);
            (shard.Begun, shard.Reserved, shard.Found, shard.Claim, shard.UsedUp) = (false, 0, 0, 0, false);
        }
        else if (shard.Reserved > 0 && Roll(3) > 0)
        {
            shard.Reserved--;
            Pay(shard, 1);
        }
        else
        {
            Ask(number, shard);
        }

        return true;
    }

    private void Pay(Shard shard, int calls)
    {
        for (; calls > 0; calls--)
        {
            // Asked again after a loss it is found, and not paid again; but money was held for it by its expectation again.
            if (shard.Found == shard.Kept.Count)
            {
                shard.Kept.Add(Expectation / 2 + Roll((int)(1.2 * Expectation)));
                Paid += shard.Kept[^1];
            }

            var excess = Math.Max(0, shard.Kept[shard.Found++] - Expectation);
            (Excess, shard.Unheard) = (Excess + excess, shard.Unheard + excess);
        }
    }

    private void Ask(int number, Shard shard)
    {
        var spent = Costs.Of(Judge, shard.Kept.Take(shard.Found).Sum());
        var reserved = Costs.Of(Judge, shard.Reserved * Expectation);
        var done = shard is { UsedUp: true, Reserved: 0 } && !Fits(shard);
        var request = new RationRequest
        {
            Shard = number, Spent = spent, Reserved = reserved, Moving = shard.Reserved > 0, First = !shard.Begun, Done = done,
            Least = Costs.Of(Judge, Expectation), Wanted = Costs.Of(Judge, 20 * Expectation),
        };
        var before = Allowance.Heard(request).Claims.Total;
        (Allowance, var ration) = Allowance.Heard(request).Grant(request, budget, []);
        (shard.Begun, shard.Done, shard.Unheard) = (true, done, 0);
        Excess = Allowance.Claims.Total > before ? shards.Sum(one => one.Unheard) : Excess;
        if (!done)
        {
            (shard.Claim, shard.UsedUp) = (ration.Claim.Total, ration.UsedUp is not null);
            while (Fits(shard))
            {
                shard.Reserved++;
            }
        }
    }

    private static bool Fits(Shard shard) => shard.Kept.Take(shard.Found).Sum() + (shard.Reserved + 1) * Expectation <= shard.Claim;

    private int Roll(int sides)
    {
        chance = unchecked(chance * 1664525u + 1013904223u);
        return (int)((ulong)chance * (uint)sides >> 32);
    }

    private sealed class Shard
    {
        /// <summary>What its completions cost, in the order of its cases.</summary>
        public List<long> Kept { get; } = [];

        /// <summary>How many of them it knows of, here.</summary>
        public int Found { get; set; }

        public int Reserved { get; set; }

        public long Claim { get; set; }

        public long Unheard { get; set; }

        public bool Begun { get; set; }

        public bool UsedUp { get; set; }

        public bool Done { get; set; }
    }
}
