using System.Collections.Immutable;
using System.Globalization;
using Assize.Cli.Hosting;
using Assize.Evaluation.SelfChecks;

namespace Assize.Cli.SelfChecks;

/// <summary>The scores of a finished run as sets to split: one for each judge and criterion, with the first two candidates as the two scores of an item.</summary>
internal static class RecordedScores
{
    private const int PageSize = 100;

    public static async Task<ImmutableArray<ScoreSet>> Of(Connection connection, string run, CancellationToken cancellation)
    {
        var scores = new Dictionary<(string Judge, string Criterion), Dictionary<(string Case, int Turn), (string Cluster, SortedDictionary<string, double> Values)>>();
        var request = new V1.ListJudgementsRequest { Run = run, Outcome = V1.OutcomeKind.Scored, PageSize = PageSize, Brief = true };
        do
        {
            var page = await connection.Runs.ListJudgementsAsync(request, cancellationToken: cancellation);
            foreach (var judgement in page.Judgements)
            {
                foreach (var score in judgement.Scores.Scores_)
                {
                    var items = At(scores, (judgement.Judge, score.Criterion), () => []);
                    var item = At(items, (judgement.Case.Id, judgement.Turn), () => (judgement.Case.HasCluster ? judgement.Case.Cluster : judgement.Case.Id, []));
                    item.Values[judgement.Candidate] = score.Value;
                }
            }

            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return [.. scores.OrderBy(set => set.Key).Select(set => Set($"{set.Key.Judge}/{set.Key.Criterion}", set.Value))];
    }

    private static ScoreSet Set(string name, Dictionary<(string Case, int Turn), (string Cluster, SortedDictionary<string, double> Values)> items)
    {
        var candidates = items.Values.SelectMany(item => item.Values.Keys).Distinct().Order(StringComparer.Ordinal).Take(2).ToArray();
        return new ScoreSet(name,
        [
            .. items.Where(item => candidates.All(item.Value.Values.ContainsKey)).OrderBy(item => item.Key).Select(item => new ScoredItem(
                string.Create(CultureInfo.InvariantCulture, $"{item.Key.Case}/{item.Key.Turn}"), item.Value.Cluster, item.Value.Values[candidates[0]], candidates.Length > 1 ? item.Value.Values[candidates[1]] : null)),
        ]);
    }

    private static TValue At<TKey, TValue>(Dictionary<TKey, TValue> all, TKey key, Func<TValue> made)
        where TKey : notnull
    {
        if (!all.TryGetValue(key, out var value))
        {
            all[key] = value = made();
        }

        return value;
    }
}
