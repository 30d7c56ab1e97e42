using System.ComponentModel.DataAnnotations;
using Assize.Evaluation.Runs;

namespace Assize.Grains.Tenants;

/// <summary>How long things are kept; section <c>Retention</c> of the configuration. What is not set is kept until somebody deletes it.</summary>
public sealed record RetentionOptions : IValidatableObject
{
    /// <summary>How long a run is kept after its start.</summary>
    public TimeSpan? Runs { get; init; }

    /// <summary>How long the replies that a run used are kept after its start, to be used again at no cost; no shorter than the run.</summary>
    public TimeSpan? Completions { get; init; }

    /// <summary>How often it is looked what is due.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromHours(1);

    /// <summary>What is due at a moment; null when runs are kept for ever.</summary>
    public Expiry? At(DateTimeOffset now) => Runs is { } runs ? Expiry.At(now, runs, Completions) : null;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Runs <= TimeSpan.Zero)
        {
            yield return new ValidationResult("Retention:Runs has to be longer than nothing; leave it out to keep runs for ever.", [nameof(Runs)]);
        }

        if (Completions is { } completions && (Runs is not { } runs || completions < runs))
        {
            yield return new ValidationResult("Retention:Completions is for longer than Retention:Runs, and means nothing without it.", [nameof(Completions)]);
        }

        if (Every < TimeSpan.FromMinutes(1))
        {
            yield return new ValidationResult("Retention:Every is at least a minute.", [nameof(Every)]);
        }
    }
}
