using Assize.Evaluation;
using Assize.Evaluation.Suites;

namespace Assize.Gateway.Runs;

/// <summary>Looks for a case among those that were judged, and remembers which ids are like its own.</summary>
internal sealed class UnknownCase(string wanted)
{
    private const int MostNear = 3;

    private readonly PriorityQueue<string, int> near = new();
    private long seen;
    private bool found;

    public void Look(CaseId id)
    {
        seen++;
        if (found || wanted.Length == 0)
        {
            return;
        }

        found = id.Value == wanted;
        var reach = Spelling.Reach(wanted);
        if (Spelling.Distance(wanted, id.Value, reach) is var distance && distance <= reach)
        {
            // The farthest leaves first.
            near.Enqueue(id.Value, -distance);
            if (near.Count > MostNear)
            {
                near.Dequeue();
            }
        }
    }

    /// <summary>Says that there is no such case, where all of them are judged and it is none of them: one that is not judged yet may come.</summary>
    public void Tell(long cases)
    {
        if (wanted.Length > 0 && !found && seen >= cases)
        {
            string[] likely = [.. near.UnorderedItems.OrderByDescending(one => one.Priority).ThenBy(one => one.Element, StringComparer.Ordinal).Select(one => $"'{one.Element}'")];
            throw new EvaluationException([new Mistake($"The suite has no case {Spelling.Quote(wanted)}.", likely.Length > 0 ? $"Did you mean {string.Join(" or ", likely)}?" : "Leave it out to see the ids.") { Field = "case_id" }]);
        }
    }
}
