using System.Collections.Immutable;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Traffic;

/// <summary>What is taken out of a source's interactions before they are stored or sent on.</summary>
/// <param name="Redactors">The operator's rules, then detectors; each looks at what the one before it left.</param>
public sealed record Redaction(ImmutableArray<Redactor> Redactors)
{
    public string Of(string text, Action<Redactor>? found = null)
    {
        foreach (var redactor in Redactors)
        {
            text = redactor.Of(text, found);
        }

        return text;
    }

    /// <summary>What is sampled as one, by the name under which it leaves: whoever decides about it later knows it by no other.</summary>
    public string KeyOf(Interaction interaction, Pseudonyms pseudonyms) => interaction.Conversation is { } conversation ? Id('c', conversation.Value, pseudonyms, null) : Id('i', interaction.Id.Value, pseudonyms, null);

    /// <summary>The interaction as it may leave: texts, context, properties and the names of application and model redacted, the user under another name, and so an id that would be redacted.</summary>
    /// <param name="interaction">As it came.</param>
    /// <param name="pseudonyms">Other names.</param>
    /// <param name="found">Hears of each place that is redacted.</param>
    public Interaction Of(Interaction interaction, Pseudonyms pseudonyms, Action<Redactor>? found = null) => interaction with
    {
        Id = new(Id('i', interaction.Id.Value, pseudonyms, found)),
        Conversation = interaction.Conversation is { } conversation ? new ConversationId(Id('c', conversation.Value, pseudonyms, found)) : null,
        Application = new(Of(interaction.Application.Value, found)),
        Model = interaction.Model is { } model ? Of(model, found) : null,
        Messages = [.. interaction.Messages.Select(message => message with { Content = Of(message.Content, found) })],
        Response = Of(interaction.Response, found),
        Context = [.. interaction.Context.Select(text => Of(text, found))],
        Properties = Of(interaction.Properties, found),
        User = interaction.User is { } user ? pseudonyms.Of('u', user) : null,
    };

    /// <summary>An id has to stay one thing's: a placeholder in it would make it many things'.</summary>
    private string Id(char kind, string id, Pseudonyms pseudonyms, Action<Redactor>? found) => Of(id, found) == id ? id : pseudonyms.Of(kind, id);

    private ImmutableSortedDictionary<string, string> Of(ImmutableSortedDictionary<string, string> properties, Action<Redactor>? found)
    {
        var redacted = properties.ToBuilder();
        foreach (var (key, value) in properties)
        {
            redacted.Remove(key);
            redacted[Of(key, found)] = Of(value, found);
        }

        return redacted.ToImmutable();
    }
}
