using System.Globalization;
using Assize.Evaluation;
using Assize.Evaluation.Suites;

namespace Assize.Gateway.Traffic;

/// <summary>What is wrong with an interaction as it was sent.</summary>
internal static class InteractionCheck
{
    private const int LongestName = 256;

    private const int MostProperties = 64;

    /// <summary>The first mistake; null when there is none. An empty response is none: production gives those.</summary>
    public static Mistake? Of(V1.Interaction interaction, SuiteLimits limits)
    {
        if (interaction.Id.Length is 0 or > LongestName)
        {
            return new Mistake($"An interaction has an id of 1 to {LongestName} characters.") { Field = "id" };
        }

        if (interaction.Application.Length is 0 or > LongestName)
        {
            return new Mistake($"An interaction names its application, in 1 to {LongestName} characters.") { Field = "application" };
        }

        if (interaction.Time is null)
        {
            return new Mistake("An interaction says when it was.") { Field = "time" };
        }

        if (interaction.Messages.Count == 0 || interaction.Messages.Any(message => message.Role is V1.Role.Unspecified))
        {
            return new Mistake("An interaction has messages before its response, and each says its role.") { Field = "messages" };
        }

        if (interaction.Properties.Count > MostProperties)
        {
            return new Mistake($"An interaction has at most {MostProperties} properties.") { Field = "properties" };
        }

        return interaction.Messages.Select((message, i) => Text(message.Content, string.Create(CultureInfo.InvariantCulture, $"messages[{i}]"), limits))
            .Append(Text(interaction.Response, "response", limits))
            .Concat(interaction.Context.Select((text, i) => Text(text, string.Create(CultureInfo.InvariantCulture, $"context[{i}]"), limits)))
            .Concat(interaction.Properties.Select(property => Text(property.Value, $"properties.{property.Key}", limits)))
            .FirstOrDefault(mistake => mistake is not null);
    }

    private static Mistake? Text(string text, string field, SuiteLimits limits) =>
        (string.IsNullOrWhiteSpace(text) ? TextCheck.Characters(text) : TextCheck.Of(text, "text", limits)) is { } mistake ? mistake with { Field = field } : null;
}
