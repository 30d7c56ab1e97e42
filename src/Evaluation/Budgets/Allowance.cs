using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Assize.Evaluation.Budgets;

/// <summary>
/// A run's money, shared by its shards. A shard's claim belongs to the shard and not to the silo it is on: when the silo is lost, the successor takes the claim over, asks again for what was paid already,
/// and gives back what it does not need. A shard says what it has spent in all, so that nothing is counted twice.
/// </summary>
public sealed record Allowance
{
    /// <summary>All shards before this one have ended and are in <see cref="Folded"/>.</summary>
    public int Next { get; init; }

    public Costs Folded { get; init; } = Costs.None;

    /// <summary>What the paid calls of folded shards were expected to cost, and what they did.</summary>
    public long FoldedExpected { get; init; }

    public long FoldedActual { get; init; }

    public ImmutableSortedDictionary<int, Account> Shards { get; init; } = ImmutableSortedDictionary<int, Account>.Empty;

    /// <summary>The budget that ended the run, in words; from then on nothing new is begun, also when money comes back.</summary>
    public string? UsedUp { get; init; }

    /// <summary>Whether the run has ended; what shards say after that is too late.</summary>
    public bool Over { get; init; }

    [JsonIgnore]
    public Costs Spent => Shards.Values.Aggregate(Folded, (sum, one) => sum.Plus(one.Spent));

    [JsonIgnore]
    public Costs Claims => Shards.Values.Aggregate(Folded, (sum, one) => sum.Plus(one.Claim));

    /// <summary>What calls cost in proportion to what is expected of them, between a twentieth and twenty times.</summary>
    [JsonIgnore]
    public double Scale
    {
        get
        {
            var (expected, actual) = (FoldedExpected + Shards.Values.Sum(one => one.Expected), FoldedActual + Shards.Values.Sum(one => one.Actual));
            return expected == 0 ? 1 : Math.Clamp((double)actual / expected, 0.05, 20);
        }
    }

    private bool Moving => Shards.Values.Any(one => one.Moving);

    /// <summary>Takes in what a shard has spent and holds.</summary>
    public Allowance Heard(RationRequest request)
    {
        var before = Shards.GetValueOrDefault(request.Shard) ?? new Account(Costs.None, Costs.None);
        if (Over || request.Shard < Next || before.Ended)
        {
            return this;
        }

        var spent = before.Spent.Or(request.Spent);
        var used = request.Spent.Plus(request.Reserved);
        var claim = spent.Or(request.Done ? Costs.None : request.First ? used.Or(before.Claim) : used);
        return (this with
        {
            Shards = Shards.SetItem(request.Shard, new Account(spent, claim)
            {
                Moving = request.Moving && !request.Done, Ended = request.Done, Expected = request.Expected, Actual = request.Actual,
            }),
        }).Folding();
    }

    /// <summary>What is to be asked of a purse that the run draws on.</summary>
    public Draft Draft(RunId run, PurseName purse, RationRequest request)
    {
        var (least, wanted) = Needs(request);
        return new Draft
        {
            Drawer = DrawerId.Of(run), Spent = Spent.In(purse), Held = Claims.In(purse), Least = least.In(purse), Wanted = wanted.In(purse), Moving = Moving,
        };
    }

    /// <summary>The run has ended: claims are worth what is spent.</summary>
    /// <param name="known">What was spent, once the calls are answered that were in flight at the end; until then they count with what was expected of them.</param>
    public Allowance Ended(Costs? known = null) => Over && known is null ? this : this with
    {
        Over = true,
        Folded = known ?? Spent,
        Shards = ImmutableSortedDictionary<int, Account>.Empty,
    };

    /// <summary>The run's last word to a purse.</summary>
    /// <param name="before">As it was before: where the run had ended already, the purse was told of that.</param>
    public Draft Ending(RunId run, PurseName purse, Allowance before) => new()
    {
        Drawer = DrawerId.Of(run), Spent = Spent.In(purse), Held = Spent.In(purse), Ending = true, Told = before.Over ? before.Spent.In(purse) : null,
    };

    /// <summary>Gives a shard that was heard as much of what it wants as every budget allows, or nothing when one of them has not even the least.</summary>
    public (Allowance Next, Ration Ration) Grant(RationRequest request, Budget? own, IEnumerable<Advance> drawn)
    {
        if (request.Done || !Shards.TryGetValue(request.Shard, out var account) || account.Ended)
        {
            return (this, new Ration(Costs.None, Scale, UsedUp: UsedUp));
        }

        var (least, wanted) = Needs(request);
        if (UsedUp is not null || least.Total == 0)
        {
            return (this, new Ration(account.Claim, Scale, UsedUp: UsedUp));
        }

        var share = 1.0;
        var claims = Claims;
        foreach (var limit in own is null ? drawn : drawn.Append(new Advance(PurseName.Run, own.Micros, PurseName.Run.Told(own), Final: true)))
        {
            var room = limit.Claim - claims.In(limit.Purse);
            var (needed, more) = (least.In(limit.Purse), wanted.In(limit.Purse) - least.In(limit.Purse));
            if (room < needed)
            {
                // What other shards have in flight may come back.
                var final = limit.Final && !Moving;
                var next = final ? this with { UsedUp = limit.Lacking } : this;
                return (next, new Ration(account.Claim, Scale, Lacking: limit.Lacking, UsedUp: next.UsedUp));
            }

            // Nobody takes all that is left, so that every shard and silo has work until the end.
            share = more > 0 ? Math.Min(share, Math.Max(0, (room / 3.0 - needed) / more)) : share;
        }

        var claim = account.Claim.Plus(least).Plus(wanted.Minus(least).Times(share));
        return (this with { Shards = Shards.SetItem(request.Shard, account with { Claim = claim, Moving = true }) }, new Ration(claim, Scale));
    }

    /// <summary>What a shard needs and wants beyond its claim.</summary>
    private (Costs Least, Costs Wanted) Needs(RationRequest request)
    {
        if (!Shards.TryGetValue(request.Shard, out var account) || account.Ended)
        {
            return (Costs.None, Costs.None);
        }

        var used = request.Spent.Plus(request.Reserved);
        var least = used.Plus(request.Least).Beyond(account.Claim);
        return (least, used.Plus(request.Wanted).Beyond(account.Claim).Or(least));
    }

    private Allowance Folding()
    {
        var folding = this;
        while (folding.Shards.TryGetValue(folding.Next, out var ended) && ended.Ended)
        {
            folding = folding with
            {
                Shards = folding.Shards.Remove(folding.Next),
                Next = folding.Next + 1,
                Folded = folding.Folded.Plus(ended.Spent),
                FoldedExpected = folding.FoldedExpected + ended.Expected,
                FoldedActual = folding.FoldedActual + ended.Actual,
            };
        }

        return folding;
    }
}

/// <summary>A shard's part of its run's money.</summary>
/// <param name="Spent">By the shard in all.</param>
/// <param name="Claim">How far its spending may go; never less than what is spent.</param>
public sealed record Account(Costs Spent, Costs Claim)
{
    /// <summary>Whether calls are under way that will give back what they do not take.</summary>
    public bool Moving { get; init; }

    public bool Ended { get; init; }

    public long Expected { get; init; }

    public long Actual { get; init; }
}
