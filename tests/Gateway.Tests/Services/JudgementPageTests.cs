namespace Assize.Gateway.Tests.Services;

[Collection(SharedCluster.Name)]
public sealed class JudgementPageTests(ClusterFixture cluster)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task APageOfLongTextsEndsBeforeItIsTooLargeForAMessage()
    {
        var suite = Samples.Suite("long-texts");
        suite.Judges.RemoveAt(1);
        suite.Judges.RemoveAt(0);
        var exhibits = Samples.Exhibits(12).ToArray();
        foreach (var exhibit in exhibits)
        {
            exhibit.Case.Turns[0].Messages[0].Content += new string('x', 900_000);
        }

        await cluster.Send(
            [
                new V1.CreateSuiteRequest { Header = new V1.SuiteHeader { Definition = suite } },
                .. exhibits.Chunk(3).Select(some => new V1.CreateSuiteRequest { Exhibits = new V1.ExhibitBatch { Exhibits = { some } } }),
            ]);
        var run = (await cluster.Start("long-texts")).Id;
        await cluster.Watch(run);

        var request = new V1.ListJudgementsRequest { Run = run };
        var (sizes, judgements) = (new List<int>(), new HashSet<(string Case, string Candidate)>());
        do
        {
            var page = await cluster.Runs.ListJudgementsAsync(request, cancellationToken: Stop);
            sizes.Add(page.CalculateSize());
            judgements.UnionWith(page.Judgements.Select(judgement => (judgement.Case.Id, judgement.Candidate)));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.InRange(sizes[0], 8 * 1024 * 1024, 9 * 1024 * 1024);
        Assert.All(sizes, size => Assert.InRange(size, 0, 9 * 1024 * 1024));
        Assert.Equal(12 * 2, judgements.Count);
    }
}
