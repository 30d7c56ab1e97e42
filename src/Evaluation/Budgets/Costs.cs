using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Assize.Evaluation.Budgets;

/// <summary>Money by model, in millionths of the prices' unit; a model that is not named has none.</summary>
public sealed record Costs(ImmutableSortedDictionary<ModelName, long> ByModel)
{
    public static Costs None { get; } = new(ImmutableSortedDictionary<ModelName, long>.Empty);

    [JsonIgnore]
    public long Total
    {
        get
        {
            var total = 0L;
            foreach (var (_, micros) in ByModel)
            {
                total += micros;
            }

            return total;
        }
    }

    public static Costs Of(ModelName model, long micros) => micros == 0 ? None : new(ImmutableSortedDictionary<ModelName, long>.Empty.Add(model, micros));

    public long Of(ModelName model) => ByModel.GetValueOrDefault(model);

    /// <summary>The part of it that a purse pays: a model's its calls, all others everything.</summary>
    public long In(PurseName purse) => purse.Model is { } model ? Of(model) : Total;

    public Costs Plus(Costs other) => With(other, (a, b) => a + b);

    public Costs Minus(Costs other) => With(other, (a, b) => a - b);

    /// <summary>The larger of both, model by model.</summary>
    public Costs Or(Costs other) => With(other, Math.Max);

    /// <summary>What it has more than the other, model by model; never less than nothing.</summary>
    public Costs Beyond(Costs other) => With(other, (a, b) => Math.Max(0, a - b));

    public Costs Times(double factor) => new(ByModel.ToImmutableSortedDictionary(one => one.Key, one => (long)Math.Floor(one.Value * factor)));

    /// <summary>Whether it is at most the other in every model.</summary>
    public bool Within(Costs other) => ByModel.All(one => one.Value <= other.Of(one.Key));

    private Costs With(Costs other, Func<long, long, long> both)
    {
        // Nearly always there is one model, and this is done several times for every call.
        if (ByModel.Count == 1 && other.ByModel.Count <= 1)
        {
            var (model, micros) = ByModel.First();
            if (other.ByModel.IsEmpty || other.ByModel.ContainsKey(model))
            {
                var sum = both(micros, other.Of(model));
                return sum == micros ? this : new Costs(ByModel.SetItem(model, sum));
            }
        }

        var all = ByModel.ToBuilder();
        foreach (var model in other.ByModel.Keys.Union(ByModel.Keys))
        {
            all[model] = both(Of(model), other.Of(model));
        }

        return new Costs(all.ToImmutable());
    }
}
