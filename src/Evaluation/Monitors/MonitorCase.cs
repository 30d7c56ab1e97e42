using System.Collections.Immutable;
using Assize.Evaluation.Candidates;
using Assize.Evaluation.Suites;
using Assize.Evaluation.Traffic;

namespace Assize.Evaluation.Monitors;

/// <summary>An interaction as a judge is shown it: a case of one turn with the response that production gave.</summary>
public static class MonitorCase
{
    /// <summary>The candidate whose responses are judged.</summary>
    public static CandidateName Production { get; } = new("production");

    /// <summary>A case with nothing but a question, to see what else a judge would ask for.</summary>
    public static Case Bare { get; } = new() { Id = new("interaction"), Turns = [new Turn { Messages = [new Message(Role.User, "A question.")] }] };

    public static Exhibit Of(Interaction interaction) => Of(interaction, Turns(interaction));

    private static Exhibit Of(Interaction interaction, ImmutableArray<(ImmutableArray<Message> Messages, string Response)> said) => new()
    {
        Case = new Case
        {
            Id = new(interaction.Id.Value),
            Turns = [.. said.Select(turn => new Turn { Messages = turn.Messages })],
            Cluster = interaction.Conversation?.Value,
            Metadata = interaction.Properties,
        },
        Recorded = ImmutableSortedDictionary.Create<CandidateName, ImmutableArray<string>>(NameOrder<CandidateName>.Ordinal).Add(Production, [.. said.Select(turn => turn.Response)]),
    };

    /// <summary>One turn, with all that was said before its response; of a whole conversation a turn for each response.</summary>
    private static ImmutableArray<(ImmutableArray<Message> Messages, string Response)> Turns(Interaction interaction)
    {
        ImmutableArray<Message> messages = [.. interaction.Context.Select(given => new Message(Role.System, given)), .. interaction.Messages];
        if (!interaction.Whole)
        {
            return [(messages, interaction.Response)];
        }

        var turns = ImmutableArray.CreateBuilder<(ImmutableArray<Message> Messages, string Response)>();
        var before = ImmutableArray.CreateBuilder<Message>();
        foreach (var message in messages.Add(new Message(Role.Assistant, interaction.Response)))
        {
            if (message.Role is not Role.Assistant)
            {
                before.Add(message);
            }
            else if (before.Count > 0)
            {
                turns.Add((before.ToImmutable(), message.Content));
                before.Clear();
            }
            else if (turns.Count > 0)
            {
                // Two responses in a row were one answer.
                turns[^1] = (turns[^1].Messages, $"{turns[^1].Response}\n{message.Content}");
            }
            else
            {
                before.Add(message);
            }
        }

        return turns.ToImmutable();
    }

    /// <summary>The judge with the one candidate there is: what a run would call a suite.</summary>
    public static SuiteDefinition Suite(MonitorDefinition monitor) => new()
    {
        Name = new(monitor.Name.Value),
        Candidates = [new RecordedCandidate { Name = Production }],
        Judges = [monitor.Judge],
    };
}
