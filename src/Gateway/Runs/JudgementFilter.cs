using Assize.Evaluation;
using Assize.Evaluation.Suites;

namespace Assize.Gateway.Runs;

/// <summary>What judgements are chosen by: a name that the suite does not have would choose nothing, and look like good news.</summary>
internal static class JudgementFilter
{
    public static void Check(SuiteDefinition suite, V1.ListJudgementsRequest request)
    {
        var mistakes = new List<Mistake>();
        Known("candidate", request.Candidate, [.. suite.Candidates.Select(candidate => candidate.Name.Value)]);
        Known("judge", request.Judge, [.. suite.Judges.Select(judge => judge.Name.Value)]);
        if (request.Slice.Length > 0 && request.Slice != Slice.All.Value && !suite.Slices.Any(key => key.Makes(new Slice(request.Slice))))
        {
            mistakes.Add(new Mistake($"The suite has no slice '{request.Slice}'.", suite.Slices.IsEmpty ? "It has no slices at all." : $"Slices are {string.Join(", ", suite.Slices.Select(key => $"{key.Label}=…"))}.") { Field = "slice" });
        }

        if (mistakes.Count > 0)
        {
            throw new EvaluationException([.. mistakes]);
        }

        void Known(string field, string name, string[] names)
        {
            if (name.Length > 0 && !names.Contains(name))
            {
                mistakes.Add(new Mistake($"The suite has no {field} '{name}'.", $"It has {string.Join(", ", names)}.") { Field = field });
            }
        }
    }
}
