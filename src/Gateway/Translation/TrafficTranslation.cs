using System.Collections.Immutable;
using Assize.Evaluation.Traffic;
using Google.Protobuf.WellKnownTypes;

namespace Assize.Gateway.Translation;

/// <summary>Interactions between the API's messages and the domain.</summary>
public static class TrafficTranslation
{
    public static V1.Interaction ToProto(this Interaction interaction)
    {
        var message = new V1.Interaction
        {
            Id = interaction.Id.Value,
            Time = Timestamp.FromDateTimeOffset(interaction.Time),
            Application = interaction.Application.Value,
            Messages = { interaction.Messages.Select(SuiteTranslation.ToProto) },
            Response = interaction.Response,
            Properties = { interaction.Properties },
            Context = { interaction.Context },
            Ends = interaction.Ends,
        };
        if (interaction.Conversation is { } conversation)
        {
            message.Conversation = conversation.Value;
        }

        if (interaction.Model is { } model)
        {
            message.Model = model;
        }

        if (interaction.LatencyMs is { } latency)
        {
            message.LatencyMs = latency;
        }

        if (interaction.Cost is { } cost)
        {
            message.CostMicros = (long)(cost * 1_000_000);
        }

        if (interaction.Feedback is { } feedback)
        {
            message.Feedback = feedback;
        }

        if (interaction.User is { } user)
        {
            message.User = user;
        }

        return message;
    }

    /// <summary>The interaction; its time has to be there.</summary>
    public static Interaction ToDomain(this V1.Interaction interaction) => new()
    {
        Id = new(interaction.Id),
        Conversation = interaction.HasConversation ? new ConversationId(interaction.Conversation) : null,
        Time = interaction.Time.ToDateTimeOffset(),
        Application = new(interaction.Application),
        Model = interaction.HasModel ? interaction.Model : null,
        Messages = [.. interaction.Messages.Select(SuiteTranslation.ToDomain)],
        Response = interaction.Response,
        Properties = interaction.Properties.Count == 0 ? ImmutableSortedDictionary<string, string>.Empty : interaction.Properties.ToImmutableSortedDictionary(StringComparer.Ordinal),
        Context = [.. interaction.Context],
        LatencyMs = interaction.HasLatencyMs ? interaction.LatencyMs : null,
        Cost = interaction.HasCostMicros ? interaction.CostMicros / 1_000_000m : null,
        Feedback = interaction.HasFeedback ? interaction.Feedback : null,
        User = interaction.HasUser ? interaction.User : null,
        Ends = interaction.Ends,
    };
}
