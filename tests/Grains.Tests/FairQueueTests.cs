using Assize.Evaluation;
using Assize.Evaluation.Models;
using Assize.Grains.Models;

namespace Assize.Grains.Tests;

/// <summary>Who gets the next permit when they are short.</summary>
public sealed class FairQueueTests
{
    [Fact]
    public void TwoRunsGetHalfEachHoweverManyOfTheirsWait()
    {
        var queue = new FairQueue<string>(0.2);
        Add(queue, "t", "first", 1500);
        var served = Take(queue, 100);
        Add(queue, "t", "second", 300);
        served = Take(queue, 400);

        Assert.InRange(served["second"], 190, 210);
        Assert.InRange(served["first"], 190, 210);
    }

    [Fact]
    public void WeightsDivideARunsShareAndTenantsShareEqually()
    {
        var queue = new FairQueue<string>(0.2);
        Add(queue, "a", "a-light", 1000);
        Add(queue, "a", "a-heavy", 1000, weight: 3);
        Add(queue, "b", "b-only", 1000);
        var served = Take(queue, 800);

        Assert.InRange(served["b-only"], 390, 410);
        Assert.InRange(served["a-heavy"], 290, 310);
        Assert.InRange(served["a-light"], 90, 110);
    }

    [Fact]
    public void MonitorsGetTheirShareAndWhatTheyLeaveGoesToRuns()
    {
        var queue = new FairQueue<string>(0.2);
        Add(queue, "t", "run", 2000);
        Add(queue, "t", "monitor", 100, lane: Lane.Monitors);
        var served = Take(queue, 400);
        Assert.InRange(served["monitor"], 78, 82);

        served = Take(queue, 400);
        Assert.Equal(100 - 80, served["monitor"], 2.0);
        Assert.Equal(380, served["run"], 2.0);
    }

    [Fact]
    public void WhoComesBackGetsNoCreditForTheTimeAway()
    {
        var queue = new FairQueue<string>(0.2);
        Add(queue, "t", "away", 1);
        Take(queue, 1);
        Add(queue, "t", "steady", 1000);
        Take(queue, 500);
        Add(queue, "t", "away", 500);
        var served = Take(queue, 100);

        Assert.InRange(served["away"], 48, 52);
    }

    [Fact]
    public void WhoGivesUpIsNotServed()
    {
        var queue = new FairQueue<string>(0.2);
        var ticket = queue.Enqueue(Request("t", "r", 1, Lane.Runs), "gone");
        queue.Enqueue(Request("t", "r", 1, Lane.Runs), "stays");

        Assert.True(queue.Remove(ticket));
        Assert.False(queue.Remove(ticket));
        Assert.True(queue.TryDequeue(out var next));
        Assert.Equal("stays", next);
        Assert.False(queue.TryDequeue(out _));
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public void TheLongestLinesAreTold()
    {
        var queue = new FairQueue<string>(0.2);
        Add(queue, "t", "short", 2);
        Add(queue, "t", "long", 5);
        Add(queue, "t", "monitor", 3, lane: Lane.Monitors);

        Assert.Equal([new Line(new("t"), new RunId("long"), 5), new Line(new("t"), null, 3)], queue.Longest(2));
    }

    private static void Add(FairQueue<string> queue, string tenant, string run, int count, int weight = 1, Lane lane = Lane.Runs)
    {
        for (var i = 0; i < count; i++)
        {
            queue.Enqueue(Request(tenant, run, weight, lane), run);
        }
    }

    private static Dictionary<string, int> Take(FairQueue<string> queue, int count)
    {
        var served = new Dictionary<string, int>();
        for (var i = 0; i < count && queue.TryDequeue(out var run); i++)
        {
            served[run] = served.GetValueOrDefault(run) + 1;
        }

        return served;
    }

    private static CompletionRequest Request(string tenant, string run, int weight, Lane lane) => new()
    {
        Tenant = new(tenant), Run = new(run), Prompt = new Prompt { Model = new("m"), Messages = [] }, Payer = "p", Weight = weight, Lane = lane,
    };
}
