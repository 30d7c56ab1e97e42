using System.Collections.Immutable;

namespace Assize.Evaluation.Models;

/// <summary>What a run needs to know of a declared model; no key and no address.</summary>
public sealed record ModelCard
{
    public required ModelName Name { get; init; }

    /// <summary>openai, azure-openai, ollama, anthropic or simulated.</summary>
    public required string Provider { get; init; }

    /// <summary>The model's name at its provider.</summary>
    public required string Model { get; init; }

    /// <summary>Hash of all settings that shape a reply (provider, address, model, temperature, seed, limits of length).</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Whether the provider enforces a JSON schema on the reply.</summary>
    public bool StructuredOutput { get; init; }

    /// <summary>Whether its replies come from the project's own simulation; every output that rests on them says so.</summary>
    public bool Simulated { get; init; }

    /// <summary>Price of a million input tokens, in the currency unit.</summary>
    public decimal InputPrice { get; init; }

    /// <summary>Price of a million output tokens, in the currency unit.</summary>
    public decimal OutputPrice { get; init; }

    /// <summary>The longest reply where a prompt asks for no other, in tokens.</summary>
    public int MaxTokens { get; init; } = UsualMaxTokens;

    /// <summary>The longest reply of a model that declares no other, in tokens.</summary>
    public const int UsualMaxTokens = 1024;

    /// <summary>A model of which only the name is known.</summary>
    public static ModelCard Unknown(ModelName name) => new() { Name = name, Provider = "unknown", Model = name.Value, Fingerprint = "" };
}

/// <summary>The models a run may ask, frozen at its start.</summary>
public sealed record ModelCards(ImmutableArray<ModelCard> Cards)
{
    public static ModelCards None { get; } = new([]);

    public ModelCard? Find(ModelName name)
    {
        foreach (var card in Cards)
        {
            if (card.Name == name)
            {
                return card;
            }
        }

        return null;
    }
}
