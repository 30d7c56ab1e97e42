using Assize.Evaluation.Judges;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Candidates;

/// <summary>A system whose answers were recorded beforehand.</summary>
public sealed record RecordedCandidate : Candidate
{
    public override Reply Next(Exhibit exhibit, Answers soFar) =>
        exhibit.Recorded.TryGetValue(Name, out var turns)
            ? new Reply.Responded(new Response(Name, turns))
            : throw new EvaluationException([new Mistake($"No response of candidate '{Name}' is stored.") { Case = exhibit.Case.Id }]);
}
