using System.Globalization;
using Assize.Evaluation;
using Assize.Evaluation.Suites;
using Assize.Gateway.Translation;

namespace Assize.Gateway.Traffic;

/// <summary>What is wrong with an interaction as it was sent.</summary>
internal static class InteractionCheck
{
    private const int LongestName = 256;

    private const int MostProperties = 64;

    /// <summary>A year. Latencies are summed up with their squares, and one that is no time at all would spoil the sum for good.</summary>
    private const double LongestMs = 365.0 * 24 * 60 * 60 * 1000;

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

        if (interaction.HasConversation && interaction.Conversation.Length is 0 or > LongestName)
        {
            return new Mistake($"A conversation has an id of 1 to {LongestName} characters.", "Leave it out where the interaction is a part of none.") { Field = "conversation" };
        }

        if (interaction.Model.Length > LongestName)
        {
            return new Mistake($"A model is named in at most {LongestName} characters.") { Field = "model" };
        }

        if (interaction.Time is null)
        {
            return new Mistake("An interaction says when it was.") { Field = "time" };
        }

        if (!interaction.Time.IsTime())
        {
            return new Mistake("That is no time: seconds since 1970 lie in the years 1 to 9999, nanoseconds in 0 to 999,999,999.", "Milliseconds do not belong into seconds.") { Field = "time" };
        }

        if (interaction.HasLatencyMs && interaction.LatencyMs is not (>= 0 and <= LongestMs))
        {
            return new Mistake("A latency is a number of milliseconds, from 0 to those of a year.", "Leave it out where it is not known.") { Field = "latency_ms" };
        }

        if (interaction.CostMicros < 0)
        {
            return new Mistake("A cost is a number of millionths, from 0.", "Leave it out where it is not known.") { Field = "cost_micros" };
        }

        if (interaction.HasFeedback && !(interaction.Feedback is >= -1 and <= 1))
        {
            return new Mistake("Feedback lies between -1 and 1.") { Field = "feedback" };
        }

        if (interaction.Messages.Count == 0)
        {
            return Speechless();
        }

        // Every interaction that arrives is looked at: names of places are made only for mistakes.
        for (var i = 0; i < interaction.Messages.Count; i++)
        {
            // A sender of a later version may name roles that are not known here.
            if (interaction.Messages[i].Role is not (V1.Role.System or V1.Role.User or V1.Role.Assistant))
            {
                return Speechless();
            }

            if (Text(interaction.Messages[i].Content, limits) is { } mistake)
            {
                return mistake with { Field = string.Create(CultureInfo.InvariantCulture, $"messages[{i}]") };
            }
        }

        if (interaction.Properties.Count > MostProperties)
        {
            return new Mistake($"An interaction has at most {MostProperties} properties.") { Field = "properties" };
        }

        if (Text(interaction.Response, limits) is { } wrong)
        {
            return wrong with { Field = "response" };
        }

        for (var i = 0; i < interaction.Context.Count; i++)
        {
            if (Text(interaction.Context[i], limits) is { } mistake)
            {
                return mistake with { Field = string.Create(CultureInfo.InvariantCulture, $"context[{i}]") };
            }
        }

        foreach (var (name, value) in interaction.Properties)
        {
            if (name.Length > LongestName)
            {
                return new Mistake($"A property is named in at most {LongestName} characters.") { Field = "properties" };
            }

            if (Text(value, limits) is { } mistake)
            {
                return mistake with { Field = $"properties.{name}" };
            }
        }

        return null;
    }

    private static Mistake Speechless() => new("An interaction has messages before its response, and each says its role: system, user or assistant.") { Field = "messages" };

    private static Mistake? Text(string text, SuiteLimits limits) =>
        string.IsNullOrWhiteSpace(text) ? TextCheck.Characters(text) : TextCheck.Of(text, "text", limits);
}
