using System.Collections.Concurrent;
using Google.Rpc;
using Grpc.Core;

namespace Assize.Gateway.Tests.Services;

[Collection(SharedCluster.Name)]
public sealed class SuiteServiceTests(ClusterFixture cluster)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ASuiteIsStoredAndTheSameContentIsNotStoredTwice()
    {
        var first = await cluster.Create(Samples.Suite("twice"), Samples.Exhibits(5));
        Assert.False(first.Existed);
        Assert.Equal(5, first.Suite.Cases);
        Assert.Equal(Samples.Suite("twice").Judges.Select(judge => judge.KindCase), first.Suite.Definition.Judges.Select(judge => judge.KindCase));
        var again = await cluster.Create(Samples.Suite("twice"), Samples.Exhibits(5));
        Assert.True(again.Existed);
        Assert.Equal(first.Suite, again.Suite);

        var other = await cluster.Create(Samples.Suite("twice"), Samples.Exhibits(6));
        Assert.False(other.Existed);
        Assert.NotEqual(first.Suite.Version, other.Suite.Version);
        var newest = await cluster.Suites.GetSuiteAsync(new V1.GetSuiteRequest { Name = "twice" }, cancellationToken: Stop);
        Assert.Equal(other.Suite, newest.Suite);
        Assert.Equal([first.Suite.Version, other.Suite.Version], newest.Versions);
    }

    [Fact]
    public async Task AVersionIsFoundByTheFirstDigitsOfItsHash()
    {
        var stored = await cluster.Create(Samples.Suite("prefixed"), Samples.Exhibits(2));
        await cluster.Create(Samples.Suite("prefixed"), Samples.Exhibits(3));
        var found = await cluster.Suites.GetSuiteAsync(new V1.GetSuiteRequest { Name = "prefixed", Version = stored.Suite.Version[..8] }, cancellationToken: Stop);
        Assert.Equal(stored.Suite, found.Suite);
        Missing("000000", await Refused(() => cluster.Suites.GetSuiteAsync(new V1.GetSuiteRequest { Name = "prefixed", Version = "000000" }, cancellationToken: Stop).ResponseAsync));
    }

    [Theory]
    [InlineData("no-such-suite")]
    [InlineData("not a name/..")]
    [InlineData("")]
    public async Task ASuiteThatDoesNotExistIsNotFound(string name) =>
        Missing(name, await Refused(() => cluster.Suites.GetSuiteAsync(new V1.GetSuiteRequest { Name = name }, cancellationToken: Stop).ResponseAsync));

    [Fact]
    public async Task PagesOfSuitesHoldEverySuiteOnceAndInOrder()
    {
        foreach (var name in new[] { "page-c", "page-a", "page-b" })
        {
            await cluster.Create(Samples.Suite(name), Samples.Exhibits(1));
        }

        var names = await AllNames(2);
        Assert.Equal(names.Order(StringComparer.Ordinal).Distinct(), names);
        Assert.Superset(new HashSet<string> { "page-a", "page-b", "page-c" }, names.ToHashSet());
        var whole = await cluster.Suites.ListSuitesAsync(new V1.ListSuitesRequest(), cancellationToken: Stop);
        Assert.Equal(names, whole.Suites.Select(suite => suite.Definition.Name));
        Assert.Empty(whole.NextPageToken);
    }

    [Fact]
    public async Task AWrongPageTokenOrSizeIsAMistakeOfTheCaller()
    {
        Mistaken(await Refused(() => cluster.Suites.ListSuitesAsync(new V1.ListSuitesRequest { PageToken = "%%%" }, cancellationToken: Stop).ResponseAsync), "page_token");
        Mistaken(await Refused(() => cluster.Suites.ListSuitesAsync(new V1.ListSuitesRequest { PageSize = -1 }, cancellationToken: Stop).ResponseAsync), "page_size");
    }

    public static TheoryData<string> Wrongs => [.. WrongSuites.Keys];

    private static readonly ConcurrentDictionary<string, Func<V1.CreateSuiteRequest[]>> WrongSuites = new()
    {
        ["nothing at all"] = () => [],
        ["a case before the header"] = () => [Cases(Samples.Exhibit(1)), Header(Samples.Suite("wrong"))],
        ["an empty first message"] = () => [new V1.CreateSuiteRequest()],
        ["a header without definition"] = () => [new V1.CreateSuiteRequest { Header = new V1.SuiteHeader() }],
        ["a second header"] = () => [Header(Samples.Suite("wrong")), Cases(Samples.Exhibit(1)), Header(Samples.Suite("wrong"))],
        ["no cases"] = () => [Header(Samples.Suite("wrong"))],
        ["a judge without a kind"] = () => [Header(With(suite => suite.Judges.Add(new V1.Judge { Name = "odd" }))), Cases(Samples.Exhibit(1))],
        ["a candidate without a kind"] = () => [Header(With(suite => suite.Candidates.Add(new V1.Candidate { Name = "odd" }))), Cases(Samples.Exhibit(1))],
        ["a criterion without a scale"] = () => [Header(With(suite => suite.Judges[0].Score.Criteria[0].Scale = null)), Cases(Samples.Exhibit(1))],
        ["a scale that is not a number"] = () => [Header(With(suite => suite.Judges[0].Score.Criteria[0].Scale.Max = double.NaN)), Cases(Samples.Exhibit(1))],
        ["a tolerance that is not a number"] = () => [Header(With(suite => suite.Judges.Add(new V1.Judge { Name = "odd", Number = new V1.NumberJudge { Tolerance = double.PositiveInfinity } }))), Cases(Samples.Exhibit(1))],
        ["a relative tolerance that is not a number"] = () => [Header(With(suite => suite.Judges.Add(new V1.Judge { Name = "odd", Number = new V1.NumberJudge { RelativeTolerance = double.NaN } }))), Cases(Samples.Exhibit(1))],
        ["a temperature that is not a number"] = () => [Header(With(suite => suite.Candidates.Add(new V1.Candidate { Name = "odd", Model = new V1.ModelCandidate { Model = "fast", Temperature = double.NaN } }))), Cases(Samples.Exhibit(1))],
        ["a schema that is not JSON"] = () => [Header(With(suite => suite.Judges.Add(new V1.Judge { Name = "odd", Json = new V1.JsonJudge { Schema = "{" } }))), Cases(Samples.Exhibit(1))],
        ["a pattern that is none"] = () => [Header(With(suite => suite.Judges.Add(new V1.Judge { Name = "odd", Regex = new V1.RegexJudge { Pattern = "(" } }))), Cases(Samples.Exhibit(1))],
        ["a case without turns"] = () => [Header(Samples.Suite("wrong")), Cases(new V1.Exhibit { Case = new V1.Case { Id = "x" } })],
        ["an exhibit without a case"] = () => [Header(Samples.Suite("wrong")), Cases(new V1.Exhibit())],
        ["the same candidate's response twice"] = () =>
        {
            var exhibit = Samples.Exhibit(1);
            exhibit.Responses.Add(exhibit.Responses[0]);
            return [Header(Samples.Suite("wrong")), Cases(exhibit)];
        },
        ["a slice that no case has"] = () => [Header(With(suite => suite.Slices.Add("metadata.chanel"))), Cases(Samples.Exhibit(1))],
        ["a judge that has no case"] = () => [Header(With(suite => suite.Judges[0].Where = new V1.CaseFilter { Category = "nowhere" })), Cases(Samples.Exhibit(1))],
        ["a role that is none"] = () =>
        {
            var exhibit = Samples.Exhibit(1);
            exhibit.Case.Turns[0].Messages[0].Role = (V1.Role)77;
            return [Header(Samples.Suite("wrong")), Cases(exhibit)];
        },
    };

    [Theory]
    [MemberData(nameof(Wrongs))]
    public async Task AnUploadThatIsWrongIsRefusedAndNothingIsStored(string wrong)
    {
        var before = await AllNames(100);
        Mistaken(await Refused(() => cluster.Send(WrongSuites[wrong]())));
        Assert.DoesNotContain("wrong", await AllNames(100));
        Assert.Subset((await AllNames(100)).ToHashSet(), before.ToHashSet());
        Missing("wrong", await Refused(() => cluster.Suites.GetSuiteAsync(new V1.GetSuiteRequest { Name = "wrong" }, cancellationToken: Stop).ResponseAsync));
    }

    [Fact]
    public async Task FarMoreCasesThanWereAnnouncedAreRefused()
    {
        V1.CreateSuiteRequest[] Upload(int announced, int cases) =>
            [new() { Header = new V1.SuiteHeader { Definition = Samples.Suite("announced"), AnnouncedCases = announced } }, Cases([.. Samples.Exhibits(cases)])];

        var wrong = Assert.Single(Mistaken(await Refused(() => cluster.Send(Upload(1, 1025))), "header.announced_cases"));

        Assert.Contains("more than 1024 cases, and 1 were announced", wrong.Description, StringComparison.Ordinal);
        Assert.EndsWith("Announce the number of cases.", wrong.Description, StringComparison.Ordinal);
        Missing("announced", await Refused(() => cluster.Suites.GetSuiteAsync(new V1.GetSuiteRequest { Name = "announced" }, cancellationToken: Stop).ResponseAsync));
        Assert.Equal(1025, (await cluster.Send(Upload(129, 1025))).Suite.Cases);
    }

    [Fact]
    public async Task EveryMistakeIsListedAndTheVersionBeforeStays()
    {
        var stored = await cluster.Create(Samples.Suite("many-mistakes"), Samples.Exhibits(2));
        var suite = Samples.Suite("many-mistakes", "nowhere");
        var silent = Samples.Exhibit(2);
        silent.Responses.RemoveAt(1);
        var refused = await Refused(() => cluster.Create(suite, Samples.Exhibit(1), Samples.Exhibit(1), silent));
        var mistakes = string.Join('\n', Mistaken(refused).Select(violation => violation.Description));
        Assert.Contains("nowhere", mistakes, StringComparison.Ordinal);
        Assert.Contains("two cases with this id", mistakes, StringComparison.Ordinal);
        Assert.Contains("case-001", mistakes, StringComparison.Ordinal);
        Assert.Contains("case-002", mistakes, StringComparison.Ordinal);
        Assert.Contains("'b'", mistakes, StringComparison.Ordinal);

        var now = await cluster.Suites.GetSuiteAsync(new V1.GetSuiteRequest { Name = "many-mistakes" }, cancellationToken: Stop);
        Assert.Equal(stored.Suite, now.Suite);
        Assert.Single(now.Versions);
    }

    [Fact]
    public async Task ThousandsOfMistakesStillFitIntoTheAnswer()
    {
        var silent = Samples.Exhibits(3000).ToArray();
        foreach (var exhibit in silent)
        {
            exhibit.Responses.Clear();
        }

        var refused = await Refused(() => cluster.Create(Samples.Suite("all-silent"), silent));
        Assert.InRange(Mistaken(refused).Count, 10, 100);
        Assert.Contains("more", refused.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AMessageAboveTheSizeLimitIsRefusedAsTooLarge()
    {
        using var channel = Grpc.Net.Client.GrpcChannel.ForAddress(cluster.Address, new Grpc.Net.Client.GrpcChannelOptions { MaxSendMessageSize = null });
        var suites = new V1.SuiteService.SuiteServiceClient(channel);
        using var call = suites.CreateSuite(cancellationToken: Stop);
        var large = Samples.Exhibit(1);
        large.Responses[0].Turns[0] = new string('x', 17 * 1024 * 1024);
        var refused = await Refused(async () =>
        {
            await call.RequestStream.WriteAsync(Header(Samples.Suite("large")), Stop);
            // A refusal that comes while a message is being written may leave the write waiting for ever; the answer counts.
            await Task.WhenAny(call.RequestStream.WriteAsync(Cases(large), Stop), call.ResponseAsync);
            return await call;
        });
        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
    }

    internal static async Task<RpcException> Refused<T>(Func<Task<T>> call) => await Assert.ThrowsAnyAsync<RpcException>(call);

    internal static void Missing(string name, RpcException refused)
    {
        Assert.Equal(StatusCode.NotFound, refused.StatusCode);
        Assert.Equal(name, refused.GetRpcStatus()?.GetDetail<ResourceInfo>()?.ResourceName);
        Assert.Equal("assize", refused.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Domain);
    }

    internal static IReadOnlyList<BadRequest.Types.FieldViolation> Mistaken(RpcException refused, string? field = null)
    {
        Assert.True(refused.StatusCode is StatusCode.InvalidArgument, refused.ToString());
        Assert.Equal("INVALID", refused.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason);
        var violations = refused.GetRpcStatus()?.GetDetail<BadRequest>()?.FieldViolations;
        Assert.NotNull(violations);
        Assert.NotEmpty(violations);
        if (field is not null)
        {
            Assert.Equal(field, violations[0].Field);
        }

        return violations;
    }

    private static V1.CreateSuiteRequest Header(V1.SuiteDefinition definition) => new() { Header = new V1.SuiteHeader { Definition = definition } };

    private static V1.CreateSuiteRequest Cases(params V1.Exhibit[] exhibits) => new() { Exhibits = new V1.ExhibitBatch { Exhibits = { exhibits } } };

    private static V1.SuiteDefinition With(Action<V1.SuiteDefinition> change)
    {
        var suite = Samples.Suite("wrong");
        change(suite);
        return suite;
    }

    private async Task<List<string>> AllNames(int size)
    {
        var names = new List<string>();
        var request = new V1.ListSuitesRequest { PageSize = size };
        do
        {
            var page = await cluster.Suites.ListSuitesAsync(request, cancellationToken: Stop);
            names.AddRange(page.Suites.Select(suite => suite.Definition.Name));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return names;
    }
}
