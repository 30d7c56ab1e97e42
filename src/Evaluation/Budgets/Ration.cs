using System.Collections.Immutable;

namespace Assize.Evaluation.Budgets;

/// <summary>What bounds a run's spending, as it was fixed when the run started.</summary>
public sealed record Terms(RunId Run, TenantName Tenant, Budget? Budget, ImmutableArray<ModelName> Models);

/// <summary>What a shard says of its money: what it has spent in all, what it holds for cases under way, and what it needs.</summary>
public sealed record RationRequest
{
    public required int Shard { get; init; }

    /// <summary>Spent by the shard in all, on whatever silos it was.</summary>
    public Costs Spent { get; init; } = Costs.None;

    /// <summary>Held for the cases under way.</summary>
    public Costs Reserved { get; init; } = Costs.None;

    /// <summary>What the next case has to have.</summary>
    public Costs Least { get; init; } = Costs.None;

    /// <summary>What all cases that wait would take.</summary>
    public Costs Wanted { get; init; } = Costs.None;

    /// <summary>Whether calls are in flight, which give back what they do not take.</summary>
    public bool Moving { get; init; }

    /// <summary>It has just begun, here or again: what its predecessor held stays its own until it knows what it needs.</summary>
    public bool First { get; init; }

    /// <summary>It spends no more.</summary>
    public bool Done { get; init; }

    /// <summary>What its paid calls were expected to cost, and what they did.</summary>
    public long Expected { get; init; }

    public long Actual { get; init; }
}

/// <summary>How far a shard's spending may go.</summary>
/// <param name="Claim">Spent and reserved together, in all.</param>
/// <param name="Scale">What calls cost in proportion to what is expected of them.</param>
/// <param name="Lacking">The budget that has not enough left for the next case at the moment, in words.</param>
/// <param name="UsedUp">The budget that ended the run, in words.</param>
public sealed record Ration(Costs Claim, double Scale, string? Lacking = null, string? UsedUp = null);

/// <summary>One budget and how much of it is used.</summary>
public sealed record BudgetLine
{
    public required PurseName Purse { get; init; }

    public required decimal Amount { get; init; }

    public Period Per { get; init; }

    public required double WarnAt { get; init; }

    /// <summary>Spent in the period, by all who share the budget, in millionths.</summary>
    public required long SpentMicros { get; init; }

    /// <summary>Held for calls to come and in flight.</summary>
    public required long ReservedMicros { get; init; }

    /// <summary>Whether so much is spent that there is a warning.</summary>
    public required bool Warning { get; init; }

    public static BudgetLine Of(PurseName purse, Budget budget, long spent, long reserved) => new()
    {
        Purse = purse, Amount = budget.Amount, Per = budget.Per, WarnAt = budget.WarnAt, SpentMicros = spent, ReservedMicros = reserved, Warning = budget.Warns(spent),
    };
}

/// <summary>The budgets that bound a run.</summary>
public sealed record BudgetLines(ImmutableArray<BudgetLine> Lines);
