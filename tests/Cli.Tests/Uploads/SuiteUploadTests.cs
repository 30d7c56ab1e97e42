using Assize.Cli.Uploads;
using Assize.Evaluation.Suites;
using Grpc.Core;

namespace Assize.Cli.Tests.Uploads;

public sealed class SuiteUploadTests
{
    private static readonly SuiteDefinition Definition = new() { Name = new("files"), Judges = [], Candidates = [] };

    private static readonly Exhibit Case = new() { Case = new Case { Id = new("one"), Turns = [new Turn { Messages = [new Message(Role.User, "Question?")] }] } };

    [Fact]
    public async Task AFileThatCannotBeReadHalfWayEndsTheCallAndIsNamed()
    {
        var server = new WaitingServer();

        var broken = await Assert.ThrowsAsync<IOException>(() => SuiteUpload.Send(server, Definition, 200, Unreadable(), TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));

        Assert.Equal("Input/output error : 'cases.jsonl'", broken.Message);
        Assert.True(server.Given);
    }

    [Fact]
    public async Task TheServersWordOnWhatIsSentIsHeardAlsoWhileMoreIsBeingSent()
    {
        var server = new WaitingServer { Answer = new RpcException(new Status(StatusCode.InvalidArgument, "no")) };

        var refused = await Assert.ThrowsAsync<RpcException>(() => SuiteUpload.Send(server, Definition, 1000, Enumerable.Repeat(Case, 1000), TestContext.Current.CancellationToken));

        Assert.Equal("no", refused.Status.Detail);
    }

    private static IEnumerable<Exhibit> Unreadable()
    {
        for (var i = 0; i < 150; i++)
        {
            yield return Case;
        }

        throw new IOException("Input/output error : 'cases.jsonl'");
    }

    /// <summary>Takes what is sent, and answers only when the call is given up, or at the third message.</summary>
    private sealed class WaitingServer : V1.SuiteService.SuiteServiceClient, IClientStreamWriter<V1.CreateSuiteRequest>
    {
        private readonly TaskCompletionSource<V1.CreateSuiteResponse> response = new();
        private int messages;

        public Exception? Answer { get; init; }

        public bool Given { get; private set; }

        public WriteOptions? WriteOptions { get; set; }

        public override AsyncClientStreamingCall<V1.CreateSuiteRequest, V1.CreateSuiteResponse> CreateSuite(Metadata headers, DateTime? deadline, CancellationToken cancellationToken) =>
            new(this, response.Task, Task.FromResult(new Metadata()), () => Status.DefaultSuccess, () => [], () => Given = true);

        public Task WriteAsync(V1.CreateSuiteRequest message) => WriteAsync(message, CancellationToken.None);

        public Task WriteAsync(V1.CreateSuiteRequest message, CancellationToken cancellationToken)
        {
            if (++messages < 3 || Answer is null)
            {
                return Task.CompletedTask;
            }

            response.TrySetException(Answer);
            return new TaskCompletionSource().Task;
        }

        public Task CompleteAsync() => Task.CompletedTask;
    }
}
