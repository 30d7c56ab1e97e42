using System.Collections.Immutable;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Candidates;

/// <summary>A model that is asked each turn with the conversation so far, its own earlier answers included.</summary>
public sealed record ModelCandidate : Candidate
{
    /// <summary>Stands in a template for what the case says.</summary>
    public const string Input = "{{input}}";

    public required ModelName Model { get; init; }

    /// <summary>A system message put before the conversation.</summary>
    public string? System { get; init; }

    /// <summary>What a user's message becomes; <see cref="Input"/> stands for the case's own text.</summary>
    public string? Template { get; init; }

    public double? Temperature { get; init; }

    public int? MaxTokens { get; init; }

    public override Reply Next(Exhibit exhibit, Answers soFar)
    {
        var said = ImmutableArray.CreateBuilder<string>();
        foreach (var completion in soFar.Completions)
        {
            switch (completion)
            {
                case Completion.Replied { Text: var text } when !string.IsNullOrWhiteSpace(text):
                    said.Add(text);
                    break;
                case Completion.Replied { FinishReason: "content_filter" }:
                    return new Reply.Silent(new(Reason.ContentFilter, $"candidate '{Name}' was stopped by the provider's content filter"));
                case Completion.Replied { FinishReason: "length" }:
                    return new Reply.Silent(new(Reason.ContextTooLong, $"candidate '{Name}' was cut off at its limit of tokens before it said anything; raise its maxTokens"));
                case Completion.Replied:
                    return new Reply.Silent(new(Reason.Refused, $"candidate '{Name}' answered with an empty text"));
                case Completion.Failed failed:
                    return new Reply.Silent(new(failed.Reason, $"candidate '{Name}' did not answer: {failed.Detail}"));
            }
        }

        return said.Count == exhibit.Case.Turns.Length
            ? new Reply.Responded(new Response(Name, said.ToImmutable()))
            : new Reply.Ask(Question(exhibit.Case, said));
    }

    private Prompt Question(Case @case, ImmutableArray<string>.Builder said)
    {
        var messages = ImmutableArray.CreateBuilder<Message>();
        if (System is not null)
        {
            messages.Add(new Message(Role.System, System));
        }

        for (var turn = 0; turn <= said.Count; turn++)
        {
            foreach (var message in @case.Turns[turn].Messages)
            {
                messages.Add(message.Role == Role.User && Template is not null
                    ? message with { Content = Template.Replace(Input, message.Content, StringComparison.Ordinal) }
                    : message);
            }

            if (turn < said.Count)
            {
                messages.Add(new Message(Role.Assistant, said[turn]));
            }
        }

        return new Prompt { Model = Model, Messages = messages.ToImmutable(), Temperature = Temperature, MaxTokens = MaxTokens };
    }
}
