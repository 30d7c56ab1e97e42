using Assize.Evaluation.Budgets;
using Assize.Evaluation.Models;

namespace Assize.Silo.Models;

/// <summary>A model as the operator declares it: section <c>Models:NAME</c> of the configuration.</summary>
public sealed record ModelOptions
{
    /// <summary>openai, azure-openai, ollama, anthropic or simulated.</summary>
    public string? Provider { get; init; }

    /// <summary>The provider's base URL; openai and anthropic have one of their own.</summary>
    public string? Endpoint { get; init; }

    /// <summary>The model's name at its provider.</summary>
    public string? Model { get; init; }

    /// <summary>Azure's name for what serves the model; the model's name when absent.</summary>
    public string? Deployment { get; init; }

    /// <summary>Never used: a key in configuration ends up in logs and backups.</summary>
    public string? ApiKey { get; init; }

    /// <summary>The environment variable that holds the key.</summary>
    public string? ApiKeyEnvironment { get; init; }

    /// <summary>The file that holds the key.</summary>
    public string? ApiKeyFile { get; init; }

    /// <summary>0 to 2.</summary>
    public double Temperature { get; init; }

    /// <summary>The longest reply, in tokens; from 1.</summary>
    public int MaxTokens { get; init; } = ModelCard.UsualMaxTokens;

    public long? Seed { get; init; }

    /// <summary>How long one attempt may take; above 0, up to 20 minutes.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Price of a million input tokens.</summary>
    public decimal InputPrice { get; init; }

    /// <summary>Price of a million output tokens.</summary>
    public decimal OutputPrice { get; init; }

    /// <summary>What may be spent on the model, by all tenants together; null when nothing bounds it.</summary>
    public Budget? Budget { get; init; }

    public ModelLimits Limits { get; init; } = new();

    /// <summary>Whether the provider enforces a JSON schema on replies; true but for anthropic when nothing is said.</summary>
    public bool? StructuredOutput { get; init; }
}
