using System.Collections.Immutable;
using Assize.Evaluation;
using Assize.Evaluation.Budgets;
using Assize.Evaluation.Models;

namespace Assize.Grains.Models;

/// <summary>A declared model: the boundary behind which a vendor is called.</summary>
public interface IModel
{
    /// <summary>The longest that one attempt may be given: with the wait for its permit it ends while whoever asked still hears of it.</summary>
    static readonly TimeSpan LongestTimeout = TimeSpan.FromMinutes(20);

    ModelCard Card { get; }

    ModelLimits Limits { get; }

    /// <summary>How long one attempt may take.</summary>
    TimeSpan Timeout => TimeSpan.FromMinutes(1);

    /// <summary>What may be spent on it, by all tenants together; null when nothing bounds it.</summary>
    Budget? Budget { get; }

    /// <summary>Asks once, without retrying; never throws for what a provider does.</summary>
    Task<Attempt> Ask(Prompt prompt, CancellationToken cancellation);
}

/// <summary>The models an operator declared for this process.</summary>
public interface IModels
{
    ImmutableArray<IModel> Declared { get; }

    IModel? Find(ModelName name);
}

/// <summary>What one call to a provider brought.</summary>
/// <param name="Completion">The reply or the failure.</param>
/// <param name="Transient">Whether asking again may help.</param>
/// <param name="RetryAfter">How long the provider asks to wait.</param>
public sealed record Attempt(Completion Completion, bool Transient = false, TimeSpan? RetryAfter = null)
{
    /// <summary>What a failed attempt cost, where the provider said so.</summary>
    public Usage FailedUsage { get; init; } = Usage.None;
}
