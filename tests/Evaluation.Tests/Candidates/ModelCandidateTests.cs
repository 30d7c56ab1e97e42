using Assize.Evaluation.Candidates;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Tests.Candidates;

public sealed class ModelCandidateTests
{
    /// <summary>A model that spends its tokens on thinking says nothing, and has not refused.</summary>
    [Theory]
    [InlineData("length", Reason.ContextTooLong)]
    [InlineData("content_filter", Reason.ContentFilter)]
    [InlineData("stop", Reason.Refused)]
    public void WhoeverSaidNothingIsUnscoredForWhatKeptHimFromIt(string finish, Reason reason)
    {
        var candidate = new ModelCandidate { Name = new("live"), Model = new("gpt") };
        var exhibit = new Exhibit { Case = new Case { Id = new("a"), Turns = [new Turn { Messages = [new Message(Role.User, "Why?")] }] } };

        var reply = Assert.IsType<Reply.Silent>(candidate.Next(exhibit, new Answers([new Completion.Replied(" ") { FinishReason = finish }])));

        Assert.Equal(reason, reply.Why.Reason);
    }
}
