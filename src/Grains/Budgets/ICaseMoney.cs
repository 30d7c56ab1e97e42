using Assize.Evaluation.Budgets;
using Assize.Evaluation.Runs;

namespace Assize.Grains.Budgets;

/// <summary>Money of which cases hold what they are expected to cost before they begin, and give back what they did not take.</summary>
internal interface ICaseMoney
{
    /// <summary>What calls cost in proportion to what is expected of them.</summary>
    double Scale { get; }

    /// <summary>The budget for want of which something was last not begun, in words; null where everything was.</summary>
    string? Stopped { get; }

    /// <summary>Holds so much; false when a budget is used up.</summary>
    /// <param name="first">Before all others: for a case that has begun.</param>
    ValueTask<bool> Reserve(Costs need, bool first);

    /// <summary>A call for which money is held begins.</summary>
    void Begin(Costs held);

    /// <summary>A call ended: what it cost is spent, and what was held for it is free.</summary>
    /// <param name="foreseen">What it was expected to cost before anything was learned.</param>
    void Settle(Costs held, Call call, long foreseen);

    /// <summary>A call was given up, and may be under way and paid for all the same.</summary>
    void Lose(Costs held);

    /// <summary>A case ended, or was given up, and gives back what it did not need.</summary>
    void Release(Costs held);
}
