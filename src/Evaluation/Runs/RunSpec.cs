using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Assize.Evaluation.Budgets;
using Assize.Evaluation.Models;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Runs;

/// <summary>Everything that determines a run; fixed when it starts.</summary>
public sealed record RunSpec
{
    public required RunId Run { get; init; }

    public required TenantName Tenant { get; init; }

    public required SuiteContents Suite { get; init; }

    public required long Seed { get; init; }

    public required ModelCards Models { get; init; }

    /// <summary>The version of Assize that started the run.</summary>
    public required string Program { get; init; }

    public required DateTimeOffset Started { get; init; }

    /// <summary>Set where everybody is to be asked anew, and not answered from what is kept: a part of the identity of every completion.</summary>
    public int? Draw { get; init; }

    /// <summary>What the run may spend; null when nothing bounds it but others' budgets.</summary>
    public Budget? Budget { get; init; }

    [JsonIgnore]
    public Terms Terms => new(Run, Tenant, Budget, [.. Models.Cards.Select(card => card.Name)]);

    /// <summary>Caller's labels, as in commit or branch.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}
