using System.Collections.Immutable;
using Assize.Evaluation.Models;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Budgets;

/// <summary>What a run of a suite is expected to take, from some or all of its cases: calls, tokens and money, with a range. What is paid for already makes it less.</summary>
public sealed record RunEstimate
{
    public static RunEstimate Nothing { get; } = new();

    /// <summary>Cases looked at.</summary>
    public long Rehearsed { get; init; }

    public ImmutableSortedDictionary<ModelName, ModelEstimate> Models { get; init; } = ImmutableSortedDictionary<ModelName, ModelEstimate>.Empty;

    public double Calls => Models.Values.Sum(one => one.Calls);

    public RunEstimate With(SuiteDefinition suite, ModelCards cards, Exhibit exhibit)
    {
        var models = Models;
        foreach (var prompt in Rehearsal.Of(suite, cards, exhibit))
        {
            var (low, expected, high) = Price.Of(prompt, cards.Find(prompt.Model) ?? ModelCard.Unknown(prompt.Model));
            var before = models.GetValueOrDefault(prompt.Model) ?? new ModelEstimate(0, default, default, default);
            models = models.SetItem(prompt.Model, new ModelEstimate(before.Calls + 1, before.Low.Plus(low), before.Expected.Plus(expected), before.High.Plus(high)));
        }

        return new RunEstimate { Rehearsed = Rehearsed + 1, Models = models };
    }

    /// <summary>The same for all cases of the suite, where only some were looked at.</summary>
    public RunEstimate Over(long cases) => Rehearsed == 0 || cases == Rehearsed
        ? this
        : this with { Models = Models.ToImmutableSortedDictionary(one => one.Key, one => one.Value.Times((double)cases / Rehearsed)) };

    /// <summary>Money in millionths: if every text is short, as expected, and if every reply is as long as it may be.</summary>
    public (long Low, long Expected, long High) Cost(ModelCards cards) =>
        (Sum(cards, one => one.Low), Sum(cards, one => one.Expected), Sum(cards, one => one.High));

    /// <summary>What is expected to be paid from a purse.</summary>
    public long Expected(ModelCards cards, PurseName purse) => purse.Model is { } model
        ? Models.TryGetValue(model, out var one) && cards.Find(model) is { } card ? one.Expected.Micros(card) : 0
        : Cost(cards).Expected;

    private long Sum(ModelCards cards, Func<ModelEstimate, Tokens> which) =>
        Models.Sum(one => cards.Find(one.Key) is { } card ? which(one.Value).Micros(card) : 0);
}

/// <summary>What one model is expected to be asked.</summary>
public sealed record ModelEstimate(double Calls, Tokens Low, Tokens Expected, Tokens High)
{
    public ModelEstimate Times(double factor) => new(Calls * factor, Low.Times(factor), Expected.Times(factor), High.Times(factor));
}
