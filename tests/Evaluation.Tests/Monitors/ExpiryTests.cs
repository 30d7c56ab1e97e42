using System.Text.Json;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Traffic;

namespace Assize.Evaluation.Tests.Monitors;

/// <summary>How long texts may rest, judged or not.</summary>
public sealed class ExpiryTests
{
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    [Fact]
    public void WhatIsNotJudgedInTimeStaysWithoutAScoreAndIsCounted()
    {
        var batch = SomeMonitor.Batch(1, 0, 3) with { KeepTextFor = Week };
        var (taken, fresh) = MonitorLedger.Begin(SomeMonitor.Spec()).Take(batch, SomeMonitor.Start);
        Assert.False(taken.HasExpired(SomeMonitor.Start + Week - TimeSpan.FromTicks(1)));
        Assert.True(taken.HasExpired(SomeMonitor.Start + Week));

        var given = taken.RecordLeaving(1, JudgedSample.Expired(taken.Intake.Pending[0], new SampleSegment(fresh), SomeMonitor.Start + Week), SomeMonitor.Start + Week);

        Assert.Equal((3L, 0L, 3L), (given.Watch.Unscored[Reason.Expired], given.Watch.Scored, given.Watch.Sequence));
        Assert.Empty(given.Intake.Pending);
        Assert.Equal([1], given.Intake.Leaving);
        // The judge's word comes too late.
        Assert.Same(given, given.RecordLeaving(1, [.. fresh.Select(drawn => SomeMonitor.Judged(drawn))], SomeMonitor.Start + Week));
    }

    [Fact]
    public void OfASegmentWhoseTextsAreLostItIsCountedHowManySamplesItHad()
    {
        var given = JudgedSample.Expired(new PendingSegment(4, 2), null, SomeMonitor.Start);

        Assert.Equal(["segment 4, sample 1", "segment 4, sample 2"], given.Select(sample => sample.Sample.Value));
        Assert.All(given, sample => Assert.Equal(Reason.Expired, sample.Unscored));
    }

    [Fact]
    public void WithoutALimitTextsRestUntilTheyAreJudged()
    {
        var taken = MonitorLedger.Begin(SomeMonitor.Spec()).Take(SomeMonitor.Batch(1, 0, 3), SomeMonitor.Start).Next;

        Assert.Null(taken.Intake.Pending[0].Until);
        Assert.False(taken.HasExpired(SomeMonitor.Start + TimeSpan.FromDays(3650)));
        // As an earlier version wrote it.
        Assert.Null(JsonSerializer.Deserialize("""{"number":1,"samples":2}""", EvaluationJson.Plain.PendingSegment)!.Until);
    }

    [Fact]
    public void AConversationsTimeBeginsWithItsFirstTextThatRests()
    {
        var definition = SomeMonitor.Definition with { KeepText = true, Conversations = new ConversationSettings { IdleMinutes = 60 } };
        var later = SomeMonitor.Start + TimeSpan.FromHours(1);
        MonitorLedger Taken(bool mayKeep)
        {
            var ledger = MonitorLedger.Begin(SomeMonitor.Spec(definition)).Take(Turn(1, 0, mayKeep), SomeMonitor.Start).Next;
            return ledger.Take(Turn(2, 1, mayKeep), later).Next;
        }

        var kept = Taken(mayKeep: true);

        var open = Assert.Single(kept.Conversations.Open).Value;
        Assert.Equal((2, SomeMonitor.Start + Week), (open.Turns, open.Until));
        Assert.Equal(1, Assert.Single(kept.Conversations.Expired(SomeMonitor.Start + Week)).Number);
        Assert.False(kept.HasExpired(SomeMonitor.Start + Week - TimeSpan.FromTicks(1)));
        // Complete, and not judged in time either: the segment that it becomes has no longer.
        var waiting = kept.Closed(later + TimeSpan.FromHours(2)).Finished([1], 1, 0, later + TimeSpan.FromHours(2));
        Assert.Equal(SomeMonitor.Start + Week, Assert.Single(waiting.Intake.Pending).Until);
        Assert.False(Taken(mayKeep: false).HasExpired(SomeMonitor.Start + TimeSpan.FromDays(3650)));
    }

    private static TrafficBatch Turn(long number, int from, bool mayKeep)
    {
        var batch = SomeMonitor.Batch(number, from, 1);
        return batch with { KeepTextFor = Week, MayKeep = mayKeep, Drawn = [.. batch.Drawn.Select(drawn => drawn with { Interaction = drawn.Interaction with { Conversation = new("talk") } })] };
    }
}
