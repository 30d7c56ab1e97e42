using System.Text.Json.Serialization;

namespace Assize.Evaluation.Budgets;

/// <summary>Whose money it is: <c>run</c>, <c>tenant/NAME</c> or <c>model/NAME</c>.</summary>
[JsonConverter(typeof(NameConverter<PurseName>))]
public readonly record struct PurseName(string Value) : IName<PurseName>, IComparable<PurseName>
{
    private const string TenantPart = "tenant/";

    private const string ModelPart = "model/";

    /// <summary>The purse of the run in question.</summary>
    public static PurseName Run { get; } = new("run");

    /// <summary>The tenant whose purse it is; null when it is another's.</summary>
    public TenantName? Tenant => Value.StartsWith(TenantPart, StringComparison.Ordinal) ? new(Value[TenantPart.Length..]) : null;

    /// <summary>The model whose purse it is; null when it is another's.</summary>
    public ModelName? Model => Value.StartsWith(ModelPart, StringComparison.Ordinal) ? new(Value[ModelPart.Length..]) : null;

    public static PurseName Of(string value) => new(value);

    public static PurseName Of(TenantName tenant) => new(TenantPart + tenant.Value);

    public static PurseName Of(ModelName model) => new(ModelPart + model.Value);

    /// <summary>The budget of this purse in words.</summary>
    public string Told(Budget budget) => Tenant is { } tenant ? $"tenant {tenant}'s budget of {budget}"
        : Model is { } model ? $"model {model}'s budget of {budget}"
        : $"its budget of {budget}";

    public int CompareTo(PurseName other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}
