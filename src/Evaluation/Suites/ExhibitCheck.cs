using System.Collections.Immutable;
using System.Globalization;
using Assize.Evaluation.Candidates;
using Assize.Evaluation.Judges;

namespace Assize.Evaluation.Suites;

/// <summary>What is wrong with one case of a suite and with the answers recorded for it.</summary>
public static class ExhibitCheck
{
    private const int LongestId = 256;

    /// <summary>All mistakes of a case with its recorded answers: every recorded candidate has answered, and nobody else.</summary>
    public static ImmutableArray<Mistake> Of(Exhibit exhibit, SuiteDefinition suite, SuiteLimits limits)
    {
        var mistakes = ImmutableArray.CreateBuilder<Mistake>();
        mistakes.AddRange(Case(exhibit.Case, suite.Judges, limits));
        foreach (var candidate in suite.Candidates)
        {
            if (candidate is RecordedCandidate && !exhibit.Recorded.ContainsKey(candidate.Name))
            {
                mistakes.Add(Missing(exhibit.Case.Id, candidate.Name));
            }
        }

        foreach (var (name, turns) in exhibit.Recorded)
        {
            if (!suite.Candidates.Any(candidate => candidate is RecordedCandidate && candidate.Name == name))
            {
                mistakes.Add(new Mistake(
                    $"There is a response of {Spelling.Quote(name.Value)}, which is no recorded candidate of the suite.",
                    Spelling.Suggest(name.Value, [.. suite.Candidates.OfType<RecordedCandidate>().Select(candidate => candidate.Name.Value)], "Recorded candidates"))
                {
                    Case = Named(exhibit.Case.Id),
                    Field = $"recorded.{name}",
                });
            }

            mistakes.AddRange(Response(exhibit.Case.Id, name, turns, exhibit.Case.Turns.Length, limits)
                .Select(mistake => mistake with { Field = $"recorded.{name}{mistake.Field?["turns".Length..]}" }));
        }

        return mistakes.ToImmutable();
    }

    /// <summary>All mistakes of a case by itself and for the judges that look at it; fields are those of the domain's JSON form.</summary>
    public static ImmutableArray<Mistake> Case(Case @case, ImmutableArray<Judge> judges, SuiteLimits limits)
    {
        var found = new Findings(Named(@case.Id), limits);
        Id(@case.Id, found);
        found.Label("category", @case.Category);
        found.Label("cluster", @case.Cluster);
        for (var i = 0; i < @case.Tags.Length; i++)
        {
            found.Label(At("tags", i), @case.Tags[i]);
        }

        foreach (var (key, value) in @case.Metadata)
        {
            found.Characters($"metadata.{key}", key);
            found.Characters($"metadata.{key}", value);
        }

        Turns(@case, found);
        if (found.None)
        {
            foreach (var judge in judges)
            {
                if (judge.Where is null || judge.Where.Matches(@case))
                {
                    foreach (var mistake in judge.Check(@case))
                    {
                        found.Add(mistake);
                    }
                }
            }
        }

        return found.All();
    }

    /// <summary>All mistakes of a candidate's recorded answer; fields are <c>turns</c> and <c>turns[i]</c>.</summary>
    /// <param name="id">The case.</param>
    /// <param name="candidate">Who answered.</param>
    /// <param name="turns">The answer, one text per turn.</param>
    /// <param name="asked">How many turns the case has; null when that is not known.</param>
    /// <param name="limits">How long a text may be.</param>
    public static ImmutableArray<Mistake> Response(CaseId id, CandidateName candidate, ImmutableArray<string> turns, int? asked, SuiteLimits limits)
    {
        var found = new Findings(Named(id), limits);
        if (asked is { } wanted && turns.Length != wanted)
        {
            found.Add("turns", string.Create(CultureInfo.InvariantCulture, $"The response of candidate '{candidate}' has {Turns(turns.Length)}, but the case has {Turns(wanted)}."), "Give one text per turn of the case.");
        }

        for (var i = 0; i < turns.Length; i++)
        {
            found.Text(turns.Length == 1 ? "turns" : At("turns", i), turns[i], "response");
        }

        return found.All();
    }

    /// <summary>The mistake of a recorded candidate that has not answered a case.</summary>
    public static Mistake Missing(CaseId id, CandidateName candidate) =>
        new($"Candidate '{candidate}' has no response.", "Add its response to this case, or remove the case.") { Case = Named(id) };

    /// <summary>Whether a case may be called so: 1 to 256 characters, not all blank, no control characters.</summary>
    public static bool IsId(string? id) => !string.IsNullOrWhiteSpace(id) && id.Length <= LongestId && !id.Any(char.IsControl) && TextCheck.Characters(id) is null;

    private static void Id(CaseId id, Findings found)
    {
        if (string.IsNullOrWhiteSpace(id.Value))
        {
            found.Add("id", "The id is blank.", "Give every case an id of its own.");
        }
        else if (id.Value.Length > LongestId)
        {
            found.Add("id", string.Create(CultureInfo.InvariantCulture, $"The id has {id.Value.Length:N0} characters, more than the {LongestId} allowed."), "Use a shorter id.");
        }
        else if (id.Value.Any(char.IsControl))
        {
            found.Add("id", $"The id {Spelling.Quote(id.Value)} contains a control character.", "Use printable characters only.");
        }
        else
        {
            found.Characters("id", id.Value);
        }
    }

    private static void Turns(Case @case, Findings found)
    {
        if (@case.Turns.IsDefaultOrEmpty)
        {
            found.Add("turns", "The case has no turns.", "Give at least one turn with a user message.");
            return;
        }

        if (@case.Turns.Length > found.Limits.MaxTurns)
        {
            found.Add("turns", string.Create(CultureInfo.InvariantCulture, $"The case has {@case.Turns.Length:N0} turns, more than the limit of {found.Limits.MaxTurns:N0} (option {nameof(SuiteLimits.MaxTurns)})."), "Split the case, or raise the limit.");
        }

        for (var i = 0; i < @case.Turns.Length; i++)
        {
            var turn = @case.Turns[i];
            var field = At("turns", i);
            if (turn.Messages.IsEmpty)
            {
                found.Add(field, "The turn has no message.", "Say what the candidate is asked.");
            }
            else if (i == 0 && !turn.Messages.Any(message => message.Role == Role.User))
            {
                found.Add(field, "The first turn has no user message.", "Say what the user asks.");
            }

            for (var j = 0; j < turn.Messages.Length; j++)
            {
                found.Text($"{At($"{field}.messages", j)}.content", turn.Messages[j].Content, "message");
            }

            for (var j = 0; j < turn.References.Length; j++)
            {
                found.Text(At($"{field}.references", j), turn.References[j], "reference");
            }
        }
    }

    /// <summary>The id as a mistake can name it; null where it is itself the mistake.</summary>
    private static CaseId? Named(CaseId id) => IsId(id.Value) ? id : null;

    private static string Turns(int count) => count == 1 ? "1 turn" : string.Create(CultureInfo.InvariantCulture, $"{count:N0} turns");

    private static string At(string list, int index) => string.Create(CultureInfo.InvariantCulture, $"{list}[{index}]");
}
