using System.Globalization;
using Assize.Evaluation;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Suites;
using Assize.Gateway.Translation;
using Assize.Grains;
using Assize.Grains.Runs;

namespace Assize.Gateway.Runs;

/// <summary>Walks a run's shards in order, and in each its cases by id, and turns what matches into a page.</summary>
internal sealed class JudgementPages(IGrainFactory grains, RunSpec spec, V1.ListJudgementsRequest request)
{
    /// <summary>A page is full with so much, however few its judgements: one with long texts would pass what a message may hold.</summary>
    private const int MostBytes = 8 * 1024 * 1024;

    private readonly JudgementFilter filter = new(spec.Suite.Definition, request);
    private readonly UnknownCase unknown = new(request.CaseId);

    public async Task<V1.ListJudgementsResponse> Page(CancellationToken cancellation)
    {
        var size = Paging.Size(request.PageSize, 50, 500);
        var (shard, lastCase, lastIndex) = Cursor(request.PageToken);
        var response = new V1.ListJudgementsResponse();
        var bytes = 0L;
        for (; shard < spec.Suite.Plan.Partitions; shard++, lastCase = null)
        {
            var all = (await grains.Shard(spec.Run, shard).Records().WaitAsync(cancellation)).Records;
            foreach (var record in all)
            {
                unknown.Look(record.Case);
            }

            var records = all
                .Where(record => lastCase is null || string.CompareOrdinal(record.Case.Value, lastCase) >= 0)
                .Where(record => request.CaseId.Length == 0 || record.Case.Value == request.CaseId)
                .OrderBy(record => record.Case.Value, StringComparer.Ordinal);
            foreach (var record in records)
            {
                var first = record.Case.Value == lastCase ? lastIndex + 1 : 0;
                var matching = Enumerable.Range(0, record.Judgements.Length).Where(i => i >= first && filter.Matches(record.Judgements[i])).ToArray();
                if (matching.Length == 0 || await grains.Shard(spec.Run, shard).Read(spec, record.Case).WaitAsync(cancellation) is not { } reading)
                {
                    continue;
                }

                var slices = spec.Suite.Definition.Slices.SelectMany(key => key.Of(reading.Exhibit.Case)).ToArray();
                if (request.Slice.Length > 0 && request.Slice != Slice.All.Value && !slices.Contains(new Slice(request.Slice)))
                {
                    continue;
                }

                foreach (var i in matching)
                {
                    var judgement = RunTranslation.ToProto(spec, reading, i, slices, request.Brief);
                    response.Judgements.Add(judgement);
                    bytes += judgement.CalculateSize();
                    if (response.Judgements.Count == size || bytes > MostBytes)
                    {
                        response.NextPageToken = Paging.Write(string.Create(CultureInfo.InvariantCulture, $"{shard}|{i}|{record.Case}"));
                        return response;
                    }
                }
            }
        }

        unknown.Tell(spec.Suite.Cases);
        return response;
    }

    private static (int Shard, string? Case, int Index) Cursor(string token)
    {
        if (Paging.Read(token) is not { } cursor)
        {
            return (0, null, -1);
        }

        var parts = cursor.Split('|', 3);
        return parts.Length == 3
            && int.TryParse(parts[0], CultureInfo.InvariantCulture, out var shard) && shard >= 0
            && int.TryParse(parts[1], CultureInfo.InvariantCulture, out var index)
            ? (shard, parts[2], index)
            : throw new EvaluationException([new Mistake("This is not a page token of this list.", "Give the token of the page before, as it came.") { Field = "page_token" }]);
    }
}
