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

    public static Exhibit Of(Interaction interaction) => new()
    {
        Case = new Case
        {
            Id = new(interaction.Id.Value),
            Turns = [new Turn { Messages = [.. interaction.Context.Select(given => new Message(Role.System, given)), .. interaction.Messages] }],
            Cluster = interaction.Conversation?.Value,
            Metadata = interaction.Properties,
        },
        Recorded = ImmutableSortedDictionary.Create<CandidateName, ImmutableArray<string>>(NameOrder<CandidateName>.Ordinal).Add(Production, [interaction.Response]),
    };

    /// <summary>The judge with the one candidate there is: what a run would call a suite.</summary>
    public static SuiteDefinition Suite(MonitorDefinition monitor) => new()
    {
        Name = new(monitor.Name.Value),
        Candidates = [new RecordedCandidate { Name = Production }],
        Judges = [monitor.Judge],
    };
}
