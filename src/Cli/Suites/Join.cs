using System.Collections.Immutable;
using Assize.Evaluation;
using Assize.Evaluation.Suites;

namespace Assize.Cli.Suites;

/// <summary>Whether every case has its answers, and every answer its case.</summary>
internal sealed class Join(CaseSource source, CaseIndex index, ImmutableArray<AnswerFile> answers, SuiteLimits limits)
{
    private const int ExtrasCompared = 20;

    public void Check(MistakeLog log)
    {
        var missing = answers.Select(answer => (Answer: answer, Cases: answer.Missing(index))).ToArray();
        var extra = answers.SelectMany(answer => answer.Extras).Select(extra => extra.Id).Distinct(StringComparer.Ordinal)
            // Beside the number of a row lie the numbers of others: none of them was meant.
            .Where(id => !id.All(char.IsAsciiDigit)).Take(ExtrasCompared).ToArray();
        var wanted = missing.SelectMany(one => one.Cases.Some).ToHashSet();
        if (wanted.Count == 0 && answers.All(answer => answer.Extras.Count == 0))
        {
            return;
        }

        var (ids, nearest) = Names(wanted, extra);
        foreach (var (answer, (some, all)) in missing)
        {
            var at = answer.NewReading(log);
            foreach (var ordinal in some)
            {
                at.Note(ids.TryGetValue(ordinal, out var id) ? ExhibitCheck.Missing(new CaseId(id), answer.Candidate) : throw source.Files.First().Changed());
            }

            log.AddMore(all - some.Count);
            answer.NoteExtras(nearest, log);
        }
    }

    /// <summary>Reads the ids again, which nothing keeps: those of cases without an answer, and the nearest to each answer without a case.</summary>
    private (Dictionary<int, string> Ids, Dictionary<string, string> Nearest) Names(HashSet<int> wanted, string[] extra)
    {
        var ids = new Dictionary<int, string>();
        var nearest = new Dictionary<string, string>(StringComparer.Ordinal);
        var reach = extra.ToDictionary(id => id, Spelling.Reach, StringComparer.Ordinal);
        foreach (var (row, _) in source.Rows(limits, source.NewReading(new MistakeLog())))
        {
            if (row is null || source.Form.Id(row) is not { } id || index.Ids.Find(id) is not { } ordinal)
            {
                continue;
            }

            if (wanted.Contains(ordinal))
            {
                ids.TryAdd(ordinal, id);
            }

            foreach (var other in extra)
            {
                var distance = Spelling.Distance(other, id, reach[other]);
                if (distance <= reach[other])
                {
                    nearest[other] = id;
                    reach[other] = distance - 1;
                }
            }
        }

        return (ids, nearest);
    }
}
